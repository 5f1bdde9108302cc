import { hash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { HarmoniaError, type Clock, type Instant } from '../../kernel/index.js';
import {
  isBearer,
  verifyBearer,
  type BearerClaims,
  type RefusedBearer,
} from '../../tekton/utilities/authentication/index.js';
import { permissionsOf } from '../permission.js';
import type { Caller } from '../ports/index.js';
import type { IssuerKeys } from './issuer-keys.js';

/** For whom tokens with the shared secret are, when they say for whom. */
const US = 'harmonia';
/** Tokens that are remembered, by their hash, and ms after which one is verified anew at the latest. */
const REMEMBERED = 10_000;
const LONGEST = 300_000;

export interface TokenParts {
  readonly secret: string | undefined;
  readonly issued: { readonly keys: IssuerKeys; readonly issuer: string; readonly audience: string } | undefined;
  readonly clock: Clock;
}

interface Known {
  readonly caller: Caller;
  /** The set of keys that it was verified with; 0: the shared secret. */
  readonly version: number;
  readonly until: Instant;
}

export const failed = (reason: string): HarmoniaError => new HarmoniaError('authentication_failed', { reason });

/** Remembers the tokens that are good, so that each costs its signature once. */
export class Tokens {
  private readonly known = new LRUCache<string, Known>({ max: REMEMBERED });

  constructor(private readonly parts: TokenParts) {}

  /** Whether a text looks like one. */
  static isOne(text: string): boolean {
    return isBearer(text);
  }

  /** One that is known to be good. */
  recall(token: string): Caller | undefined {
    const found = this.known.get(keyOf(token));
    if (!found || found.until <= this.parts.clock.now()) return undefined;
    return found.version === 0 || found.version === this.parts.issued?.keys.current()?.version
      ? found.caller
      : undefined;
  }

  /** Rejects with `authentication_failed`, or `token_keys_missing`. */
  async verify(token: string): Promise<Caller> {
    const { secret, issued, clock } = this.parts;
    const set = issued?.keys.current();
    const verified = await verifyBearer(token, {
      ...{ secrets: secret === undefined ? [] : [secret], audience: US, now: clock.now() },
      issued: issued && { keySet: set?.keys, issuer: issued.issuer, audience: issued.audience },
    });
    if (verified.is === 'refused') {
      if (verified.because === 'unknown_key') issued?.keys.missed();
      throw refusal(verified.because);
    }
    const caller = callerOf(verified.claims);
    const now = clock.now();
    const version = verified.claims.by === 'secret' ? 0 : (set?.version ?? 0);
    this.known.set(keyOf(token), { caller, version, until: Math.min(verified.claims.expiresAt, now + LONGEST) });
    return caller;
  }
}

const keyOf = (token: string): string => hash('sha256', token, 'base64');

const REASONS: Readonly<Record<Exclude<RefusedBearer, 'no_keys'>, string>> = {
  malformed: 'the token cannot be read',
  algorithm: 'the algorithm of the token is not taken',
  wrong_signature: 'the signature of the token is wrong',
  unknown_key: 'the token is signed with a key that its issuer does not have',
  ambiguous_key: 'the token does not name its key (`kid`)',
  expired: 'the token has expired',
  wrong_claims: 'a claim of the token is missing or does not fit',
  for_others: 'the token is for somebody else',
};

const refusal = (because: RefusedBearer): HarmoniaError =>
  because === 'no_keys' ? new HarmoniaError('token_keys_missing') : failed(REASONS[because]);

/** Characters of a subject that are shown. */
const SUBJECT = 200;

const isListOfTexts = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((one) => typeof one === 'string');

const callerOf = ({ subject, expiresAt, all }: BearerClaims): Caller => {
  const { workflows } = all;
  const isList = isListOfTexts(workflows);
  if (workflows !== undefined && !isList) throw failed('`workflows` of the token is no list of names');
  return Object.freeze({
    actor: `token:${subject.slice(0, SUBJECT)}`,
    permissions: permissionsOf(all),
    workflows: isList ? new Set(workflows) : undefined,
    until: expiresAt,
  });
};
