import type { Instant, Json, JsonObject, Millis, TraceContext, Uuid } from '../../kernel/index.js';

/** Events that were deleted before they could be read. */
export interface Gap {
  readonly after: number;
  readonly upTo: number;
  readonly at: Instant;
}

/** A webhook that Harmonia sends, as it is kept: `document` holds no secret. */
export interface StoredSubscription {
  readonly id: Uuid;
  readonly document: JsonObject;
  /** Of every event up to this commit position it is known whether it is to be sent. Never goes back. */
  readonly cursor: number;
  /** The latest; null: there was none. */
  readonly gap: Gap | null;
  readonly createdAt: Instant;
  readonly updatedAt: Instant;
}

/** What is to be sent. Its id is the `webhook-id` of every attempt. */
export interface NewDispatch {
  readonly id: Uuid;
  readonly subscription: Uuid;
  /** Commit position of its event; null: it was given by hand. */
  readonly position: number | null;
  /** The public event that a body is made of at each attempt, or the body itself. */
  readonly content:
    { readonly is: 'event'; readonly event: JsonObject } | { readonly is: 'payload'; readonly payload: Json };
  readonly at: Instant;
  readonly due: Instant;
}

/** `dead`: attempts are used up, or the receiver wants nothing more; it is kept and can be sent again. */
export type DispatchStatus = 'pending' | 'delivered' | 'dead';

/** What came of an attempt. */
export interface AttemptOutcome {
  readonly at: Instant;
  readonly duration: Millis;
  /** Null: no answer came. */
  readonly statusCode: number | null;
  /** Of the body of the answer, 1 KiB at most, masked. */
  readonly response: string | null;
  /** Null: it was taken. */
  readonly failure: { readonly code: string; readonly message: string } | null;
}

export interface StoredDispatch extends NewDispatch {
  readonly status: DispatchStatus;
  readonly attempts: number;
  /** Of the last attempt. */
  readonly outcome: AttemptOutcome | null;
  readonly settledAt: Instant | null;
  /** The key of the last request to send it again. */
  readonly key: string | null;
}

/** An attempt that was made. `again`: when it is made once more; null: it is settled. */
export interface Recorded {
  readonly id: Uuid;
  readonly status: DispatchStatus;
  readonly outcome: AttemptOutcome;
  readonly again: Instant | null;
}

/** How far a subscription got, and what it is to send of that. */
export interface Advance {
  readonly subscription: Uuid;
  readonly cursor: number;
  readonly gap: Gap | null;
  readonly dispatches: readonly NewDispatch[];
}

export interface DispatchPage {
  readonly items: readonly StoredDispatch[];
  readonly total: number;
}

/** Keeps subscriptions and what they send. Every change is one durable transaction. */
export interface SubscriptionStore {
  all(): Promise<readonly StoredSubscription[]>;
  find(id: Uuid): Promise<StoredSubscription | undefined>;
  /** Oldest first. */
  list(page: { readonly offset: number; readonly limit: number }): Promise<{
    readonly items: readonly StoredSubscription[];
    readonly total: number;
  }>;
  /** Of one that is there the document changes, and nothing else. */
  save(subscription: StoredSubscription): Promise<void>;
  /** What it sends goes with it. False: there was none. */
  remove(id: Uuid): Promise<boolean>;
  /** All of them in one transaction; those that are gone, and those that got further, are left out. A dispatch whose id is there stays as it is. */
  advance(advances: readonly Advance[]): Promise<void>;
  /** False: one of its id is there, or its subscription is gone. */
  add(dispatch: NewDispatch): Promise<boolean>;
  dispatch(id: Uuid): Promise<StoredDispatch | undefined>;
  /** Pending ones whose time has come, in the order they were added; at least one if there is one, else within `rows` and `bytes`. */
  due(
    subscription: Uuid,
    now: Instant,
    most: { readonly rows: number; readonly bytes: number },
  ): Promise<readonly StoredDispatch[]>;
  /** When the next pending one is due. */
  nextDue(subscription: Uuid): Promise<Instant | undefined>;
  pending(subscription: Uuid): Promise<number>;
  /** Those that are gone are left out. */
  record(attempts: readonly Recorded[]): Promise<void>;
  /** Makes a pending one due at another time, without an attempt. */
  putOff(id: Uuid, due: Instant): Promise<void>;
  /** Pending once more, with all attempts before it. False: it is pending, or gone. */
  again(id: Uuid, due: Instant, key: string | null): Promise<boolean>;
  /** The same with all dead ones of a subscription; how many it were. */
  againDead(subscription: Uuid, due: Instant): Promise<number>;
  /** Newest first. */
  dispatches(
    subscription: Uuid,
    page: { readonly offset: number; readonly limit: number; readonly status?: DispatchStatus },
  ): Promise<DispatchPage>;
  /** Forgets at most so many of those that were settled before; answers how many it were. */
  forget(before: Instant, most: number): Promise<number>;
}

/** A public event, as it was committed. */
export interface CommittedEvent {
  readonly event: JsonObject & { readonly id: string; readonly type: string; readonly event_type: string };
  readonly position: number;
  readonly execution: Uuid;
  readonly workflowId: Uuid;
  readonly workflowName: string;
}

/** A workflow was made, changed or deleted. Not of the journal: it has no position. */
export interface DefinitionEvent {
  readonly event: JsonObject & { readonly id: string; readonly type: string; readonly event_type: string };
  readonly workflowId: Uuid;
  readonly workflowName: string;
  readonly at: Instant;
}

/** What becomes of workflows. */
export interface DefinitionLog {
  readonly types: readonly string[];
  /** Tells of each change once it is kept. */
  follow(told: (change: DefinitionEvent) => void): void;
  /** The last change of each workflow that there is, as far as it came after that. */
  since(at: Instant): Promise<readonly DefinitionEvent[]>;
}

/** The public events of all executions, by commit position. */
export interface EventLog {
  /** Names of events, and the journal events that each is made of. */
  readonly types: Readonly<Record<string, readonly string[]>>;
  /** The position of the last commit. */
  end(): Promise<number>;
  /** Up to where events were deleted; 0: none were. */
  erased(): Promise<number>;
  /** Those of journal events of these types, in order. `end`: all up to there were looked at. */
  page(
    after: number,
    size: number,
    recorded: ReadonlySet<string>,
  ): Promise<{ readonly events: readonly CommittedEvent[]; readonly end: number; readonly isFull: boolean }>;
  /** How it stands with an execution, for templates. */
  execution(id: Uuid): Promise<JsonObject | undefined>;
  /** The trace that an execution belongs to; undefined: nobody traces it. */
  trace(id: Uuid): Promise<TraceContext | undefined>;
}

/** Who wants to know of commits. Called on the path of the engine, after the commit: must be quick and must not throw. */
export interface CommitListener {
  /** False: nothing need be told. */
  readonly isListening: boolean;
  /** Types of journal events that matter. */
  readonly wanted: ReadonlySet<string>;
  /** Something was committed; whether it matters. */
  committed(matters: boolean): void;
}
