import { Table, type MigrationInterface, type QueryRunner } from 'typeorm';

const TRIGGER = new Table({
  name: 'workflow_trigger',
  columns: [
    { name: 'id', type: 'text', isPrimary: true },
    { name: 'document', type: 'text' },
    { name: 'made_of', type: 'text' },
    { name: 'memory', type: 'text', isNullable: true },
    { name: 'created_at', type: 'bigint' },
    { name: 'updated_at', type: 'bigint' },
  ],
});

/** Triggers, and what each of them remembers. */
export class Triggers1700000000011 implements MigrationInterface {
  readonly name = 'Triggers1700000000011';

  async up(runner: QueryRunner): Promise<void> {
    await runner.createTable(TRIGGER);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('workflow_trigger');
  }
}
