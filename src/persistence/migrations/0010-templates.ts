import { Table, TableIndex, type MigrationInterface, type QueryRunner } from 'typeorm';

const TEMPLATE = new Table({
  name: 'template',
  columns: [
    { name: 'id', type: 'text', isPrimary: true },
    { name: 'name', type: 'text' },
    { name: 'description', type: 'text' },
    { name: 'icon', type: 'text', isNullable: true },
    { name: 'tags', type: 'text' },
    { name: 'categories', type: 'text' },
    { name: 'is_public', type: 'integer' },
    { name: 'metadata', type: 'text' },
    { name: 'version', type: 'text' },
    { name: 'source', type: 'text', isNullable: true },
    { name: 'source_hash', type: 'text', isNullable: true },
    { name: 'hidden', type: 'integer', default: 0 },
    { name: 'created_by', type: 'text', isNullable: true },
    { name: 'created_at', type: 'bigint' },
    { name: 'updated_at', type: 'bigint' },
    { name: 'deleted_at', type: 'bigint', isNullable: true },
    { name: 'used_before', type: 'bigint', default: 0 },
  ],
});

const VERSION = new Table({
  name: 'template_version',
  columns: [
    { name: 'template', type: 'text', isPrimary: true },
    { name: 'version', type: 'text', isPrimary: true },
    { name: 'content', type: 'text' },
    { name: 'hash', type: 'text' },
    { name: 'template_references', type: 'text' },
    { name: 'changes', type: 'text', isNullable: true },
    { name: 'created_at', type: 'bigint' },
  ],
});

const CHANGE = new Table({
  name: 'template_change',
  columns: [
    { name: 'template', type: 'text', isPrimary: true },
    { name: 'place', type: 'integer', isPrimary: true },
    { name: 'at', type: 'bigint' },
    { name: 'kind', type: 'text' },
    { name: 'version', type: 'text' },
    { name: 'before', type: 'text', isNullable: true },
    { name: 'reason', type: 'text', isNullable: true },
  ],
});

/** One row for each workflow that was made of a template. */
const USE = new Table({
  name: 'template_use',
  columns: [
    { name: 'instantiation', type: 'text', isPrimary: true },
    { name: 'template', type: 'text' },
    { name: 'version', type: 'text' },
    { name: 'workflow', type: 'text' },
    { name: 'at', type: 'bigint' },
  ],
});

const CATEGORY = new Table({
  name: 'template_category',
  columns: [
    { name: 'id', type: 'text', isPrimary: true },
    { name: 'name', type: 'text', isUnique: true },
    { name: 'description', type: 'text' },
    { name: 'parent', type: 'text', isNullable: true },
  ],
});

const TABLES = [TEMPLATE, VERSION, CHANGE, USE, CATEGORY];
const INDEXES: readonly (readonly [string, TableIndex])[] = [
  ['template', new TableIndex({ name: 'index_template_name', columnNames: ['name'] })],
  ['template_use', new TableIndex({ name: 'index_template_use_template', columnNames: ['template'] })],
];

/** Templates with their versions, what happened to them and what was made of them, and their categories. */
export class Templates1700000000010 implements MigrationInterface {
  readonly name = 'Templates1700000000010';

  async up(runner: QueryRunner): Promise<void> {
    for (const table of TABLES) await runner.createTable(table);
    for (const [table, index] of INDEXES) await runner.createIndex(table, index);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of [...TABLES].reverse()) await runner.dropTable(table);
  }
}
