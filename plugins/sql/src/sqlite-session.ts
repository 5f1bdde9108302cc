import type Database from 'better-sqlite3';
import type { Json } from '@tekton/harmonia/plugin';
import { Refusal } from './refusal.js';
import type { Bound } from './statement.js';
import { realNumber, sqliteValue, wholeNumber } from './values.js';
import { Budget, checkColumns, rowOf, type Result } from './work.js';

/** What the service asks of a process that works on a file. */
export interface SqliteRequest {
  readonly file: string;
  readonly create: boolean;
  readonly mode: 'read' | 'write';
  readonly statements: readonly Bound[];
  readonly maxRows: number;
  readonly maxBytes: number;
  /** ms to wait for a lock. */
  readonly patience: number;
}

export type SqliteAnswer =
  | { readonly is: 'done'; readonly results: readonly Result[] }
  /** A failure of ours. */
  | { readonly is: 'failed'; readonly code: string; readonly message: string }
  /** What SQLite says. */
  | { readonly is: 'refused'; readonly code: string; readonly message: string };

type Open = (file: string, options: Database.Options) => Database.Database;

/** Bytes that the process may take: a statement that builds gigabytes ends, and not the machine. */
export const MEMORY = 512 * 2 ** 20;

const jsonOf = (value: unknown): Json => {
  if (typeof value === 'bigint') return wholeNumber(value.toString());
  if (typeof value === 'number') return realNumber(String(value));
  return Buffer.isBuffer(value) ? value.toString('base64') : (value as string | null);
};

const runOne = (
  database: Database.Database,
  { text, values }: Bound,
  { budget, mode }: { budget: Budget; mode: 'read' | 'write' },
): Result => {
  const statement = database.prepare<unknown[], unknown[]>(text).safeIntegers();
  const bound = values.map(sqliteValue);
  if (!statement.reader) {
    return { columns: [], rows: [], row_count: statement.run(...bound).changes, truncated: false };
  }
  const columns = statement.columns().map(({ name }) => name);
  checkColumns(columns);
  const rows: Result['rows'][number][] = [];
  let seen = 0;
  for (const row of statement.raw().iterate(...bound)) {
    seen++;
    if (budget.left > 0) {
      const one = rowOf(columns, row.map(jsonOf));
      budget.take(one);
      rows.push(one);
    } else if (mode === 'read') break;
  }
  return { columns, rows, row_count: mode === 'read' ? rows.length : seen, truncated: seen > rows.length };
};

const transact = (database: Database.Database, { mode, statements, ...limits }: SqliteRequest): readonly Result[] => {
  const budget = new Budget(limits);
  database.exec(mode === 'read' ? 'BEGIN' : 'BEGIN IMMEDIATE');
  try {
    const results = statements.map((statement) => runOne(database, statement, { budget, mode }));
    database.exec('COMMIT');
    return results;
  } finally {
    if (database.inTransaction) database.exec('ROLLBACK');
  }
};

/** Opens the file for this request alone: nothing of one task is there for the next. */
export const answer = (open: Open, request: SqliteRequest): SqliteAnswer => {
  let database: Database.Database | undefined;
  try {
    const isRead = request.mode === 'read';
    database = open(request.file, {
      readonly: isRead,
      fileMustExist: isRead || !request.create,
      timeout: request.patience,
    });
    return { is: 'done', results: transact(database, request) };
  } catch (error) {
    const { code = '', message = String(error) } = error as { code?: string; message?: string };
    return { is: error instanceof Refusal ? 'failed' : 'refused', code, message };
  } finally {
    database?.close();
  }
};
