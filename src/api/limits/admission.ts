import type { IncomingMessage } from 'node:http';
import { Inject, Injectable } from '@nestjs/common';
import { isKnown } from '../../access/index.js';
import type { Caller } from '../../access/ports/index.js';
import { HarmoniaError } from '../../kernel/index.js';
import { SETTINGS, type ApiSettings } from '../tokens.js';
import type { RateClass } from './http-limits.js';
import { Peers } from './peers.js';
import { RATE_WINDOW, RateLimits, type Quota } from './rate-limits.js';

/** The headers that tell a client how it stands, as draft-ietf-httpapi-ratelimit-headers-06 names them. */
export const quotaHeaders = ({ limit, remaining, reset, isOver }: Quota): Record<string, string> => ({
  'ratelimit-limit': String(limit),
  'ratelimit-remaining': String(remaining),
  'ratelimit-reset': String(reset),
  ...(isOver && { 'retry-after': String(reset) }),
});

const clientOf = ({ actor }: Pick<Caller, 'actor'>): string => `client ${actor}`;

export const rateLimitExceeded = ({ kind, limit, reset }: Quota): HarmoniaError =>
  new HarmoniaError('rate_limit_exceeded', { kind, limit, window: RATE_WINDOW, seconds: reset });

/** Whether a request is let in: nobody asks so much that others have to wait. */
@Injectable()
export class Admission {
  private readonly rates: RateLimits;

  constructor(
    @Inject(SETTINGS) { limits }: ApiSettings,
    private readonly peers: Peers,
  ) {
    this.rates = new RateLimits(limits.rates);
  }

  /**
   * Counts a request for who has proven to send it, wherever it comes from, or for its address when nobody has. Undefined:
   * this kind has no limit.
   */
  count(
    request: IncomingMessage,
    { kind, caller }: { readonly kind: RateClass; readonly caller: Pick<Caller, 'actor'> | undefined },
  ): Promise<Quota | undefined> {
    return this.rates.count(kind, isKnown(caller) ? clientOf(caller) : this.peers.addressOf(request));
  }

  /** The same, for what comes within a request: from `peer`, an address as records show it. */
  countOf(
    { caller, peer }: { readonly caller: Pick<Caller, 'actor'>; readonly peer: string },
    kind: RateClass,
  ): Promise<Quota | undefined> {
    return this.rates.count(kind, isKnown(caller) ? clientOf(caller) : this.peers.countedAs(peer));
  }
}
