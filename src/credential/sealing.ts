import { decodeProtectedHeader } from 'jose/decode/protected_header';
import { compactDecrypt } from 'jose/jwe/compact/decrypt';
import { CompactEncrypt } from 'jose/jwe/compact/encrypt';
import { isJsonObject, type Json } from '../kernel/index.js';
import { CREDENTIAL_TYPES, type Credential } from '../plugin/contract/index.js';
import type { Key, KeyRing } from './key/key-ring.js';

const ALGORITHM = 'dir';
const ENCRYPTION = 'A256GCM';

/**
 * Encrypts a credential: a JWE (RFC 7516). Its protected header, which is authenticated as additional data, names the
 * key and the credential, so that it opens under no other name.
 */
export const seal = (name: string, credential: Credential, key: Key): Promise<string> =>
  new CompactEncrypt(new TextEncoder().encode(JSON.stringify(credential)))
    .setProtectedHeader({ alg: ALGORITHM, enc: ENCRYPTION, kid: key.id, sub: name })
    .encrypt(key.bytes);

/** What was encrypted, or why it cannot be had. The reason tells nothing of the content. */
export type Opened =
  | { readonly is: 'open'; readonly credential: Credential; readonly key: string }
  | { readonly is: 'unreadable'; readonly reason: string };

const unreadable = (reason: string): Opened => ({ is: 'unreadable', reason });

const parsed = (plaintext: Uint8Array): Credential | undefined => {
  const value = JSON.parse(new TextDecoder().decode(plaintext)) as Json;
  return isJsonObject(value) && CREDENTIAL_TYPES.some((type) => type === value.type)
    ? (value as unknown as Credential)
    : undefined;
};

/** Decrypts what `seal` made under this name, with one of the keys. */
export const unseal = async (name: string, sealed: string, ring: KeyRing): Promise<Opened> => {
  try {
    const { kid, sub } = decodeProtectedHeader(sealed);
    const key = ring.find(String(kid));
    if (!key) return unreadable('it was written with a key that is not here');
    // Changed afterwards, the header would no longer be the one that was authenticated.
    if (sub !== name) return unreadable('it was written under another name');
    const algorithms = { keyManagementAlgorithms: [ALGORITHM], contentEncryptionAlgorithms: [ENCRYPTION] };
    const credential = parsed((await compactDecrypt(sealed, key.bytes, algorithms)).plaintext);
    return credential ? { is: 'open', credential, key: key.id } : unreadable('it is no credential of this release');
  } catch {
    return unreadable('it was damaged or changed');
  }
};
