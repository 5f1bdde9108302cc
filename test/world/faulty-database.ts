import Database from 'better-sqlite3';
import type { SqliteDatabase } from '../../src/persistence/database.js';

/** How a statement fails. */
export interface SqlFault {
  readonly code: 'SQLITE_BUSY' | 'SQLITE_FULL' | 'SQLITE_IOERR_WRITE' | 'SQLITE_IOERR_FSYNC';
  /** The statement does its work, and then says that it failed: nobody knows that it was done. */
  readonly after?: boolean;
  /** SQLite ends the transaction by itself, as it does when the disk is full. */
  readonly endsTransaction?: boolean;
}

type Native = { inTransaction: boolean } & Record<string, (...args: unknown[]) => unknown>;
type Statement = Record<string, (...args: unknown[]) => unknown>;

const RUNS = new Set(['run', 'get', 'all', 'iterate']);

/**
 * Stands between the writer and SQLite, at the level of prepared statements: BEGIN, COMMIT and ROLLBACK of
 * better-sqlite3's own transactions pass here, too. The n-th statement fails.
 */
export class FaultyDatabase {
  /** Statements that ran since `arm`. */
  count = 0;
  /** What failed. */
  fired: string | undefined;
  private at = 0;
  private fault: SqlFault | undefined;

  /** The same database with another native connection; better-sqlite3 keeps that under a symbol. */
  readonly wrap = (database: SqliteDatabase): SqliteDatabase => {
    const symbol = Object.getOwnPropertySymbols(database).find(
      (name) => typeof Reflect.get(Reflect.get(database, name) as object, 'prepare') === 'function',
    );
    if (!symbol) throw new Error('better-sqlite3 keeps its connection elsewhere now');
    const value = this.native(database, Reflect.get(database, symbol) as Native);
    return Object.create(database, { [symbol]: { value } }) as SqliteDatabase;
  };

  /** The n-th statement from now on fails; 0: none. */
  arm(at: number, fault?: SqlFault): void {
    this.count = 0;
    this.fired = undefined;
    this.at = at;
    this.fault = fault;
  }

  private native(database: SqliteDatabase, native: Native): Native {
    return new Proxy(native, {
      get: (target, name) => {
        const found: unknown = Reflect.get(target, name);
        if (typeof found !== 'function') return found;
        if (name !== 'prepare') return found.bind(target) as unknown;
        return (sql: string) => this.statement(target, sql, target.prepare?.(sql, database, false) as Statement);
      },
    });
  }

  private statement(native: Native, sql: string, statement: Statement): Statement {
    const made: Statement = new Proxy(statement, {
      get: (target, name) => {
        const found: unknown = Reflect.get(target, name);
        if (typeof found !== 'function') return found;
        return (...args: unknown[]): unknown => {
          const work = (): unknown => found.apply(target, args) as unknown;
          const result = RUNS.has(String(name)) ? this.run(native, sql, work) : work();
          return result === target ? made : result; // pluck() and the like
        };
      },
    });
    return made;
  }

  private run(native: Native, sql: string, work: () => unknown): unknown {
    this.count += 1;
    if (!this.fault || this.count !== this.at) return work();
    const { code, after, endsTransaction } = this.fault;
    this.fired = sql;
    if (after && !sql.startsWith('BEGIN')) work();
    if (endsTransaction && native.inTransaction) native.exec?.('ROLLBACK');
    throw new Database.SqliteError(`injected: ${sql}`, code);
  }
}
