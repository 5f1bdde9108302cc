import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/i;
const DOCUMENTED_PREFIX = /^(?:wf|exec|tmpl|cp)-/;

export type Uuid = string;

/** Accepts a UUID, with or without one of the prefixes that upstream documents (`exec-…`); answers the bare, lower-case id. */
export const parseUuid = (text: string): Uuid | undefined => {
  const bare = text.replace(DOCUMENTED_PREFIX, '');
  return UUID.test(bare) ? bare.toLowerCase() : undefined;
};

/** SHA-256 of a text, as 64 hex digits. */
export const contentHash = (text: string): string => bytesToHex(sha256(utf8ToBytes(text)));

/** A UUID (version 8, RFC 9562) that depends on nothing but its parts: replay gives the same bytes. */
export const deriveUuid = (...parts: (string | number)[]): Uuid => {
  const hex = contentHash(JSON.stringify(parts));
  const variant = ((parseInt(hex.slice(16, 17), 16) & 0x3) | 0x8).toString(16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
};
