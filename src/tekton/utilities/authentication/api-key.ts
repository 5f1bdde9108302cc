import { hash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Instant } from '../../../kernel/index.js';

const KEY_BYTES = 32;
const SALT_BYTES = 16;
const HASH_BYTES = 32;
const KEY = /^[\da-f]{64}$/;

/** A key: 32 random bytes in hex. It is shown once, and kept as its hash only. */
export const makeApiKey = (): string => randomBytes(KEY_BYTES).toString('hex');

const digest = (salt: Buffer, key: string): Buffer => hash('sha256', Buffer.concat([salt, Buffer.from(key)]), 'buffer');

/**
 * What is kept of a key: base64 of 16 bytes of salt and the SHA-256 of salt and key (tekton-platform 15.8). A slow hash is
 * for what people think of; of 256 random bits nobody finds one.
 */
export const hashApiKey = (key: string, salt = randomBytes(SALT_BYTES)): string =>
  Buffer.concat([salt, digest(salt, key)]).toString('base64');

/** Whether a hash, as it is kept or as bytes, is that of a key; in the same time wherever they differ. */
export const matchesApiKey = (key: string, kept: string | Buffer): boolean => {
  const bytes = typeof kept === 'string' ? Buffer.from(kept, 'base64') : kept;
  if (bytes.length !== SALT_BYTES + HASH_BYTES) return false;
  return timingSafeEqual(digest(bytes.subarray(0, SALT_BYTES), key), bytes.subarray(SALT_BYTES));
};

/** A key as it is kept. */
export interface ApiKeyRecord {
  readonly hash: string;
  readonly owner: string;
  readonly permissions: readonly string[];
  /** Undefined: it never ends. */
  readonly expiresAt: Instant | undefined;
}

export type CheckedApiKey<R extends ApiKeyRecord> =
  { readonly is: 'known'; readonly record: R } | { readonly is: 'refused'; readonly because: 'unknown' | 'expired' };

/** Finds the record of a key. All are looked at, so that the time says nothing. */
export const checkApiKey = <R extends ApiKeyRecord>(
  key: string,
  records: Iterable<R>,
  now: Instant,
): CheckedApiKey<R> => {
  let record: R | undefined;
  if (KEY.test(key)) for (const one of records) if (matchesApiKey(key, one.hash)) record = one;
  if (!record) return { is: 'refused', because: 'unknown' };
  const isOver = record.expiresAt !== undefined && record.expiresAt <= now;
  return isOver ? { is: 'refused', because: 'expired' } : { is: 'known', record };
};

/** `WWW-Authenticate` of a 401. */
export const challenge = (scheme: 'Bearer' | 'ApiKey', because?: 'expired' | 'invalid'): string => {
  if (because === undefined) return scheme;
  return `${scheme} error="invalid_token", error_description="${because === 'expired' ? 'it has expired' : 'it is not valid'}"`;
};
