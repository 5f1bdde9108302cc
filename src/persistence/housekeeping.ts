import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Millis } from '../kernel/index.js';
import type { Timer, Timers } from '../engine/ports/index.js';
import { guarded, type SqliteDatabase } from './database.js';
import { packJournal, unpackJournal } from './writer/archive.js';
import { eraseHistory, eraseJournal } from './writer/erase.js';
import { EVENTS_OF_EXECUTION, fromEventRow, type StoredEventRow } from './writer/event-row.js';

export interface Retention {
  /** ms after its end that the history of an execution is deleted; absent: never. */
  readonly keep: Millis | undefined;
  /** ms after its end that a journal is archived. */
  readonly compactAfter: Millis;
}

export interface HousekeepingParts {
  readonly database: SqliteDatabase;
  readonly retention: Retention;
  readonly timers: Timers;
  readonly onTrouble: (what: string, error: unknown) => void;
}

/** What a sweep did. */
export interface Swept {
  readonly archived: number;
  readonly erased: number;
}

const HOUR = 3_600_000;
const FIRST_SWEEP = 60_000;
const BETWEEN_SWEEPS = HOUR;
/** Idempotency keys older than this are forgotten. */
const KEYS_KEPT = 7 * 24 * HOUR;
/** Executions that are looked at before everybody else gets the event loop. */
const SLICE = 500;

interface Candidate {
  readonly ref: number;
  readonly ended_at: number | null;
  readonly journal: 'live' | 'archived' | 'gone';
}

/**
 * Keeps the store small (semantics 24): the journals of executions that ended some time ago are archived whole, the
 * history of old ones is deleted. Works in small slices beside the engine, on the one writer's connection, so that
 * nothing can come between its statements either. What was not done when the process died is done by the next sweep.
 */
export class Housekeeping {
  private timer: Timer | undefined;
  private sweeping: Promise<void> = Promise.resolve();
  private stopped = false;
  private readonly statements;

  constructor(private readonly parts: HousekeepingParts) {
    this.statements = prepare(parts.database);
  }

  start(): void {
    this.sweepIn(FIRST_SWEEP);
  }

  /** Fulfils when nothing of it runs any more. */
  async stop(): Promise<void> {
    this.stopped = true;
    this.timer?.cancel();
    await this.sweeping;
  }

  /** Looks at every execution once. Rejects with `storage_unavailable` when the store takes no writes. */
  async sweep(): Promise<Swept> {
    const now = this.parts.timers.now();
    const swept = { archived: 0, erased: 0 };
    guarded(() => this.statements.forgetKeys.run(now - KEYS_KEPT));
    guarded(() => this.statements.forgetResults.run(now));
    for (let slice = this.after(-1); slice.length > 0 && !this.stopped; slice = this.after(slice.at(-1)?.ref)) {
      for (const candidate of slice) {
        const work = this.dueWork(candidate, now);
        if (work === undefined || this.stopped) continue;
        if (work === 'erase') this.erase(candidate.ref);
        else await this.archive(candidate.ref);
        swept[work === 'erase' ? 'erased' : 'archived'] += 1;
        await nextTurn();
      }
      await nextTurn();
    }
    return swept;
  }

  private sweepIn(delay: Millis): void {
    this.timer = this.parts.timers.at(this.parts.timers.now() + delay, () => {
      this.sweeping = this.sweep().then(
        () => undefined,
        (error: unknown) => this.parts.onTrouble('old executions cannot be cleared away', error),
      );
      void this.sweeping.then(() => this.stopped || this.sweepIn(BETWEEN_SWEEPS));
    });
  }

  private after(ref: number | undefined): readonly Candidate[] {
    return ref === undefined ? [] : guarded(() => this.statements.slice.all(ref, SLICE));
  }

  private dueWork({ ended_at: endedAt, journal }: Candidate, now: number): 'archive' | 'erase' | undefined {
    const { keep, compactAfter } = this.parts.retention;
    if (endedAt === null || journal === 'gone') return undefined;
    if (keep !== undefined && endedAt + keep <= now) return 'erase';
    return journal === 'live' && endedAt + compactAfter <= now ? 'archive' : undefined;
  }

  private async archive(ref: number): Promise<void> {
    const { statements, parts } = this;
    const events = guarded(() => statements.events.all(ref)).map(fromEventRow);
    // One that went on after it was archived: what was archived comes first.
    const before = guarded(() => statements.archive.get(ref));
    const packed = await packJournal([...(before ? unpackJournal(before) : []), ...events]);
    const store = parts.database.transaction(() => {
      // It may have been deleted, or taken up again, while it was packed.
      if (statements.length.get(ref) !== events.length) return;
      statements.insertArchive.run(ref, packed);
      statements.mark.run('archived', ref);
      eraseJournal(parts.database, ref);
    });
    guarded(() => store.immediate());
  }

  private erase(ref: number): void {
    const { statements, parts } = this;
    const erase = parts.database.transaction(() => {
      statements.mark.run('gone', ref);
      eraseHistory(parts.database, ref);
    });
    guarded(() => erase.immediate());
  }
}

const prepare = (database: SqliteDatabase) => ({
  slice: database.prepare<[number, number], Candidate>(
    'SELECT ref, ended_at, journal FROM execution WHERE ref > ? ORDER BY ref LIMIT ?',
  ),
  events: database.prepare<[number], StoredEventRow>(`${EVENTS_OF_EXECUTION} ORDER BY seq`),
  length: database.prepare<[number], number>('SELECT count(*) FROM journal WHERE execution = ?').pluck(),
  archive: database.prepare<[number], Buffer>('SELECT events FROM journal_archive WHERE execution = ?').pluck(),
  insertArchive: database.prepare('INSERT OR REPLACE INTO journal_archive (execution, events) VALUES (?, ?)'),
  mark: database.prepare('UPDATE execution SET journal = ? WHERE ref = ?'),
  forgetResults: database.prepare('DELETE FROM cached_result WHERE until <= ?'),
  forgetKeys: database.prepare('DELETE FROM idempotency_key WHERE created_at < ?'),
});
