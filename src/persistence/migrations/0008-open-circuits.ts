import { Table, type MigrationInterface, type QueryRunner } from 'typeorm';

const OPEN_CIRCUIT = new Table({
  name: 'open_circuit',
  columns: [
    { name: 'destination', type: 'text', isPrimary: true },
    { name: 'since', type: 'bigint' },
    { name: 'until', type: 'bigint' },
    { name: 'failures', type: 'integer' },
  ],
});

/** Destinations that are left alone for a while, because requests to them failed. */
export class OpenCircuits1700000000008 implements MigrationInterface {
  readonly name = 'OpenCircuits1700000000008';

  async up(runner: QueryRunner): Promise<void> {
    await runner.createTable(OPEN_CIRCUIT);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('open_circuit');
  }
}
