import { Table, TableIndex, type MigrationInterface, type QueryRunner } from 'typeorm';

const TRIAL = new Table({
  name: 'suggestion_trial',
  columns: [
    { name: 'id', type: 'text', isPrimary: true },
    { name: 'suggestion', type: 'text' },
    { name: 'workflow', type: 'text' },
    { name: 'base_version', type: 'text' },
    { name: 'base_definition', type: 'text' },
    { name: 'version', type: 'text' },
    { name: 'definition', type: 'text' },
    { name: 'share', type: 'double precision', isNullable: true },
    { name: 'runs', type: 'integer' },
    { name: 'predicted', type: 'text', isNullable: true },
    { name: 'began_at', type: 'bigint' },
    { name: 'began_after', type: 'bigint' },
    { name: 'ended_at', type: 'bigint', isNullable: true },
    { name: 'ended_after', type: 'bigint', isNullable: true },
    { name: 'ended_because', type: 'text', isNullable: true },
    { name: 'settled_at', type: 'bigint', isNullable: true },
    { name: 'outcome', type: 'text', isNullable: true },
    { name: 'observed', type: 'text', isNullable: true },
    { name: 'offered', type: 'text', isNullable: true },
  ],
  foreignKeys: [{ columnNames: ['workflow'], referencedTableName: 'workflow', referencedColumnNames: ['id'] }],
});

/** Versions that were made of suggestions, and what came of them. */
export class Trials1700000000016 implements MigrationInterface {
  readonly name = 'Trials1700000000016';

  async up(runner: QueryRunner): Promise<void> {
    await runner.createTable(TRIAL);
    for (const [name, columnNames, where, isUnique] of [
      ['trial_of_suggestion', ['suggestion', 'began_at'], undefined, false],
      ['open_trial', ['workflow'], 'settled_at IS NULL AND ended_at IS NULL', false],
      ['settled_trial', ['settled_at'], 'settled_at IS NOT NULL', false],
      // One canary a workflow. It is looked for at every start of an execution.
      ['canary', ['workflow'], 'share IS NOT NULL AND ended_at IS NULL', true],
    ] as const) {
      const about = { name, columnNames: [...columnNames], isUnique };
      await runner.createIndex('suggestion_trial', new TableIndex(where === undefined ? about : { ...about, where }));
    }
    // Not by `addColumn`, which copies the whole table on SQLite.
    await runner.query('ALTER TABLE workflow_version ADD COLUMN candidate integer NOT NULL DEFAULT 0');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE workflow_version DROP COLUMN candidate');
    await runner.dropTable('suggestion_trial');
  }
}
