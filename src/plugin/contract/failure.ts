import type { Json, Millis } from '../../kernel/index.js';

/** Recognised by this brand, never by `instanceof`: a plugin may have been built against another copy of the contract. */
const BRAND = 'tekton.harmonia.failure';

/** What the engine does next with a failed attempt: `fatal` ends the step, `transient` is retried by policy. */
export type FailureKind = 'fatal' | 'transient';

/** What a failure may say beside its code and message. */
export interface FailureOptions {
  /** Shown to users beside the message. Must be JSON and hold no secret. */
  readonly details?: Json;
  /** Transient only: the earliest time of the next attempt, in ms from now. A cap of the retry policy does not shorten it. */
  readonly retryAfter?: Millis;
  /** What led to it. For logs of the plugin only: it does not leave the process. */
  readonly cause?: unknown;
}

/** The failure that a task throws on purpose. */
export class TaskFailure extends Error {
  /** Marks it as a failure. */
  readonly brand = BRAND;
  /** Always the same. */
  override readonly name = 'TaskFailure';
  /** As `FailureOptions.details`. */
  readonly details: Json | undefined;
  /** As `FailureOptions.retryAfter`. */
  readonly retryAfter: Millis | undefined;

  /** What the engine does next. */
  readonly kind: FailureKind;
  /** Names the failure for handlers (`on_error`) and for people: `not_found`. 100 characters at most. */
  readonly code: string;

  constructor({
    kind,
    code,
    message,
    ...options
  }: FailureOptions & { kind: FailureKind; code: string; message: string }) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.kind = kind;
    this.code = code;
    this.details = options.details;
    this.retryAfter = options.retryAfter;
  }
}

/** Trying again would not help: bad input, a refusal, a bug. Throw the result. */
export const fatal = (code: string, message: string, options?: FailureOptions): TaskFailure =>
  new TaskFailure({ kind: 'fatal', code, message, ...options });

/** Trying again may help: a timeout, an overload, a lost connection. Throw the result. */
export const transient = (code: string, message: string, options?: FailureOptions): TaskFailure =>
  new TaskFailure({ kind: 'transient', code, message, ...options });

/** Whether something is a `TaskFailure`, of whatever copy of the contract. */
export const isTaskFailure = (value: unknown): value is TaskFailure =>
  typeof value === 'object' && value !== null && (value as { brand?: unknown }).brand === BRAND;
