import * as base64url from 'jose/base64url';
import { calculateJwkThumbprint } from 'jose/jwk/thumbprint';
import { HarmoniaError } from '../../kernel/index.js';

/** What credentials are encrypted with. */
export interface Key {
  /** Says which key it is and nothing about it (RFC 7638). */
  readonly id: string;
  readonly bytes: Uint8Array;
}

const BYTES = 32;
const BASE64 = /^[A-Za-z0-9+/_-]{43}=?$/;

/** Keys in base64, as settings and key files hold them. */
export type KeyTexts = readonly string[];

const decoded = (text: string): Uint8Array => {
  const bytes = BASE64.test(text) ? new Uint8Array(Buffer.from(text, 'base64')) : new Uint8Array();
  // The text itself stays out of the message: it may be a key with a typing error.
  if (bytes.length !== BYTES)
    throw new HarmoniaError('credential_key_unusable', { reason: `a text of ${text.length} characters is no key` });
  return bytes;
};

/** The keys that there are: the first encrypts, each decrypts what it encrypted. */
export class KeyRing {
  private constructor(
    readonly first: Key,
    private readonly keys: ReadonlyMap<string, Key>,
  ) {}

  /** Throws `credential_key_unusable`. */
  static async of(texts: KeyTexts): Promise<KeyRing> {
    const keys = await Promise.all(
      texts.map(async (text): Promise<Key> => {
        const bytes = decoded(text);
        return { id: await calculateJwkThumbprint({ kty: 'oct', k: base64url.encode(bytes) }), bytes };
      }),
    );
    const [first] = keys;
    if (!first) throw new HarmoniaError('credential_key_unusable', { reason: 'none was given' });
    return new KeyRing(first, new Map(keys.map((key) => [key.id, key])));
  }

  find(id: string): Key | undefined {
    return this.keys.get(id);
  }
}
