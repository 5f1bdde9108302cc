import { Table, type MigrationInterface, type QueryRunner } from 'typeorm';

const CREDENTIAL = new Table({
  name: 'credential',
  columns: [
    { name: 'name', type: 'text', isPrimary: true },
    { name: 'type', type: 'text' },
    { name: 'description', type: 'text', isNullable: true },
    { name: 'sealed', type: 'text' },
    { name: 'created_at', type: 'bigint' },
    { name: 'updated_at', type: 'bigint' },
  ],
});

/** Credentials, encrypted: `sealed` is a JWE. */
export class Credentials1700000000005 implements MigrationInterface {
  readonly name = 'Credentials1700000000005';

  async up(runner: QueryRunner): Promise<void> {
    await runner.createTable(CREDENTIAL);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('credential');
  }
}
