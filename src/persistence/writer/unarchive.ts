import type { SqliteDatabase } from '../database.js';
import { archivedRows, unpackJournal } from './archive.js';
import { RUNS_PER_EXECUTION, type ExecutionRows } from './execution-rows.js';
import { Chain } from './hash-chain.js';

/**
 * Puts an archived journal back where it was, at its positions: an execution goes on whose journal was archived. Called
 * inside the transaction that lets it go on. Its links are those that it had: to be archived pardons nothing. Answers
 * what the next row follows; undefined when the journal is not archived.
 */
export const unarchive = (database: SqliteDatabase, { ref, execution }: ExecutionRows): Chain | undefined => {
  const archive = database
    .prepare<[number], Buffer>('SELECT events FROM journal_archive WHERE execution = ?')
    .pluck()
    .get(ref);
  if (!archive) return undefined;
  const insert = database.prepare(
    'INSERT INTO journal (position, execution, seq, type, at, data, payload, link) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
  );
  const insertPayload = database.prepare('INSERT OR IGNORE INTO payload (execution, hash, data) VALUES (?, ?, ?)');
  // Archives of 0.1.0 did not keep positions: those are put where no stream looks, below all that were ever given.
  const events = unpackJournal(archive).map((event) =>
    event.position > 0 ? event : { ...event, position: -(ref * RUNS_PER_EXECUTION + event.seq) },
  );
  const rows = archivedRows(execution, events);
  for (const row of rows) {
    if (row.large !== undefined) insertPayload.run(ref, row.payload, row.large);
    insert.run(row.position, ref, row.seq, row.type, row.at, row.data, row.payload, row.link);
  }
  for (const table of ['journal_archive', 'journal_seal']) {
    database.prepare(`DELETE FROM ${table} WHERE execution = ?`).run(ref);
  }
  return Chain.after(execution, rows);
};
