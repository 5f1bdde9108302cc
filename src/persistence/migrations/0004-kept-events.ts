import { Table, TableIndex, type MigrationInterface, type QueryRunner } from 'typeorm';

const KEPT_EVENT = new Table({
  name: 'kept_event',
  columns: [
    { name: 'place', type: 'integer', isPrimary: true },
    { name: 'id', type: 'text', isUnique: true },
    { name: 'name', type: 'text' },
    { name: 'workflow', type: 'text', isNullable: true },
    { name: 'payload', type: 'text' },
    { name: 'at', type: 'bigint' },
  ],
});

const BY_NAME = new TableIndex({ name: 'index_kept_event_name', columnNames: ['name', 'place'] });

/** Events that were given to all, for executions that begin later and look back (semantics 20). */
export class KeptEvents1700000000004 implements MigrationInterface {
  readonly name = 'KeptEvents1700000000004';

  async up(runner: QueryRunner): Promise<void> {
    await runner.createTable(KEPT_EVENT);
    await runner.createIndex('kept_event', BY_NAME);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('kept_event');
  }
}
