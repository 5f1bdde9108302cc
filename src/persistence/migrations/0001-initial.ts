import { Table, TableIndex, type MigrationInterface, type QueryRunner, type TableColumnOptions } from 'typeorm';

type Column = readonly [name: string, type: 'key' | 'number' | 'text' | 'bytes', ...rest: ('null' | 'primary')[]];

const column = (runner: QueryRunner, [name, type, ...rest]: Column): TableColumnOptions => {
  const sqlite = runner.connection.options.type === 'better-sqlite3';
  // Exactly INTEGER makes a primary key an alias of SQLite's row id: rows are then appended in key order.
  const types = {
    key: sqlite ? 'integer' : 'bigint',
    number: 'bigint',
    text: 'text',
    bytes: sqlite ? 'blob' : 'bytea',
  };
  return { name, type: types[type], isNullable: rest.includes('null'), isPrimary: rest.includes('primary') };
};

const TABLES: Readonly<Record<string, readonly Column[]>> = {
  definition: [
    ['hash', 'text', 'primary'],
    ['document', 'text'],
  ],
  workflow: [
    ['id', 'text', 'primary'],
    ['name', 'text'],
    ['description', 'text', 'null'],
    ['version', 'text'],
    ['definition', 'text'],
    ['task_count', 'number'],
    ['tags', 'text'],
    ['draft', 'text', 'null'],
    ['created_at', 'number'],
    ['updated_at', 'number'],
    ['deleted_at', 'number', 'null'],
  ],
  workflow_version: [
    ['workflow', 'text', 'primary'],
    ['version', 'text', 'primary'],
    ['definition', 'text'],
    ['created_at', 'number'],
  ],
  execution: [
    ['ref', 'key', 'primary'],
    ['id', 'text'],
    ['workflow_id', 'text'],
    ['workflow_name', 'text'],
    ['workflow_version', 'text'],
    ['definition', 'text'],
    ['status', 'text'],
    ['total_tasks', 'number'],
    ['metadata', 'text'],
    ['error_code', 'text', 'null'],
    ['error_message', 'text', 'null'],
    ['restored_from', 'text', 'null'],
    ['journal', 'text'],
    ['created_at', 'number'],
    ['updated_at', 'number'],
    ['ended_at', 'number', 'null'],
  ],
  journal: [
    ['position', 'key', 'primary'],
    ['execution', 'number'],
    ['seq', 'number'],
    ['type', 'text'],
    ['at', 'number'],
    ['data', 'text'],
    ['payload', 'text', 'null'],
  ],
  journal_archive: [
    ['execution', 'key', 'primary'],
    ['events', 'bytes'],
  ],
  payload: [
    ['execution', 'number', 'primary'],
    ['hash', 'text', 'primary'],
    ['data', 'text'],
  ],
  task_run: [
    ['id', 'key', 'primary'],
    ['execution', 'number'],
    ['step', 'text'],
    ['generation', 'number'],
    ['status', 'text'],
    ['attempt', 'number'],
    ['retries', 'number'],
    ['first_started_at', 'number', 'null'],
    ['started_at', 'number', 'null'],
    ['ended_at', 'number', 'null'],
    ['wake_at', 'number', 'null'],
    ['input_seq', 'number', 'null'],
    ['end_seq', 'number', 'null'],
    ['cause', 'text', 'null'],
    ['error_code', 'text', 'null'],
    ['error_message', 'text', 'null'],
  ],
  checkpoint: [
    ['id', 'text', 'primary'],
    ['execution', 'number'],
    ['seq', 'number'],
    ['name', 'text', 'null'],
    ['description', 'text', 'null'],
    ['created_at', 'number'],
  ],
  log_entry: [
    ['id', 'key', 'primary'],
    ['execution', 'number'],
    ['at', 'number'],
    ['level', 'text'],
    ['step', 'text'],
    ['attempt', 'number'],
    ['message', 'text'],
    ['details', 'text', 'null'],
  ],
  idempotency_key: [
    ['scope', 'text', 'primary'],
    ['key', 'text', 'primary'],
    ['request', 'text'],
    ['resource', 'text'],
    ['created_at', 'number'],
  ],
  meta: [
    ['key', 'text', 'primary'],
    ['value', 'text'],
  ],
};

const UNIQUE: Readonly<Record<string, readonly (readonly string[])[]>> = {
  execution: [['id']],
  journal: [['execution', 'seq']],
};

interface Index {
  readonly columns: readonly string[];
  /** Only these rows are in the index. */
  readonly where?: string;
}

/**
 * Each page that a commit touches costs it time, so the tables of the hot path have few indexes. Executions are listed in
 * the order of `ref`; most have completed, so only those that are open, or that went wrong, are found by their status.
 * `task_run.id` begins with the `ref` of its execution: its runs lie together without an index.
 */
const INDEXES: Readonly<Record<string, readonly Index[]>> = {
  workflow: [{ columns: ['name'] }, { columns: ['updated_at'] }],
  execution: [
    { columns: ['workflow_id', 'ref'] },
    { columns: ['status'], where: "status IN ('running', 'paused')" },
    { columns: ['status', 'created_at'], where: "status IN ('failed', 'canceled')" },
  ],
  checkpoint: [{ columns: ['execution'] }],
  log_entry: [{ columns: ['execution'] }],
  idempotency_key: [{ columns: ['created_at'] }],
};

const index = (table: string, { columns, where }: Index, isUnique: boolean): TableIndex =>
  new TableIndex({
    name: `${isUnique ? 'unique' : 'index'}_${table}_${columns.join('_')}`,
    columnNames: [...columns],
    isUnique,
    ...(where !== undefined && { where }),
  });

/** The tables of the first release. */
export class Initial1700000000001 implements MigrationInterface {
  readonly name = 'Initial1700000000001';

  async up(runner: QueryRunner): Promise<void> {
    for (const [name, columns] of Object.entries(TABLES)) {
      await runner.createTable(new Table({ name, columns: columns.map((entry) => column(runner, entry)) }));
      for (const columns of UNIQUE[name] ?? []) await runner.createIndex(name, index(name, { columns }, true));
      for (const entry of INDEXES[name] ?? []) await runner.createIndex(name, index(name, entry, false));
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const name of Object.keys(TABLES).reverse()) await runner.dropTable(name);
  }
}
