import type { Instant, Json, Uuid } from '../../kernel/index.js';
import type { KeptEvent, RecordedEvent } from '../core/index.js';

/**
 * The store's own mark of an execution: where its rows are. Opaque to the engine, which hands it back with every
 * transition. Valid until the execution is reloaded.
 */
export interface JournalHandle {
  readonly execution: Uuid;
}

/** The events that one decision gave, in order, with the positions they get. */
export interface Transition {
  readonly handle: JournalHandle;
  readonly events: readonly RecordedEvent[];
}

/** Something that was said by or about an attempt; kept beside the journal, bounded per execution. */
export interface LogLine {
  readonly handle: JournalHandle;
  readonly at: Instant;
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly step: string;
  readonly attempt: number;
  readonly message: string;
  readonly details?: unknown;
}

/** A key that makes a create request safe to repeat. Written in the transaction of what it created. */
export interface IdempotencyKey {
  readonly scope: string;
  readonly key: string;
  /** Hash of the request; a different request under the same key is a mistake. */
  readonly request: string;
  readonly resource: Uuid;
  readonly at: Instant;
}

/** A result that is kept for a while. */
export interface CachedResult {
  readonly key: string;
  readonly output: Json;
  readonly until: Instant;
}

/** An event that was given to all; kept for a while for executions that begin later (semantics 20). */
export interface EventToKeep extends KeptEvent {
  /** Only for executions of this workflow. */
  readonly workflow?: Uuid;
  readonly at: Instant;
}

/** Which of the kept events: those that an execution of the workflow may look back for. */
export interface KeptEventQuery {
  readonly name: string;
  readonly workflow: Uuid;
  readonly since: Instant;
  /** Go on behind this one; absent: from the oldest. */
  readonly after?: number;
}

/** A kept event, and its place among them: they are in the order in which they were committed. */
export interface KeptEventAt extends KeptEvent {
  readonly place: number;
}

/** One group commit: all of it or nothing. */
export interface Batch {
  readonly transitions: readonly Transition[];
  /** Of one id, the first is kept. */
  readonly events?: readonly EventToKeep[];
  readonly results?: readonly CachedResult[];
  readonly logs: readonly LogLine[];
  readonly keys: readonly IdempotencyKey[];
}

/** Where a commit stands in the order of all commits: the position of its first event; the others follow on. */
export interface Committed {
  /** Positions of the events of the batch, in the order of its transitions. */
  readonly firstPosition: number;
}

/** The journal of one execution as it is stored. */
export interface StoredJournal {
  readonly handle: JournalHandle;
  /** Content hash of the document that the execution is pinned to at the end of the journal. */
  readonly definition: string;
  readonly events: readonly RecordedEvent[];
  /** Positions of the events in the order of all commits; empty for an archived journal. */
  readonly positions: readonly number[];
}

/**
 * The journal: append-only per execution, and the truth about it (design §1.2). Projections are written in the same
 * transaction. Nobody is told of a transition before `commit` fulfils. Rejections are `HarmoniaError`s of code
 * `storage_unavailable`; whether the batch was written is then unknown until the executions are loaded again.
 */
export interface Journal {
  /** A handle for an execution that does not exist yet; nothing is written before its first transition. */
  create(execution: Uuid, totalTasks: number): JournalHandle;
  commit(batch: Batch): Promise<Committed>;
  /** Writes something durable of no meaning: rejects while the store takes no writes. */
  probe(): Promise<void>;
  /** The whole journal of an execution; undefined when there is none. Throws `journal_gone` when retention deleted it. */
  load(execution: Uuid): Promise<StoredJournal | undefined>;
  /** The last event of an execution; undefined when there is no such execution. Throws `journal_gone` as `load` does. */
  last(execution: Uuid): Promise<RecordedEvent | undefined>;
  /** Executions that are not terminal, oldest first. */
  open(): Promise<readonly Uuid[]>;
  /** The result that is kept under a key and still fresh. */
  cached(key: string, now: Instant): Promise<CachedResult | undefined>;
  /** A page of kept events, oldest first; an empty one is the end. */
  keptEvents(query: KeptEventQuery): Promise<readonly KeptEventAt[]>;
  /** What a key was used for. */
  recall(scope: string, key: string): Promise<IdempotencyKey | undefined>;
  /** Deletes an execution and everything about it. False: there was none. */
  delete(execution: Uuid): Promise<boolean>;
  /** Deletes the name of a place, not the place. False: there was none. */
  deleteCheckpoint(checkpoint: Uuid): Promise<boolean>;
}
