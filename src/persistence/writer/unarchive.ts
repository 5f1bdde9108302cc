import type { SqliteDatabase } from '../database.js';
import { archivedRow, unpackJournal } from './archive.js';
import { toEventRow } from './event-row.js';
import { RUNS_PER_EXECUTION, type ExecutionRows } from './execution-rows.js';
import { chainOf, nextLink } from './hash-chain.js';

/**
 * Puts an archived journal back where it was, at its positions: an execution goes on whose journal was archived. Called
 * inside the transaction that lets it go on. Answers its last link; undefined when the journal is not archived.
 */
export const unarchive = (database: SqliteDatabase, { ref, execution }: ExecutionRows): string | undefined => {
  const archive = database
    .prepare<[number], Buffer>('SELECT events FROM journal_archive WHERE execution = ?')
    .pluck()
    .get(ref);
  if (!archive) return undefined;
  const insert = database.prepare(
    'INSERT INTO journal (position, execution, seq, type, at, data, payload, link) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
  );
  const insertPayload = database.prepare('INSERT OR IGNORE INTO payload (execution, hash, data) VALUES (?, ?, ?)');
  let link = chainOf(execution);
  for (const archived of unpackJournal(archive)) {
    // Archives of 0.1.0 did not keep positions: those are put where no stream looks, below all that were ever given.
    const position = archived.position > 0 ? archived.position : -(ref * RUNS_PER_EXECUTION + archived.seq);
    const { seq, type, at, data, payload } = archivedRow({ ...archived, position });
    const { large } = toEventRow(archived.event);
    if (large !== undefined) insertPayload.run(ref, payload, large);
    link = nextLink(link, { seq, position }, { type, at, data, payload });
    insert.run(position, ref, seq, type, at, data, payload, link);
  }
  for (const table of ['journal_archive', 'journal_seal']) {
    database.prepare(`DELETE FROM ${table} WHERE execution = ?`).run(ref);
  }
  return link;
};
