import type { JSONWebKeySet, JWTPayload, JWTVerifyGetKey, JWTVerifyOptions } from 'jose';
import type { Instant, Json } from '../../../kernel/index.js';
import { ConfigurationKeyError } from '../errors/index.js';

/** Tokens that somebody else makes. They must say who made them, and for whom. */
export interface BearerIssuer {
  /** Its public keys, for RS, PS, ES and EdDSA signatures; undefined: they have not been fetched yet. */
  readonly keySet: JSONWebKeySet | undefined;
  readonly issuer: string;
  readonly audience: string;
}

/** What a token is checked with. */
export interface BearerKeys {
  /** Shared secrets of HS256, `TEKTON_AUTH_SECRET`; any of them may have signed it, so that one can follow another. */
  readonly secrets?: readonly string[];
  /** A token of a shared secret that says for whom it is must say this. Without it, it may be for anybody. */
  readonly audience?: string;
  readonly issued?: BearerIssuer | undefined;
  /** Default: the clock of the machine. */
  readonly now?: Instant;
}

/** What a token says that was signed. */
export interface BearerClaims {
  /** Whose signature it has. */
  readonly by: 'secret' | 'issuer';
  readonly subject: string;
  /** The texts of `permissions`; none when it is no list. */
  readonly permissions: readonly string[];
  readonly expiresAt: Instant;
  readonly all: Readonly<Record<string, Json>>;
}

export type RefusedBearer =
  | 'malformed'
  /** None that is taken here; `none` is one of them. */
  | 'algorithm'
  | 'wrong_signature'
  /** Signed with a key that the issuer does not have, or that several of its keys could be. */
  | 'unknown_key'
  | 'ambiguous_key'
  /** The keys of the issuer are not there yet. */
  | 'no_keys'
  | 'expired'
  | 'wrong_claims'
  /** Its audience is somebody else. */
  | 'for_others';

export type Verified =
  | { readonly is: 'claims'; readonly claims: BearerClaims }
  | { readonly is: 'refused'; readonly because: RefusedBearer };

/** What a shared secret signs with, and what an issuer does: which of the two counts follows from the token alone. */
const SHARED = 'HS256';
const ISSUED = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'];
/** s by which the clocks of two machines may differ. */
const TOLERANCE = 5;
/** Characters; a longer one is not looked at. */
const LONGEST = 16_384;
const COMPACT = /^[\w-]+\.[\w-]+\.[\w-]+$/;

const REASONS: Readonly<Record<string, RefusedBearer>> = {
  ERR_JWT_EXPIRED: 'expired',
  ERR_JWT_CLAIM_VALIDATION_FAILED: 'wrong_claims',
  ERR_JWS_SIGNATURE_VERIFICATION_FAILED: 'wrong_signature',
  ERR_JWKS_NO_MATCHING_KEY: 'unknown_key',
  ERR_JWKS_MULTIPLE_MATCHING_KEYS: 'ambiguous_key',
};

const refused = (because: RefusedBearer): Verified => ({ is: 'refused', because });

/** By the code of the library: what it says beside it may quote the token. */
const becauseOf = (error: unknown): RefusedBearer => {
  const { code = '' } = error as { code?: string };
  return (Object.hasOwn(REASONS, code) ? REASONS[code] : undefined) ?? 'malformed';
};

/** Whether a text looks like a token. */
export const isBearer = (text: string): boolean => COMPACT.test(text);

const claimsOf = (payload: JWTPayload, by: BearerClaims['by']): Verified => {
  const { sub, exp, permissions } = payload as JWTPayload & { permissions?: unknown };
  if (typeof sub !== 'string' || sub === '' || exp === undefined) return refused('wrong_claims');
  const words: unknown[] = Array.isArray(permissions) ? permissions : [];
  const claims = {
    ...{ by, subject: sub, expiresAt: exp * 1000, all: payload as BearerClaims['all'] },
    permissions: words.filter((word) => typeof word === 'string'),
  };
  return { is: 'claims', claims };
};

