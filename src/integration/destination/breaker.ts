import type { Instant, Millis } from '../../kernel/index.js';

export interface BreakerRules {
  /** Failures in a row that open the circuit. 0: it never opens. */
  readonly failures: number;
  /** How long a destination is left alone. */
  readonly rest: Millis;
}

/** What became of a request: nothing that tells of the destination, when it was called off or never left. */
export type Verdict = 'answered' | 'failed' | 'unknown';

interface Open {
  readonly since: Instant;
  until: Instant;
  /** A request is finding out; another one may when this one has taken that long. */
  probeUntil: Instant | undefined;
}

/** The state that a request was let through in. */
export type Pass = number;

/**
 * The circuit breaker of one destination, without a clock of its own. Closed: all pass. After `failures` in a row it is
 * open, and none passes for `rest`; then one at a time, the first answer closes it, a failure begins the rest anew. What
 * a request tells that was let through before the last change of state counts no more.
 */
export class Breaker {
  failures = 0;
  private open: Open | undefined;
  private pass: Pass = 0;

  constructor(private readonly rules: BreakerRules) {}

  /** Goes on with a circuit that was open when the last process ended. */
  restore({ since, until, failures }: { since: Instant; until: Instant; failures: number }): void {
    this.open = { since, until, probeUntil: undefined };
    this.failures = failures;
  }

  get opened(): { readonly since: Instant; readonly until: Instant } | undefined {
    return this.open;
  }

  /** When a request may go again; undefined: now. */
  closedUntil(now: Instant): Instant | undefined {
    if (!this.open) return undefined;
    // A clock that was set back must not make the rest longer.
    this.open.until = Math.min(this.open.until, now + this.rules.rest);
    if (now < this.open.until) return this.open.until;
    if (this.open.probeUntil === undefined) return undefined;
    this.open.probeUntil = Math.min(this.open.probeUntil, now + this.rules.rest);
    return now < this.open.probeUntil ? this.open.probeUntil : undefined;
  }

  /** Lets a request through, when `closedUntil` says that it may go. */
  admit(now: Instant): Pass {
    if (this.open) this.open.probeUntil = now + this.rules.rest;
    return this.pass;
  }

  /** Takes what became of a request; answers whether the circuit opened (anew) or closed. */
  tell(pass: Pass, verdict: Verdict, now: Instant): boolean {
    if (pass !== this.pass) return false;
    if (verdict === 'unknown') {
      if (this.open) this.open.probeUntil = undefined;
      return false;
    }
    if (verdict === 'answered') return this.reset();
    this.failures += 1;
    const { failures, rest } = this.rules;
    if (!this.open && (failures === 0 || this.failures < failures)) return false;
    this.open = { since: this.open?.since ?? now, until: now + rest, probeUntil: undefined };
    this.pass += 1;
    return true;
  }

  /** Closes the circuit and forgets the failures; answers whether it was open. */
  reset(): boolean {
    this.failures = 0;
    if (!this.open) return false;
    this.open = undefined;
    this.pass += 1;
    return true;
  }
}
