import type { Instant, Millis } from '../../../kernel/index.js';
import {
  AuthenticationError,
  InvalidRequestError,
  PromptTooLargeError,
  RateLimitError,
  UnusableAnswerError,
} from '../errors.js';

/** What an attempt tells of its transport. */
export type Verdict =
  | { readonly is: 'works' }
  | { readonly is: 'failed' }
  /** It asked to be left alone. */
  | { readonly is: 'pause'; readonly length: Millis }
  /** It does not know us. */
  | { readonly is: 'barred' }
  /** Nothing: it was called off, or nothing was sent. */
  | { readonly is: 'unknown' };

/** What an error tells of the transport that gave it. */
export const verdictOf = (error: unknown): Verdict => {
  if (error instanceof AuthenticationError) return { is: 'barred' };
  if (error instanceof RateLimitError && error.retryAfter !== undefined)
    return { is: 'pause', length: error.retryAfter };
  if (error instanceof PromptTooLargeError) return { is: 'unknown' };
  // Who says that a request is wrong, or answers it badly, is well.
  if (error instanceof InvalidRequestError || error instanceof UnusableAnswerError) return { is: 'works' };
  return { is: 'failed' };
};

export type BreakerState =
  | { readonly is: 'closed' }
  | { readonly is: 'open'; readonly until: Instant }
  /** One attempt finds out; others may when that one has said nothing until then. */
  | { readonly is: 'trying'; readonly until: Instant }
  | { readonly is: 'barred' };

/** Failures in a row that open it, and how long it is then open. */
export const BREAKER = { failures: 3, rest: 30_000 };

/**
 * The circuit breaker of one transport. Closed: all pass. After 3 failures in a row open for 30 s, or for as long as
 * the other side asked; then one passes and decides. Refused credentials bar it until the service is configured anew.
 */
export class Breaker {
  failures = 0;
  private state: BreakerState = { is: 'closed' };

  at(now: Instant): BreakerState {
    const { state } = this;
    if (state.is === 'open' && now < state.until) return state;
    if (state.is === 'trying' && now < state.until) return state;
    return state.is === 'barred' ? state : { is: 'closed' };
  }

  /** Whether an attempt may go; it is then on its way. */
  admit(now: Instant): boolean {
    if (this.at(now).is !== 'closed') return false;
    if (this.state.is !== 'closed') this.state = { is: 'trying', until: now + BREAKER.rest };
    return true;
  }

  tell(verdict: Verdict, now: Instant): void {
    switch (verdict.is) {
      case 'works':
        this.failures = 0;
        this.state = { is: 'closed' };
        return;
      case 'barred':
        this.failures += 1;
        this.state = { is: 'barred' };
        return;
      case 'pause':
        this.failures += 1;
        this.state = { is: 'open', until: now + verdict.length };
        return;
      case 'failed':
        this.failures += 1;
        if (this.state.is === 'trying' || this.failures >= BREAKER.failures)
          this.state = { is: 'open', until: now + BREAKER.rest };
        return;
      case 'unknown':
        // The next one finds out in its place.
        if (this.state.is === 'trying') this.state = { is: 'open', until: now };
    }
  }
}
