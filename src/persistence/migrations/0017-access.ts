import { Table, TableIndex, type MigrationInterface, type QueryRunner } from 'typeorm';

const KEY = new Table({
  name: 'api_key',
  columns: [
    { name: 'id', type: 'text', isPrimary: true },
    { name: 'name', type: 'text' },
    { name: 'owner', type: 'text', isNullable: true },
    { name: 'hash', type: 'text' },
    { name: 'permissions', type: 'text' },
    { name: 'workflows', type: 'text', isNullable: true },
    { name: 'created_at', type: 'bigint' },
    { name: 'created_by', type: 'text' },
    { name: 'expires_at', type: 'bigint', isNullable: true },
    { name: 'revoked_at', type: 'bigint', isNullable: true },
    { name: 'used_at', type: 'bigint', isNullable: true },
  ],
});

const auditTable = (isSqlite: boolean): Table =>
  new Table({
    name: 'audit',
    columns: [
      // Exactly INTEGER makes it an alias of SQLite's row id: records are appended.
      { name: 'seq', type: isSqlite ? 'integer' : 'bigint', isPrimary: true },
      { name: 'at', type: 'bigint' },
      { name: 'actor', type: 'text' },
      { name: 'peer', type: 'text' },
      { name: 'method', type: 'text' },
      { name: 'route', type: 'text' },
      { name: 'target', type: 'text' },
      { name: 'status', type: 'integer' },
      { name: 'refused', type: 'text', isNullable: true },
      { name: 'request_id', type: 'text', isNullable: true },
      { name: 'times', type: 'integer' },
      { name: 'link', type: 'text' },
    ],
  });

/** Only what lies before the place from which on records are kept may go. */
const KEPT = [
  `CREATE TRIGGER audit_stays_as_it_is BEFORE UPDATE ON audit
   BEGIN SELECT RAISE(ABORT, 'records of the audit log are never changed'); END`,
  `CREATE TRIGGER audit_is_kept BEFORE DELETE ON audit
   WHEN OLD.seq > coalesce((SELECT CAST(value ->> 'seq' AS INTEGER) FROM meta WHERE key = 'audit_start'), 0)
   BEGIN SELECT RAISE(ABORT, 'records of the audit log are never deleted'); END`,
];

/** API keys, and records of what was done. */
export class Access1700000000017 implements MigrationInterface {
  readonly name = 'Access1700000000017';

  async up(runner: QueryRunner): Promise<void> {
    const isSqlite = runner.connection.options.type === 'better-sqlite3';
    await runner.createTable(KEY);
    await runner.createTable(auditTable(isSqlite));
    await runner.createIndex('audit', new TableIndex({ name: 'index_audit_at', columnNames: ['at'] }));
    if (isSqlite) for (const trigger of KEPT) await runner.query(trigger);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('audit');
    await runner.dropTable('api_key');
  }
}
