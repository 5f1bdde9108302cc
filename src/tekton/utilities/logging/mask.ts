import { isJsonObject, SHORTEST_SECRET, type Json, type JsonObject } from '../../../kernel/index.js';

/** Replaces what is secret in a text. */
export type Mask = (text: string) => string;

const MASK = '***';

/** Names of fields whose values nobody needs to see. */
const SECRET_NAME =
  /(^|[-_.])(authorization|cookie|set-cookie|password|passwd|passphrase|secrets?|token|api[-_]?keys?|private[-_]?key|credentials?|signature)$/i;
const CAMEL = /([a-z0-9])([A-Z])/g;

/** Whether a field, a header or a setting of that name holds a secret: `apiKey`, `X-Authentication-Token`, `HARMONIA_SECRET_db`. */
export const isSecretName = (name: string): boolean =>
  SECRET_NAME.test(name.replace(CAMEL, '$1_$2')) || /(^|_)SECRET_/.test(name);

/** What proves something wherever it stands: bearer tokens, JSON Web Tokens, the password of an address. */
const PROOFS: readonly (readonly [RegExp, string])[] = [
  [/\b(bearer|basic)\s+[\w.~+/=-]{4,}/gi, `$1 ${MASK}`],
  [/\beyJ[\w-]{8,}\.[\w-]{4,}\.[\w-]*/g, MASK],
  [/(\b[a-z][a-z0-9+.-]{1,20}:\/\/[^\s:/@]{0,100}:)[^\s/@]{1,1000}@/gi, `$1${MASK}@`],
];

/** Masks secrets that are known, the longest first, and whatever is a proof by its looks. */
export const maskOf = (secrets: readonly string[]): Mask => {
  const known = [...new Set(secrets)]
    .filter((secret) => secret.length >= SHORTEST_SECRET)
    .sort((one, other) => other.length - one.length);
  return (text) => {
    const without = known.reduce((left, secret) => left.replaceAll(secret, MASK), text);
    return PROOFS.reduce((left, [pattern, mask]) => left.replace(pattern, mask), without);
  };
};

/** Values of settings whose names say that they are secret. */
export const secretSettings = (environment: Readonly<Record<string, string | undefined>>): string[] =>
  Object.entries(environment).flatMap(([name, value]) => (value !== undefined && isSecretName(name) ? [value] : []));

const DEEPEST = 8;

const masked = (value: Json, mask: Mask, depth: number): Json => {
  if (typeof value === 'string') return mask(value);
  if (typeof value !== 'object' || value === null) return value;
  if (depth > DEEPEST) return '…';
  if (!isJsonObject(value)) return value.map((entry) => masked(entry, mask, depth + 1));
  return maskedFields(value, mask, depth);
};

/** A copy of an object without what is secret in it: by the names of its fields, and in its texts. */
export const maskedFields = (fields: JsonObject, mask: Mask, depth = 0): JsonObject =>
  Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [
      mask(name),
      isSecretName(name) && value !== null ? MASK : masked(value, mask, depth + 1),
    ]),
  );
