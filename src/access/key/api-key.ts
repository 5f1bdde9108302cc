import { hash, randomBytes, timingSafeEqual } from 'node:crypto';

const PREFIX = 'hmk';
const ID_BYTES = 9;
const SECRET_BYTES = 32;
const SALT_BYTES = 16;
const HASH_BYTES = 32;
/** `hmk_<id>_<secret>`: id and secret have fixed lengths, so that `_` in them does no harm. */
const FORM = /^hmk_([\w-]{12})_([\w-]{43})$/;

/** A key, taken apart. */
export interface ApiKeyParts {
  /** Public: it is found by it, and shown in lists. */
  readonly id: string;
  readonly secret: string;
}

/** Undefined: it is no key that Harmonia makes. */
export const parseApiKey = (text: string): ApiKeyParts | undefined => {
  const [, id, secret] = FORM.exec(text) ?? [];
  return id === undefined || secret === undefined ? undefined : { id, secret };
};

const digest = (salt: Buffer, secret: string): Buffer =>
  hash('sha256', Buffer.concat([salt, Buffer.from(secret)]), 'buffer');

/**
 * What is kept of a secret: base64 of a salt and SHA-256 over salt and secret (tekton-platform 15.8). A slow hash is for
 * what people think of; of 256 random bits nobody finds one.
 */
export const hashSecret = (secret: string, salt = randomBytes(SALT_BYTES)): string =>
  Buffer.concat([salt, digest(salt, secret)]).toString('base64');

/** In a time that does not depend on where they differ. */
export const isSecretOf = (secret: string, kept: Buffer): boolean => {
  if (kept.length !== SALT_BYTES + HASH_BYTES) return false;
  return timingSafeEqual(digest(kept.subarray(0, SALT_BYTES), secret), kept.subarray(SALT_BYTES));
};

/** A new key: 256 random bits, and the text that its owner sends. */
export const makeApiKey = (): ApiKeyParts & { readonly text: string } => {
  const id = randomBytes(ID_BYTES).toString('base64url');
  const secret = randomBytes(SECRET_BYTES).toString('base64url');
  return { id, secret, text: `${PREFIX}_${id}_${secret}` };
};
