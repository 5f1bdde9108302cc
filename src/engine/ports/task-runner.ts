import type { Instant, Json, JsonObject, JsonPointer } from '../../kernel/index.js';
import type { Failure } from '../core/index.js';

/** Text in which secrets stand: literal parts and names of secrets, in order. */
export type SecretText = readonly (string | { readonly secret: string })[];

/** A place in the input of an attempt that the runner fills with secrets at the call (semantics 5). */
export interface SecretSlot {
  readonly pointer: JsonPointer;
  /** One lone `{secret}`: the value of the secret itself. */
  readonly text: SecretText;
}

/** One attempt to be run. */
export interface Attempt {
  readonly executionId: string;
  readonly address: string;
  readonly generation: number;
  readonly attempt: number;
  /** Task type, `http/request`. */
  readonly type: string;
  readonly input: JsonObject;
  readonly secrets: readonly SecretSlot[];
  readonly firstStartedAt: Instant;
  readonly deadline: Instant | undefined;
}

export type AttemptOutcome =
  { readonly is: 'completed'; readonly output: Json } | { readonly is: 'failed'; readonly failure: Failure };

export type AttemptLogLevel = 'debug' | 'info' | 'warn' | 'error';

/** Where an attempt speaks while it runs. Secrets are masked before these are called. */
export interface AttemptListener {
  log(level: AttemptLogLevel, message: string, details?: Json): void;
  progress(fraction: number, message?: string): void;
}

/** Runs attempts. Never throws and never rejects: whatever goes wrong is a failed outcome. */
export interface TaskRunner {
  /** A plain outcome when the task ended at once; that saves the engine a turn of the event loop. */
  run(attempt: Attempt, signal: AbortSignal, listener: AttemptListener): AttemptOutcome | Promise<AttemptOutcome>;
}
