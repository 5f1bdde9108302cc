import { Table, type MigrationInterface, type QueryRunner } from 'typeorm';

const COMPONENT = new Table({
  name: 'component',
  columns: [
    { name: 'key', type: 'text', isPrimary: true },
    { name: 'document', type: 'text' },
    { name: 'created_at', type: 'bigint' },
    { name: 'updated_at', type: 'bigint' },
  ],
});

const MAPPING = new Table({
  name: 'component_mapping',
  columns: [
    { name: 'task_type', type: 'text', isPrimary: true },
    { name: 'component', type: 'text' },
    { name: 'updated_at', type: 'bigint' },
  ],
});

const ASSIGNMENT = new Table({
  name: 'component_assignment',
  columns: [
    { name: 'task', type: 'text', isPrimary: true },
    { name: 'component', type: 'text' },
    { name: 'assigned_at', type: 'bigint' },
  ],
});

const ACTION = new Table({
  name: 'component_action',
  columns: [
    { name: 'component', type: 'text', isPrimary: true },
    { name: 'action', type: 'text', isPrimary: true },
    { name: 'description', type: 'text', isNullable: true },
    { name: 'parameters', type: 'text' },
    { name: 'metadata', type: 'text' },
    { name: 'created_at', type: 'bigint' },
  ],
});

const TABLES = [COMPONENT, MAPPING, ASSIGNMENT, ACTION];

/** Components that were registered, and what people say about components. */
export class Components1700000000012 implements MigrationInterface {
  readonly name = 'Components1700000000012';

  async up(runner: QueryRunner): Promise<void> {
    for (const table of TABLES) await runner.createTable(table);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of [...TABLES].reverse()) await runner.dropTable(table);
  }
}
