import { SHORTEST_SECRET } from '../kernel/index.js';
import type { CredentialType } from '../plugin/contract/index.js';

/** What one field of a credential may hold. */
export interface FieldRule {
  /** What holds it, in words: after "This must be". */
  readonly expected: string;
  readonly pattern: RegExp;
  /** Absent: the field may be seen. */
  readonly isSecret?: true;
  readonly optional?: true;
}

/** Characters. A private key of RSA in PEM has some 6,400 at most. */
export const LONGEST_SECRET = 16_384;
const SIZE = `{${SHORTEST_SECRET},${LONGEST_SECRET}}`;
const WORDS = `${SHORTEST_SECRET} to ${LONGEST_SECRET}`;

const secret = (letters: string, kind: string): FieldRule => ({
  expected: `a text of ${WORDS} ${kind}`,
  pattern: new RegExp(`^${letters}${SIZE}$`, 'su'),
  isSecret: true,
});

/** Any text. */
export const ANY_SECRET = secret('.', 'characters');
/** What may stand in a header. */
const LINE = secret('[^\\p{Cc}]', 'characters, none of them a control character');
const TOKEN = secret('[\\x21-\\x7e]', 'visible ASCII characters');
const USER: FieldRule = {
  expected: 'a text of at most 255 characters, none of them a colon or a control character',
  pattern: /^[^\p{Cc}:]{0,255}$/u,
};
const HEADER: FieldRule = {
  expected: 'the name of a header, such as X-Api-Key',
  pattern: /^[\w!#$%&'*+.^`|~-]{1,128}$/,
  optional: true,
};
const QUERY: FieldRule = {
  expected: 'the name of a parameter, such as api_key, at most 128 characters',
  pattern: /^[^\p{Cc}]{1,128}$/u,
  optional: true,
};

/** The fields of each kind of credential that hold one text. `custom` has `fields` instead. */
export const CREDENTIAL_FIELDS: Readonly<Record<CredentialType, Readonly<Record<string, FieldRule>>>> = {
  secret: { value: ANY_SECRET },
  basic: { username: USER, password: LINE },
  bearer: { token: TOKEN },
  api_key: { key: LINE, header: HEADER, query: QUERY },
  hmac: { secret: ANY_SECRET },
  custom: {},
};

/** Names of the fields of a `custom` credential. */
export const CUSTOM_FIELD = /^[A-Za-z_][A-Za-z0-9_.-]{0,127}$/;
export const MOST_CUSTOM_FIELDS = 64;
export const LONGEST_DESCRIPTION = 4000;
