import { Table, type MigrationInterface, type QueryRunner } from 'typeorm';

const SAVED_STATE = new Table({
  name: 'saved_state',
  columns: [
    { name: 'execution', type: 'bigint', isPrimary: true },
    { name: 'state', type: 'text' },
    { name: 'saved_at', type: 'bigint' },
  ],
});

/** What callers keep beside executions. */
export class SavedStates1700000000018 implements MigrationInterface {
  readonly name = 'SavedStates1700000000018';

  async up(runner: QueryRunner): Promise<void> {
    await runner.createTable(SAVED_STATE);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable(SAVED_STATE);
  }
}
