import { Table, TableIndex, type MigrationInterface, type QueryRunner } from 'typeorm';

const SUGGESTION = new Table({
  name: 'suggestion',
  columns: [
    { name: 'id', type: 'text', isPrimary: true },
    { name: 'workflow', type: 'text' },
    { name: 'base_version', type: 'text' },
    { name: 'base_hash', type: 'text' },
    { name: 'facts_hash', type: 'text' },
    { name: 'status', type: 'text' },
    { name: 'score', type: 'double precision' },
    { name: 'body', type: 'text' },
    { name: 'certificate', type: 'text' },
    { name: 'feedback', type: 'text', isNullable: true },
    { name: 'created_at', type: 'bigint' },
    { name: 'expires_at', type: 'bigint' },
  ],
  foreignKeys: [{ columnNames: ['workflow'], referencedTableName: 'workflow', referencedColumnNames: ['id'] }],
});

const CONFIRMATION = new Table({
  name: 'suggestion_confirmation',
  columns: [
    { name: 'workflow', type: 'text', isPrimary: true },
    { name: 'scope', type: 'text', isPrimary: true },
    { name: 'one', type: 'text', isPrimary: true },
    { name: 'other', type: 'text', isPrimary: true },
    { name: 'words', type: 'text' },
  ],
  foreignKeys: [{ columnNames: ['workflow'], referencedTableName: 'workflow', referencedColumnNames: ['id'] }],
});

/** One row: what an operator stated over the API. */
const FACTS = new Table({
  name: 'stated_facts',
  columns: [
    { name: 'id', type: 'integer', isPrimary: true },
    { name: 'facts', type: 'text' },
  ],
});

/** Suggestions for workflows, and what is known of their tasks. */
export class Suggestions1700000000013 implements MigrationInterface {
  readonly name = 'Suggestions1700000000013';

  async up(runner: QueryRunner): Promise<void> {
    await runner.createTable(SUGGESTION);
    await runner.createIndex(
      'suggestion',
      new TableIndex({ name: 'suggestion_of_workflow', columnNames: ['workflow', 'status', 'score'] }),
    );
    await runner.createTable(CONFIRMATION);
    await runner.createTable(FACTS);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['stated_facts', 'suggestion_confirmation', 'suggestion']) await runner.dropTable(table);
  }
}
