import type { Millis } from '../../kernel/index.js';
import type { CompiledValue } from '../ports/index.js';
import type { WebhookAuth } from '../webhook/index.js';

/** When an attempt that failed is made again. */
export interface Retries {
  /** Attempts in all. */
  readonly maxAttempts: number;
  /** ms before the second attempt; it doubles from there. */
  readonly firstDelay: Millis;
  readonly maxDelay: Millis;
}

/** What is sent where, ready to be used. */
export interface Subscription {
  readonly url: URL;
  /** Names of events; empty: nothing is sent by itself. */
  readonly types: ReadonlySet<string>;
  /** Absent: all. */
  readonly filter?: CompiledValue;
  /** Id or name; absent: those of all. */
  readonly workflow?: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Absent: the event as it is. */
  readonly template?: CompiledValue;
  /** The template wants to know the execution. */
  readonly usesExecution: boolean;
  readonly auth: WebhookAuth;
  readonly retries: Retries;
  /** ms until the headers of an answer must be there. */
  readonly timeout: Millis;
  /** Requests at once. */
  readonly concurrency: number;
  readonly enabled: boolean;
}

const LONGEST_RETRY_AFTER = 24 * 3_600_000;

/** ms until the attempt after so many. A receiver may ask for more time, up to a day. */
export const delayAfter = (attempts: number, { firstDelay, maxDelay }: Retries, retryAfter: Millis = 0): Millis => {
  // Powers beyond that are over any cap.
  const delay = Math.min(firstDelay * 2 ** Math.min(attempts - 1, 40), maxDelay);
  return Math.max(delay, Math.min(retryAfter, LONGEST_RETRY_AFTER));
};

/** ms that `Retry-After` asks for: seconds, or a time. */
export const retryAfterOf = (header: string | undefined, now: number): Millis | undefined => {
  if (header === undefined) return undefined;
  if (/^\d{1,9}$/.test(header.trim())) return Number(header) * 1000;
  const at = Date.parse(header);
  return Number.isNaN(at) ? undefined : Math.max(0, at - now);
};
