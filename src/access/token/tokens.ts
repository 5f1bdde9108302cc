import { hash } from 'node:crypto';
import type * as Jose from 'jose';
import type { JWTPayload, JWTVerifyOptions } from 'jose';
import { LRUCache } from 'lru-cache';
import { HarmoniaError, type Clock, type Instant } from '../../kernel/index.js';
import { permissionsOf } from '../permission.js';
import type { Caller } from '../ports/index.js';
import type { IssuerKeys, KeySet } from './issuer-keys.js';

/** What a shared secret signs with, and what the keys of an issuer do. Which of the two it is follows from the token alone. */
const SHARED = 'HS256';
const ISSUED = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'];
/** For whom tokens with the shared secret are, when they say for whom. */
const US = 'harmonia';
/** Seconds that clocks may differ. */
const TOLERANCE = 5;
/** Tokens that are remembered, by their hash, and ms after which one is verified anew at the latest. */
const REMEMBERED = 10_000;
const LONGEST = 300_000;
const SHAPE = /^[\w-]+\.[\w-]+\.[\w-]+$/;

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

/** Loaded when the first token comes: most services see none. */
const jose = (): Promise<typeof Jose> => import('jose');

/** Verifies JSON Web Tokens, and remembers those that are good, so that each costs its signature once. */
export class Tokens {
  private readonly known = new LRUCache<string, Known>({ max: REMEMBERED });

  constructor(private readonly parts: TokenParts) {}

  /** Whether a text looks like one. */
  static isOne(text: string): boolean {
    return SHAPE.test(text);
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
    const { claims, version } = await this.claimsOf(token);
    const caller = callerOf(claims);
    const now = this.parts.clock.now();
    const until = Math.min(caller.until ?? now, now + LONGEST);
    this.known.set(keyOf(token), { caller, version, until });
    return caller;
  }

  private async claimsOf(token: string): Promise<{ claims: JWTPayload; version: number }> {
    const algorithm = await algorithmOf(token);
    const { secret, issued } = this.parts;
    if (algorithm === SHARED && secret !== undefined) return { claims: await this.shared(token, secret), version: 0 };
    if (!issued || !ISSUED.includes(algorithm)) throw failed('the algorithm of the token is not taken');
    const set = issued.keys.current();
    if (!set) throw new HarmoniaError('token_keys_missing');
    const { issuer, audience } = issued;
    return { claims: await this.issued(token, set, { issuer, audience }), version: set.version };
  }

  private async shared(token: string, secret: string): Promise<JWTPayload> {
    const { jwtVerify } = await jose();
    const key = new TextEncoder().encode(secret);
    const { payload } = await jwtVerify(token, key, this.options([SHARED])).catch(refused);
    const { aud } = payload;
    if (aud !== undefined && ![aud].flat().includes(US)) throw failed('the token is for somebody else');
    return payload;
  }

  private async issued(
    token: string,
    { keys }: KeySet,
    of: { readonly issuer: string; readonly audience: string },
  ): Promise<JWTPayload> {
    const { createLocalJWKSet, jwtVerify, errors } = await jose();
    try {
      const { payload } = await jwtVerify(token, createLocalJWKSet(keys), { ...this.options(ISSUED), ...of });
      return payload;
    } catch (error) {
      if (error instanceof errors.JWKSNoMatchingKey) this.parts.issued?.keys.missed();
      return refused(error);
    }
  }

  private options(algorithms: string[]): JWTVerifyOptions {
    return {
      algorithms,
      requiredClaims: ['sub', 'exp'],
      clockTolerance: TOLERANCE,
      currentDate: new Date(this.parts.clock.now()),
    };
  }
}

const keyOf = (token: string): string => hash('sha256', token, 'base64');

const algorithmOf = async (token: string): Promise<string> => {
  const { decodeProtectedHeader } = await jose();
  try {
    return decodeProtectedHeader(token).alg ?? '';
  } catch {
    throw failed('the token cannot be read');
  }
};

const REASONS: Readonly<Record<string, string>> = {
  ERR_JWT_EXPIRED: 'the token has expired',
  ERR_JWS_SIGNATURE_VERIFICATION_FAILED: 'the signature of the token is wrong',
  ERR_JWKS_NO_MATCHING_KEY: 'the token is signed with a key that its issuer does not have',
  ERR_JWKS_MULTIPLE_MATCHING_KEYS: 'the token does not name its key (`kid`)',
  ERR_JWT_CLAIM_VALIDATION_FAILED: 'a claim of the token is missing or does not fit',
};

/** Why a token is none. What the library says beside its code may quote the token. */
const refused = (error: unknown): never => {
  const { code = '' } = error as { code?: string };
  throw failed(Object.hasOwn(REASONS, code) ? (REASONS[code] as string) : 'the token cannot be read');
};

/** Characters of a subject that are shown. */
const SUBJECT = 200;

const isListOfTexts = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((one) => typeof one === 'string');

const callerOf = (claims: JWTPayload): Caller => {
  const { sub, exp, workflows } = claims;
  if (typeof sub !== 'string' || sub === '' || typeof exp !== 'number') throw failed('the token names nobody');
  const isList = isListOfTexts(workflows);
  if (workflows !== undefined && !isList) throw failed('`workflows` of the token is no list of names');
  return Object.freeze({
    actor: `token:${sub.slice(0, SUBJECT)}`,
    permissions: permissionsOf(claims),
    workflows: isList ? new Set(workflows) : undefined,
    until: exp * 1000,
  });
};
