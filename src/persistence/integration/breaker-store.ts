import type { BreakerStore, OpenCircuit } from '../../integration/ports/index.js';
import { guarded, type SqliteDatabase } from '../database.js';

/* eslint-disable @typescript-eslint/require-await -- the port is for databases that answer later, too */

/** Open circuits in the SQLite file, through the one writer's connection (semantics 28). */
export class SqliteBreakers implements BreakerStore {
  constructor(private readonly database: SqliteDatabase) {}

  async all(): Promise<readonly OpenCircuit[]> {
    const sql = 'SELECT destination, since, until, failures FROM open_circuit ORDER BY destination';
    return guarded(() => this.database.prepare(sql).all() as OpenCircuit[]);
  }

  async put({ destination, since, until, failures }: OpenCircuit): Promise<void> {
    const sql = `INSERT INTO open_circuit (destination, since, until, failures) VALUES (?, ?, ?, ?)
      ON CONFLICT (destination) DO UPDATE SET since = excluded.since, until = excluded.until, failures = excluded.failures`;
    guarded(() => this.database.prepare(sql).run(destination, since, until, failures));
  }

  async remove(destination: string): Promise<void> {
    guarded(() => this.database.prepare('DELETE FROM open_circuit WHERE destination = ?').run(destination));
  }
}
