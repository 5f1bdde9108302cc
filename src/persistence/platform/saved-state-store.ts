import type { JsonObject, Uuid } from '../../kernel/index.js';
import type { SavedState, SavedStateStore } from '../../tekton/ports/index.js';
import { guarded, type SqliteDatabase } from '../database.js';

/* eslint-disable @typescript-eslint/require-await -- the port is for databases that answer later, too */

/** What callers keep beside executions in the SQLite file, through the one writer's connection (semantics 28). */
export class SqliteSavedStates implements SavedStateStore {
  private readonly statements;

  constructor(database: SqliteDatabase) {
    this.statements = {
      save: database.prepare(
        `INSERT INTO saved_state (execution, state, saved_at) SELECT ref, ?, ? FROM execution WHERE id = ?
         ON CONFLICT (execution) DO UPDATE SET state = excluded.state, saved_at = excluded.saved_at`,
      ),
      load: database.prepare<[string], { readonly state: string; readonly saved_at: number }>(
        `SELECT state, saved_at FROM saved_state JOIN execution ON execution.ref = saved_state.execution
         WHERE execution.id = ?`,
      ),
    };
  }

  async save(execution: Uuid, { state, savedAt }: SavedState): Promise<boolean> {
    return guarded(() => this.statements.save.run(JSON.stringify(state), savedAt, execution).changes > 0);
  }

  async load(execution: Uuid): Promise<SavedState | undefined> {
    const row = guarded(() => this.statements.load.get(execution));
    return row && { state: JSON.parse(row.state) as JsonObject, savedAt: row.saved_at };
  }
}
