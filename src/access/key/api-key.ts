import { randomBytes } from 'node:crypto';

const PREFIX = 'hmk';
/** In hexadecimal, so that no command line takes an id for one of its options. */
const ID_BYTES = 6;
const SECRET_BYTES = 32;
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

/** A new key: 256 random bits, and the text that its owner sends. */
export const makeApiKey = (): ApiKeyParts & { readonly text: string } => {
  const id = randomBytes(ID_BYTES).toString('hex');
  const secret = randomBytes(SECRET_BYTES).toString('base64url');
  return { id, secret, text: `${PREFIX}_${id}_${secret}` };
};
