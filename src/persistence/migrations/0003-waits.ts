import { Table, TableColumn, TableIndex, type MigrationInterface, type QueryRunner } from 'typeorm';

const COLUMNS = [
  new TableColumn({ name: 'waits_for', type: 'text', isNullable: true }),
  new TableColumn({ name: 'child', type: 'text', isNullable: true }),
  new TableColumn({ name: 'superseded', type: 'bigint', isNullable: true }),
];

const OPEN_WAITS = new TableIndex({
  name: 'index_task_run_waits_for',
  columnNames: ['waits_for'],
  where: 'waits_for IS NOT NULL AND ended_at IS NULL',
});

const CACHED_RESULT = new Table({
  name: 'cached_result',
  columns: [
    { name: 'key', type: 'text', isPrimary: true },
    { name: 'output', type: 'text' },
    { name: 'until', type: 'bigint' },
  ],
});

const STALE_RESULTS = new TableIndex({ name: 'index_cached_result_until', columnNames: ['until'] });

/**
 * Results that are used again. Steps that wait for the world: what for, and which execution they have started. A run is superseded when a
 * re-execution resets its step.
 */
export class Waits1700000000003 implements MigrationInterface {
  readonly name = 'Waits1700000000003';

  async up(runner: QueryRunner): Promise<void> {
    // Not by `addColumns`, which copies the whole table on SQLite.
    for (const { name, type } of COLUMNS) await runner.query(`ALTER TABLE task_run ADD COLUMN ${name} ${type}`);
    await runner.createIndex('task_run', OPEN_WAITS);
    await runner.createTable(CACHED_RESULT);
    await runner.createIndex('cached_result', STALE_RESULTS);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('cached_result');
    await runner.dropIndex('task_run', OPEN_WAITS);
    for (const { name } of COLUMNS) await runner.query(`ALTER TABLE task_run DROP COLUMN ${name}`);
  }
}
