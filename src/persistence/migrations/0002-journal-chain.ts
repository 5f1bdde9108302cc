import { Table, TableIndex, type MigrationInterface, type QueryRunner } from 'typeorm';

/**
 * The links of journal rows, and what is known of an archived journal without unpacking it. Rows of before have no link:
 * the first one after them counts them in.
 */
export class JournalChain1700000000002 implements MigrationInterface {
  readonly name = 'JournalChain1700000000002';

  async up(runner: QueryRunner): Promise<void> {
    // Not `addColumn`: on SQLite TypeORM would copy the whole journal for it.
    await runner.query('ALTER TABLE "journal" ADD COLUMN "link" text');
    const key = runner.connection.options.type === 'better-sqlite3' ? 'integer' : 'bigint';
    const columns = [
      { name: 'execution', type: key, isPrimary: true },
      { name: 'head', type: 'text' },
      { name: 'last_seq', type: 'bigint' },
      { name: 'first_position', type: 'bigint', isNullable: true },
      { name: 'last_position', type: 'bigint', isNullable: true },
    ];
    await runner.createTable(new Table({ name: 'journal_seal', columns }));
    for (const columnNames of [
      ['first_position', 'last_position'],
      ['last_position', 'first_position'],
    ]) {
      const name = `index_journal_seal_${columnNames.join('_')}`;
      await runner.createIndex('journal_seal', new TableIndex({ name, columnNames }));
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('journal_seal');
    await runner.query('ALTER TABLE "journal" DROP COLUMN "link"');
  }
}
