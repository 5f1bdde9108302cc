import type { IncomingMessage } from 'node:http';
import { Inject, Injectable } from '@nestjs/common';
import { HarmoniaError } from '../../kernel/index.js';
import { CLIENT_OF, SETTINGS, type ApiSettings } from '../tokens.js';
import type { RateClass } from './http-limits.js';
import { Peers } from './peers.js';
import { RATE_WINDOW, RateLimits, type Quota } from './rate-limits.js';

/**
 * The name of the client that a request has proven to come from, a key or a user; undefined: nobody in particular.
 * What only claims to be a client must not get a name here: whoever makes up names would have as many limits.
 */
export type ClientOf = (request: IncomingMessage) => string | undefined | Promise<string | undefined>;

const KEY_IN_QUERY = /[?&]api_key=/;

/** Whether a request comes with a proof of who sends it, right or wrong. */
const hasCredentials = ({ headers, url = '' }: IncomingMessage): boolean =>
  headers.authorization !== undefined || headers['x-api-key'] !== undefined || KEY_IN_QUERY.test(url);

/** The headers that tell a client how it stands, as draft-ietf-httpapi-ratelimit-headers-06 names them. */
export const quotaHeaders = ({ limit, remaining, reset, isOver }: Quota): Record<string, string> => ({
  'ratelimit-limit': String(limit),
  'ratelimit-remaining': String(remaining),
  'ratelimit-reset': String(reset),
  ...(isOver && { 'retry-after': String(reset) }),
});

export const rateLimitExceeded = ({ kind, limit, reset }: Quota): HarmoniaError =>
  new HarmoniaError('rate_limit_exceeded', { kind, limit, window: RATE_WINDOW, seconds: reset });

/** Whether a request is let in: nobody asks so much that others have to wait. */
@Injectable()
export class Admission {
  private readonly rates: RateLimits;

  constructor(
    @Inject(SETTINGS) { limits }: ApiSettings,
    @Inject(CLIENT_OF) private readonly clientOf: ClientOf,
    private readonly peers: Peers,
  ) {
    this.rates = new RateLimits(limits.rates);
  }

  /**
   * Counts a request for its client, or for its address when it has none. An address from which too many proofs were
   * wrong is over its limit with every further one, right or wrong. Undefined: this kind has no limit.
   */
  async ask(request: IncomingMessage, kind: RateClass): Promise<Quota | undefined> {
    const address = this.peers.addressOf(request);
    if (kind !== 'hooks' && hasCredentials(request)) {
      const guesses = await this.rates.exhausted('logins', address);
      if (guesses) return guesses;
    }
    const client = await this.clientOf(request);
    return this.rates.count(kind, client === undefined ? address : `client ${client}`);
  }

  /** Notes that a proof was wrong. */
  async loginFailed(request: IncomingMessage): Promise<void> {
    await this.rates.count('logins', this.peers.addressOf(request));
  }
}
