import type { Instant, Json, JsonObject } from '../../kernel/index.js';
import type { Failure, RecordedResult, SecretSlot, TraceOrigin, Usage } from '../core/index.js';

/** One attempt to be run. */
export interface Attempt {
  readonly executionId: string;
  /** Id of the workflow that the execution is one of. */
  readonly workflowId?: string;
  readonly address: string;
  readonly generation: number;
  readonly attempt: number;
  /** Task type, `http/request`. */
  readonly type: string;
  readonly input: JsonObject;
  readonly secrets: readonly SecretSlot[];
  /** Names of credentials by slot; absent: none. */
  readonly credentials?: Readonly<Record<string, string>>;
  /** The set of plugin versions that its execution is pinned to; absent: the first. */
  readonly plugins?: number;
  readonly firstStartedAt: Instant;
  /** What attempts before it did once and for all. */
  readonly results: readonly RecordedResult[];
  readonly deadline: Instant | undefined;
  /** The trace that its execution belongs to. Absent: that is its own. */
  readonly trace?: TraceOrigin;
  /** Headers of whatever it sends, so that the receiver knows what it belongs to. Absent: none. */
  readonly headers?: Readonly<Record<string, string>>;
}

export type AttemptOutcome =
  { readonly is: 'completed'; readonly output: Json } | { readonly is: 'failed'; readonly failure: Failure };

export type AttemptLogLevel = 'debug' | 'info' | 'warn' | 'error';

/** What a runner may ask of the engine while an attempt runs. Secrets are masked before anything is said. */
export interface AttemptControl {
  /** Aborts when the result no longer counts, and at shutdown. */
  readonly signal: AbortSignal;
  log(level: AttemptLogLevel, message: string, details?: Json): void;
  progress(fraction: number, message?: string): void;
  /** A sign of life, as `log` and `progress` are. */
  heartbeat(): void;
  /**
   * Records what the attempt did once and for all; fulfils when it is written. Of one key, the first result counts. Rejects
   * when the attempt is over.
   */
  record(key: string, result: Json): Promise<void>;
  /**
   * Books what the attempt has used; fulfils when it is written. It counts also when the attempt is over by then; rejects
   * when the execution is.
   */
  use(usage: Usage): Promise<void>;
}

/** Runs attempts. Never throws and never rejects: whatever goes wrong is a failed outcome. */
export interface TaskRunner {
  /** A plain outcome when the task ended at once; that saves the engine a turn of the event loop. */
  run(attempt: Attempt, control: AttemptControl): AttemptOutcome | Promise<AttemptOutcome>;
}
