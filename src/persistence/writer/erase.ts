import type { SqliteDatabase } from '../database.js';
import { RUNS_PER_EXECUTION } from './execution-rows.js';

/* All of these are called inside a transaction. */

/** Remembers the highest position that was given, so that none is given twice when its row is gone. */
const keepPosition = (database: SqliteDatabase): void => {
  database
    .prepare(
      `INSERT INTO meta (key, value) SELECT 'deleted_position', coalesce(max(position), 0) FROM journal WHERE true
       ON CONFLICT (key) DO UPDATE SET value = max(CAST(meta.value AS INTEGER), CAST(excluded.value AS INTEGER))`,
    )
    .run();
};

/** Deletes the rows of a journal that is archived. */
export const eraseJournal = (database: SqliteDatabase, ref: number): void => {
  keepPosition(database);
  for (const table of ['journal', 'payload']) database.prepare(`DELETE FROM ${table} WHERE execution = ?`).run(ref);
};

/** Remembers up to where events are gone for good: who reads by position must know what cannot be read any more. */
const keepErased = (database: SqliteDatabase, ref: number): void => {
  database
    .prepare(
      `INSERT INTO meta (key, value)
       SELECT 'erased_position', max(
         coalesce((SELECT max(position) FROM journal WHERE execution = @ref), 0),
         coalesce((SELECT last_position FROM journal_seal WHERE execution = @ref), 0)
       ) WHERE true
       ON CONFLICT (key) DO UPDATE SET value = max(CAST(meta.value AS INTEGER), CAST(excluded.value AS INTEGER))`,
    )
    .run({ ref });
};

/**
 * Deletes all that happened in an execution. What stays says when it was and how it ended, and which checkpoints it had:
 * who asks for one is told that the journal is gone, not that it never was.
 */
export const eraseHistory = (database: SqliteDatabase, ref: number): void => {
  keepErased(database, ref);
  eraseJournal(database, ref);
  for (const table of ['journal_archive', 'journal_seal', 'log_entry', 'saved_state'])
    database.prepare(`DELETE FROM ${table} WHERE execution = ?`).run(ref);
  database
    .prepare('DELETE FROM task_run WHERE id >= ? AND id < ?')
    .run(ref * RUNS_PER_EXECUTION, (ref + 1) * RUNS_PER_EXECUTION);
};

/** Deletes an execution with everything about it. */
export const deleteExecution = (database: SqliteDatabase, ref: number): void => {
  eraseHistory(database, ref);
  database.prepare('DELETE FROM checkpoint WHERE execution = ?').run(ref);
  database.prepare('DELETE FROM execution WHERE ref = ?').run(ref);
};
