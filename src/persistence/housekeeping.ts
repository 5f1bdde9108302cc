import { setImmediate as nextTurn } from 'node:timers/promises';
import { HarmoniaError, type Millis, type Uuid } from '../kernel/index.js';
import type { Timer, Timers } from '../engine/ports/index.js';
import { guarded, type SqliteDatabase } from './database.js';
import { forgetAudit } from './access/audit-store.js';
import { packJournal, sealOf, unpackJournal, type Seal } from './writer/archive.js';
import { digestOfEvents } from './writer/digest.js';
import { eraseHistory, eraseJournal } from './writer/erase.js';
import { EVENTS_OF_EXECUTION, fromEventRow, type StoredEventRow } from './writer/event-row.js';

export interface Retention {
  /** ms after its end that the history of an execution is deleted; absent: never. */
  readonly keep: Millis | undefined;
  /** ms after its end that a journal is archived. */
  readonly compactAfter: Millis;
  /** ms that records of what was done are kept; absent: for ever. */
  readonly auditKept?: Millis | undefined;
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
  /** Archives of before, which had no seal or no digest. */
  readonly sealed: number;
  readonly erased: number;
}

const HOUR = 3_600_000;
const FIRST_SWEEP = 60_000;
const BETWEEN_SWEEPS = HOUR;
/** Idempotency keys older than this are forgotten. */
const KEYS_KEPT = 7 * 24 * HOUR;
/** Calls of language models are kept so long: a year, and what accounts are closed with. */
const LLM_CALLS_KEPT = 400 * 24 * HOUR;
/** Events that were given to all are forgotten when they are older, and when there are more (semantics 20). */
const EVENTS_KEPT = 24 * HOUR;
const MOST_EVENTS = 100_000;
/** Bytes of their payloads. */
const MOST_EVENT_BYTES = 64 * 1024 * 1024;
/** Executions that are looked at before everybody else gets the event loop. */
const SLICE = 500;

interface Candidate {
  readonly ref: number;
  readonly id: Uuid;
  readonly ended_at: number | null;
  readonly journal: 'live' | 'archived' | 'gone';
  readonly is_sealed: 0 | 1;
}

