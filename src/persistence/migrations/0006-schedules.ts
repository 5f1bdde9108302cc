import { Table, TableIndex, type MigrationInterface, type QueryRunner } from 'typeorm';

const SCHEDULE = new Table({
  name: 'schedule',
  columns: [
    { name: 'id', type: 'text', isPrimary: true },
    { name: 'workflow', type: 'text' },
    { name: 'spec', type: 'text' },
    { name: 'state', type: 'text' },
    { name: 'next', type: 'bigint', isNullable: true },
    { name: 'due', type: 'bigint', isNullable: true },
    { name: 'settled', type: 'bigint' },
    { name: 'forgotten', type: 'bigint', isNullable: true },
    { name: 'revision', type: 'bigint' },
    { name: 'made_of', type: 'text' },
    { name: 'created_at', type: 'bigint' },
    { name: 'updated_at', type: 'bigint' },
  ],
});

const tickTable = (runner: QueryRunner): Table => {
  // Exactly INTEGER makes a primary key an alias of SQLite's row id.
  const sqlite = runner.connection.options.type === 'better-sqlite3';
  const place = sqlite
    ? { name: 'place', type: 'integer', isPrimary: true }
    : { name: 'place', type: 'bigint', isPrimary: true, isGenerated: true, generationStrategy: 'increment' as const };
  return new Table({
    name: 'schedule_tick',
    columns: [
      place,
      { name: 'schedule', type: 'text' },
      { name: 'key', type: 'text' },
      { name: 'at', type: 'bigint' },
      { name: 'until', type: 'bigint', isNullable: true },
      { name: 'due', type: 'bigint' },
      { name: 'origin', type: 'text' },
      { name: 'status', type: 'text' },
      { name: 'reason', type: 'text', isNullable: true },
      { name: 'message', type: 'text', isNullable: true },
      { name: 'request', type: 'text', isNullable: true },
      { name: 'execution', type: 'text', isNullable: true },
      { name: 'ended', type: 'text', isNullable: true },
      { name: 'created_at', type: 'bigint' },
      { name: 'updated_at', type: 'bigint' },
    ],
    uniques: [{ columnNames: ['schedule', 'key'] }],
  });
};

const DUE = new TableIndex({ name: 'index_schedule_due', columnNames: ['due'], where: 'due IS NOT NULL' });

const TICKS = [
  new TableIndex({ name: 'index_schedule_tick_at', columnNames: ['schedule', 'at', 'place'] }),
  // What is yet to be done is little, whatever has been.
  new TableIndex({
    name: 'index_schedule_tick_work',
    columnNames: ['schedule', 'status'],
    where: "status IN ('pending', 'queued')",
  }),
  new TableIndex({
    name: 'index_schedule_tick_open',
    columnNames: ['schedule'],
    where: "status = 'started' AND ended IS NULL",
  }),
];

/** Schedules, and what became of each of their ticks. */
export class Schedules1700000000006 implements MigrationInterface {
  readonly name = 'Schedules1700000000006';

  async up(runner: QueryRunner): Promise<void> {
    await runner.createTable(SCHEDULE);
    await runner.createIndex('schedule', DUE);
    await runner.createTable(tickTable(runner));
    await runner.createIndices('schedule_tick', TICKS);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('schedule_tick');
    await runner.dropTable('schedule');
  }
}