const optionsOf = (algorithms: string[], now = Date.now()): JWTVerifyOptions => ({
  ...{ algorithms, requiredClaims: ['sub', 'exp'], clockTolerance: TOLERANCE },
  currentDate: new Date(now),
});

const verifyShared = async (token: string, secrets: readonly string[], keys: BearerKeys): Promise<Verified> => {
  const { jwtVerify } = await import('jose');
  const { audience, now } = keys;
  for (const secret of secrets) {
    try {
      const { payload } = await jwtVerify(token, new TextEncoder().encode(secret), optionsOf([SHARED], now));
      const isOurs = audience === undefined || payload.aud === undefined || [payload.aud].flat().includes(audience);
      return isOurs ? claimsOf(payload, 'secret') : refused('for_others');
    } catch (error) {
      const because = becauseOf(error);
      if (because !== 'wrong_signature') return refused(because);
    }
  }
  return refused('wrong_signature');
};

/** With the keys that were made ready for it, for as long as somebody has the set. */
const readySets = new WeakMap<JSONWebKeySet, JWTVerifyGetKey>();

const verifyIssued = async (
  token: string,
  { keySet, issuer, audience }: BearerIssuer,
  now: Instant | undefined,
): Promise<Verified> => {
  if (keySet === undefined) return refused('no_keys');
  const { createLocalJWKSet, jwtVerify } = await import('jose');
  try {
    const ready = readySets.get(keySet) ?? createLocalJWKSet(keySet);
    readySets.set(keySet, ready);
    const { payload } = await jwtVerify(token, ready, { ...optionsOf(ISSUED, now), issuer, audience });
    return claimsOf(payload, 'issuer');
  } catch (error) {
    return refused(becauseOf(error));
  }
};

/**
 * Checks a JSON Web Token: HS256 with a shared secret, or a signature of an issuer; never the one in the place of the
 * other, and never none. It must say `sub` and `exp`.
 */
export const verifyBearer = async (token: string, keys: BearerKeys): Promise<Verified> => {
  if (token.length > LONGEST || !isBearer(token)) return refused('malformed');
  const { decodeProtectedHeader } = await import('jose');
  let algorithm: string;
  try {
    algorithm = decodeProtectedHeader(token).alg ?? '';
  } catch {
    return refused('malformed');
  }
  const { secrets = [], issued, now } = keys;
  // An empty secret would let everybody sign.
  const real = secrets.filter((secret) => secret !== '');
  if (algorithm === SHARED && real.length > 0) return verifyShared(token, real, keys);
  return issued && ISSUED.includes(algorithm) ? verifyIssued(token, issued, now) : refused('algorithm');
};

export interface BearerWords {
  readonly subject: string;
  readonly permissions: readonly string[];
  /** s. Default 3600. */
  readonly life?: number;
  readonly issuer?: string;
  readonly audience?: string;
  readonly now?: Instant;
}

/** Signs a token with HS256. Throws `ConfigurationKeyError` without a secret. */
export const signBearer = async (words: BearerWords, secret: string | undefined): Promise<string> => {
  if (!secret) throw new ConfigurationKeyError('TEKTON_AUTH_SECRET is not set: nothing can be signed.');
  const { SignJWT } = await import('jose');
  const { subject, permissions, life = 3600, issuer, audience, now = Date.now() } = words;
  const issued = Math.floor(now / 1000);
  const jwt = new SignJWT({ permissions: [...permissions] })
    .setProtectedHeader({ alg: SHARED, typ: 'JWT' })
    .setSubject(subject)
    .setIssuedAt(issued)
    .setExpirationTime(issued + life);
  if (issuer !== undefined) jwt.setIssuer(issuer);
  if (audience !== undefined) jwt.setAudience(audience);
  return jwt.sign(new TextEncoder().encode(secret));
};
