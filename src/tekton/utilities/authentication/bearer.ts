import type { JSONWebKeySet, JWTPayload } from 'jose';
import type { Instant, Json } from '../../../kernel/index.js';
import { ConfigurationKeyError } from '../errors/index.js';

/** What a token is checked with. */
export interface BearerKeys {
  /** Shared secrets of HS256, `TEKTON_AUTH_SECRET`; any of them may have signed it, so that one can follow another. */
  readonly secrets?: readonly string[];
  /** Public keys of an issuer, for RS, PS, ES and EdDSA signatures. */
  readonly keySet?: JSONWebKeySet;
  /** When given, the token must say it. */
  readonly issuer?: string;
  readonly audience?: string;
  /** Default: the clock of the machine. */
  readonly now?: Instant;
}

/** What a token says that was signed. */
export interface BearerClaims {
  readonly subject: string;
  readonly permissions: readonly string[];
  readonly expiresAt: Instant;
  readonly all: Readonly<Record<string, Json>>;
}

export type RefusedBearer = 'malformed' | 'wrong_signature' | 'expired' | 'wrong_claims';

export type Verified =
  | { readonly is: 'claims'; readonly claims: BearerClaims }
  | { readonly is: 'refused'; readonly because: RefusedBearer };

const ASYMMETRIC = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'];
/** s by which the clocks of two machines may differ. */
const TOLERANCE = 5;
/** Characters; a longer one is not looked at. */
const LONGEST = 16_384;
const COMPACT = /^[\w-]+\.[\w-]+\.[\w-]+$/;

const refused = (because: RefusedBearer): Verified => ({ is: 'refused', because });

const becauseOf = (error: unknown): RefusedBearer => {
  const { code } = error as { code?: string };
  if (code === 'ERR_JWT_EXPIRED') return 'expired';
  if (code === 'ERR_JWT_CLAIM_VALIDATION_FAILED') return 'wrong_claims';
  if (code === 'ERR_JWS_INVALID' || code === 'ERR_JWT_INVALID') return 'malformed';
  return 'wrong_signature';
};

const claimsOf = (payload: JWTPayload): Verified => {
  const { sub, exp, permissions = [] } = payload as JWTPayload & { permissions?: unknown };
  const isList = Array.isArray(permissions) && permissions.every((one) => typeof one === 'string');
  if (sub === undefined || sub === '' || exp === undefined || !isList) return refused('wrong_claims');
  const all = payload as BearerClaims['all'];
  return { is: 'claims', claims: { subject: sub, permissions, expiresAt: exp * 1000, all } };
};

/**
 * Checks a JSON Web Token: HS256 with a shared secret, or a signature of a key set; never the one in the place of the
 * other, and never none. It must say `sub` and `exp`, and `permissions`, if it has them, as a list of texts.
 */
export const verifyBearer = async (token: string, keys: BearerKeys): Promise<Verified> => {
  if (token.length > LONGEST || !COMPACT.test(token)) return refused('malformed');
  const { createLocalJWKSet, jwtVerify } = await import('jose');
  const { secrets = [], keySet, issuer, audience, now } = keys;
  const options = {
    ...(issuer !== undefined && { issuer }),
    ...(audience !== undefined && { audience }),
    ...(now !== undefined && { currentDate: new Date(now) }),
    clockTolerance: TOLERANCE,
  };
  let because: RefusedBearer = 'wrong_signature';
  const attempts = [
    // An empty secret would let everybody sign.
    ...secrets
      .filter((secret) => secret !== '')
      .map((secret) => () => jwtVerify(token, new TextEncoder().encode(secret), { ...options, algorithms: ['HS256'] })),
    ...(keySet === undefined
      ? []
      : [() => jwtVerify(token, createLocalJWKSet(keySet), { ...options, algorithms: ASYMMETRIC })]),
  ];
  for (const attempt of attempts) {
    try {
      return claimsOf((await attempt()).payload);
    } catch (error) {
      because = becauseOf(error);
      if (because !== 'wrong_signature') return refused(because);
    }
  }
  return refused(because);
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
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .setSubject(subject)
    .setIssuedAt(issued)
    .setExpirationTime(issued + life);
  if (issuer !== undefined) jwt.setIssuer(issuer);
  if (audience !== undefined) jwt.setAudience(audience);
  return jwt.sign(new TextEncoder().encode(secret));
};