type Work = keyof Swept;

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
    const swept = { archived: 0, sealed: 0, erased: 0 };
    guarded(() => this.statements.forgetKeys.run(now - KEYS_KEPT));
    guarded(() => this.statements.forgetResults.run(now));
    guarded(() => this.statements.forgetLlmCalls.run(now - LLM_CALLS_KEPT));
    guarded(() => this.statements.forgetSuggestions.run(now));
    guarded(() => this.forgetEvents(now));
    const { auditKept } = this.parts.retention;
    if (auditKept !== undefined) forgetAudit(this.parts.database, now - auditKept);
    for (let slice = this.after(-1); slice.length > 0 && !this.stopped; slice = this.after(slice.at(-1)?.ref)) {
      for (const candidate of slice) {
        const work = this.dueWork(candidate, now);
        if (work === undefined || this.stopped) continue;
        if (await this.isDone(work, candidate)) swept[work] += 1;
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

  /** Places are not given twice: who goes on behind one would miss what came later. */
  private forgetEvents(now: number): void {
    const { statements, parts } = this;
    const forget = parts.database.transaction(() => {
      statements.keepPlace.run();
      statements.forgetEvents.run(now - EVENTS_KEPT, MOST_EVENTS, MOST_EVENT_BYTES);
    });
    forget.immediate();
  }

  private after(ref: number | undefined): readonly Candidate[] {
    return ref === undefined ? [] : guarded(() => this.statements.slice.all(ref, SLICE));
  }

  private dueWork({ ended_at: endedAt, journal, is_sealed: isSealed }: Candidate, now: number): Work | undefined {
    const { keep, compactAfter } = this.parts.retention;
    if (endedAt === null || journal === 'gone') return undefined;
    if (keep !== undefined && endedAt + keep <= now) return 'erased';
    if (journal === 'live') return endedAt + compactAfter <= now ? 'archived' : undefined;
    return isSealed === 0 ? 'sealed' : undefined;
  }

  /** A journal that cannot be read stays as it is, for somebody to look at, and keeps nobody else waiting. */
  private async isDone(work: Work, { ref, id }: Candidate): Promise<boolean> {
    try {
      if (work === 'erased') this.erase(ref);
      else if (work === 'archived') await this.archive(ref, id);
      else this.seal(ref, id);
      return true;
    } catch (error) {
      if (error instanceof HarmoniaError) throw error;
      this.parts.onTrouble(`the journal of execution ${id} cannot be read`, error);
      return false;
    }
  }

  private async archive(ref: number, id: Uuid): Promise<void> {
    const { statements, parts } = this;
    const rows = guarded(() => statements.events.all(ref));
    const events = rows.map((row) => ({
      position: row.position,
      ...(row.link !== null && { link: row.link }),
      ...fromEventRow(row),
    }));
    const seal = sealOf(id, events);
    const digest = JSON.stringify(digestOfEvents(events));
    const packed = await packJournal(events);
    const store = parts.database.transaction(() => {
      // It may have been deleted, or taken up again, while it was packed.
      if (statements.length.get(ref) !== events.length) return;
      statements.insertArchive.run(ref, packed);
      this.writeSeal(ref, seal, digest);
      statements.mark.run('archived', ref);
      eraseJournal(parts.database, ref);
    });
    guarded(() => store.immediate());
  }

  private seal(ref: number, id: Uuid): void {
    const packed = guarded(() => this.statements.archive.get(ref));
    if (!packed) return;
    const events = unpackJournal(packed);
    const seal = sealOf(id, events);
    const digest = JSON.stringify(digestOfEvents(events));
    guarded(() => this.writeSeal(ref, seal, digest));
  }

  private writeSeal(ref: number, { head, lastSeq, positions }: Seal, digest: string): void {
    this.statements.insertSeal.run(ref, head, lastSeq, positions?.first ?? null, positions?.last ?? null, digest);
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
    `SELECT ref, id, ended_at, journal, digest IS NOT NULL AS is_sealed FROM execution
     LEFT JOIN journal_seal AS seal ON seal.execution = ref WHERE ref > ? ORDER BY ref LIMIT ?`,
  ),
  events: database.prepare<[number], StoredEventRow>(`${EVENTS_OF_EXECUTION} ORDER BY seq`),
  length: database.prepare<[number], number>('SELECT count(*) FROM journal WHERE execution = ?').pluck(),
  insertArchive: database.prepare('INSERT OR REPLACE INTO journal_archive (execution, events) VALUES (?, ?)'),
  archive: database.prepare<[number], Buffer>('SELECT events FROM journal_archive WHERE execution = ?').pluck(),
  // A seal that is there stays: one that was made anew would pardon what was altered since.
  insertSeal: database.prepare(
    `INSERT INTO journal_seal (execution, head, last_seq, first_position, last_position, digest)
     VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (execution) DO UPDATE SET digest = excluded.digest`,
  ),
  mark: database.prepare('UPDATE execution SET journal = ? WHERE ref = ?'),
  forgetResults: database.prepare('DELETE FROM cached_result WHERE until <= ?'),
  forgetSuggestions: database.prepare(
    "DELETE FROM suggestion WHERE expires_at <= ? AND status NOT IN ('applied', 'canary', 'dismissed')",
  ),
  keepPlace: database.prepare(
    `INSERT INTO meta (key, value) SELECT 'forgotten_event', coalesce(max(place), 0) FROM kept_event WHERE true
     ON CONFLICT (key) DO UPDATE SET value = max(CAST(meta.value AS INTEGER), CAST(excluded.value AS INTEGER))`,
  ),
  forgetEvents: database.prepare(
    `DELETE FROM kept_event WHERE at < ? OR place <= (SELECT max(place) FROM kept_event) - ? OR place <= (
       SELECT max(place) FROM (
         SELECT place, sum(octet_length(payload)) OVER (ORDER BY place DESC) AS bytes FROM kept_event
       ) WHERE bytes > ?
     )`,
  ),
  forgetLlmCalls: database.prepare('DELETE FROM llm_call WHERE at < ?'),
  forgetKeys: database.prepare('DELETE FROM idempotency_key WHERE created_at < ?'),
});
