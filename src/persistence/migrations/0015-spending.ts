import { TableIndex, type MigrationInterface, type QueryRunner } from 'typeorm';

const UNDER_WAY = new TableIndex({ name: 'llm_call_open', columnNames: ['outcome'], where: `outcome = 'open'` });

/**
 * What is learned from an archived journal, so that it need not be unpacked for it; archives of before get theirs by and
 * by. And calls of language models that are under way.
 */
export class Spending1700000000015 implements MigrationInterface {
  readonly name = 'Spending1700000000015';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE journal_seal ADD COLUMN digest text');
    await runner.createIndex('llm_call', UNDER_WAY);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropIndex('llm_call', UNDER_WAY);
    await runner.query('ALTER TABLE journal_seal DROP COLUMN digest');
  }
}
