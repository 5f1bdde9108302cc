import type { Timers } from '../../../engine/ports/index.js';
import type { Instant, Millis } from '../../../kernel/index.js';
import type { DegradedReason, LlmTransportState, LlmTransportStatus } from '../../ports/index.js';
import { TektonLLMError } from '../errors.js';
import type { LlmTransport, Probed } from '../transport/transport.js';
import { Breaker, type Verdict } from './breaker.js';
import { Deadline } from './deadline.js';

/** How long a probe may take; one of them asks a model. */
const PROBE: Millis = 8000;
/** How long nobody looks again for what was not there. */
export const ABSENT: Millis = 30_000;
/** How long is waited for what was not there before: whoever hangs does so for all who ask, each half minute anew. */
const AGAIN: Millis = 20;

type Seen =
  | { readonly is: 'nothing' }
  /** `before`: it was not there, and why. */
  | { readonly is: 'looking'; readonly probed: Promise<Probed>; readonly before: string | undefined }
  | { readonly is: 'ready'; readonly detail: string }
  | { readonly is: 'absent'; readonly until: Instant; readonly detail: string };

/** Why a transport is not asked. */
export interface Refusal {
  readonly reason: string;
  /** Default `unavailable`. */
  readonly word?: DegradedReason;
  /** It may be asked later, as things are configured. */
  readonly passes: boolean;
}

/** A transport with what is known of it: whether it is there, and how it fared. */
export class Route {
  private readonly breaker = new Breaker();
  private seen: Seen = { is: 'nothing' };
  private trouble: string | undefined;

  constructor(
    readonly transport: LlmTransport,
    private readonly timers: Timers,
  ) {}

  /** Why it is not asked now; undefined: it may be. */
  refusal(): Refusal | undefined {
    const state = this.breaker.at(this.timers.now());
    if (state.is === 'barred') return { reason: 'it refused our credentials', passes: false };
    if (state.is !== 'closed') return { reason: this.trouble ?? 'it rests', passes: true };
    return this.seen.is === 'absent' && this.isAbsent() ? { reason: this.seen.detail, passes: true } : undefined;
  }

  /** How long it will not be asked because of what came before. */
  get rests(): Millis {
    const now = this.timers.now();
    const state = this.breaker.at(now);
    if (state.is === 'barred') return Infinity;
    return state.is === 'closed' ? 0 : state.until - now;
  }

  /**
   * Finds out whether it is there, unless that is known. One probe serves all who wait; nobody's signal ends it. Of what
   * was not there the last time that is the answer after 20 ms; who asks later hears what the probe has found.
   */
  async look(): Promise<Probed> {
    const { seen } = this;
    if (seen.is === 'ready') return { ok: true, detail: seen.detail };
    if (seen.is === 'absent' && this.isAbsent()) return { ok: false, detail: seen.detail };
    if (seen.is !== 'looking') {
      const before = seen.is === 'absent' ? seen.detail : undefined;
      this.seen = { is: 'looking', probed: this.probe(), before };
    }
    return this.found();
  }

  /** A probe is under way, of what was not there the last time. */
  get isMissed(): boolean {
    return this.seen.is === 'looking' && this.seen.before !== undefined;
  }

  /** Whether a request may go; it is then on its way, and its verdict is awaited. */
  admit(): boolean {
    return this.breaker.admit(this.timers.now());
  }

  tell(verdict: Verdict, error?: unknown): void {
    this.breaker.tell(verdict, this.timers.now());
    if (verdict.is === 'works') this.trouble = undefined;
    else if (error instanceof TektonLLMError) this.trouble = error.message;
    // It may have been replaced by something else meanwhile.
    if (this.breaker.at(this.timers.now()).is === 'open')
      this.seen = { is: 'absent', until: this.timers.now(), detail: this.trouble ?? 'it failed' };
  }

  status(): LlmTransportStatus {
    const { id, address } = this.transport;
    return {
      ...{ id, address, state: this.state(), failures: this.breaker.failures },
      detail: this.trouble ?? ('detail' in this.seen ? this.seen.detail : undefined),
      structured: this.transport.structured?.(),
    };
  }

  private state(): LlmTransportState {
    const state = this.breaker.at(this.timers.now());
    switch (state.is) {
      case 'barred':
        return { is: 'barred' };
      case 'trying':
        return { is: 'trying' };
      case 'open':
        return { is: 'resting', until: state.until };
      case 'closed':
        if (this.seen.is === 'absent' && this.isAbsent()) return { is: 'absent', until: this.seen.until };
        return { is: this.seen.is === 'ready' ? 'ready' : 'unknown' };
    }
  }

  private isAbsent(): boolean {
    return this.seen.is === 'absent' && this.timers.now() < this.seen.until;
  }

  private async found(): Promise<Probed> {
    if (this.seen.is !== 'looking') return this.look();
    const { probed, before } = this.seen;
    if (before === undefined) return probed;
    const patience = new Deadline({ within: AGAIN, timers: this.timers });
    try {
      return await patience.race(probed);
    } catch {
      return { ok: false, detail: before };
    } finally {
      patience.close();
    }
  }

  private async probe(): Promise<Probed> {
    const deadline = new Deadline({ within: PROBE, timers: this.timers });
    let probed: Probed;
    try {
      probed = await deadline.race(this.transport.probe(deadline.signal));
    } catch (error) {
      const detail = error instanceof TektonLLMError ? error.message : `no answer within ${PROBE / 1000} s`;
      probed = { ok: false, detail };
    } finally {
      deadline.close();
    }
    const { ok, detail } = probed;
    this.seen = ok ? { is: 'ready', detail } : { is: 'absent', until: this.timers.now() + ABSENT, detail };
    return probed;
  }
}
