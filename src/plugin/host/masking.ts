import { SHORTEST_SECRET, type Json } from '../../kernel/index.js';
import { FormIndex, type Form } from './form-index.js';

/** Bytes below which base64 is not searched for: three or four letters stand in every large body by chance. */
const SHORTEST_ENCODED = 8;
const MASK = '***';

/** Replaces secret values wherever they stand in text, keys and numbers included. */
export interface Masking {
  readonly text: (text: string) => string;
  json<T extends Json>(value: T): T;
}

/** Finds nothing: where there are no secrets, or where they are masked later. */
export const NO_MASKING: Masking = { text: (text) => text, json: (value) => value };

/** Compiled when its core is first found: most secrets are never said. */
const form = (core: string, source: () => string): Form => {
  let pattern: RegExp | undefined;
  return { core, pattern: () => (pattern ??= new RegExp(source(), 'g')) };
};

const literal = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');

const eitherCase = (hex: string): string => hex.replace(/[a-f]/g, (letter) => `[${letter}${letter.toUpperCase()}]`);

/** `%2F`, or `%252F` of what was encoded again. */
const percent = (text: string): string =>
  [...Buffer.from(text)].map((byte) => `%(?:25){0,3}${eitherCase(byte.toString(16).padStart(2, '0'))}`).join('');

/** Backslashes before an escaped letter: JSON in JSON in JSON has 7. Bounded, or a text of backslashes would take for ever. */
const BACKSLASHES = '\\\\{1,15}';

/** `\u002f`. */
const unicode = (text: string): string =>
  [...Array(text.length).keys()]
    .map((index) => text.charCodeAt(index).toString(16).padStart(4, '0'))
    .map((hex) => `${BACKSLASHES}u${eitherCase(hex)}`)
    .join('');

/**
 * One character, or a run of backslashes, as it may be written: as it is, in JSON text, in a URL. Letters and digits are
 * never written otherwise.
 */
const spellings = (character: string): string => {
  if (/^[A-Za-z0-9]$/.test(character)) return character;
  const forms = [percent(character), unicode(character)];
  const inJson = JSON.stringify(character).slice(1, -1);
  if (character.startsWith('\\')) forms.push(`\\\\{${character.length},${16 * character.length}}`);
  else if (character === '/' || inJson.startsWith('\\')) forms.push(BACKSLASHES + literal(inJson.replace(/^\\/, '')));
  if (character === ' ') forms.push('\\+');
  return `(?:${[...forms, literal(character)].join('|')})`;
};

const longestRun = (text: string): string =>
  (text.match(/[A-Za-z0-9]+/g) ?? []).reduce((longest, run) => (run.length > longest.length ? run : longest), '');

const written = (secret: string): Form =>
  form(longestRun(secret), () => (secret.match(/\\+|[^\\]/gu) ?? []).map(spellings).join(''));

/** `+` and `/` of base64, in its other alphabet, in a URL and in JSON text. */
const ENCODED: Readonly<Record<string, string>> = { '+': '(?:\\+|-|%2[bB])', '/': '(?:\\/|_|%2[fF]|\\\\\\/)' };

/** What base64 makes of a secret that stands `offset` bytes behind the start of a group of three, as far as it depends on the secret alone. */
const encoded = (secret: string, offset: number): Form => {
  const bytes = Buffer.concat([Buffer.alloc(offset), Buffer.from(secret)]);
  const text = bytes.toString('base64').slice(Math.ceil((offset * 8) / 6), Math.floor((bytes.length * 8) / 6));
  return form(longestRun(text), () => text.replace(/[+/]/g, (sign) => ENCODED[sign] ?? sign));
};

const formsOf = (secret: string): Form[] => {
  if (Buffer.byteLength(secret) < SHORTEST_ENCODED) return [written(secret)];
  // Bodies that are kept as base64 hold it as JSON and URLs do.
  const inBodies = new Set([
    secret,
    JSON.stringify(secret).slice(1, -1),
    encodeURIComponent(String(Buffer.from(secret))),
  ]);
  return [written(secret), ...[...inBodies].flatMap((text) => [0, 1, 2].map((offset) => encoded(text, offset)))];
};

/** What is looked for. */
interface Searched {
  readonly secrets: readonly string[];
  readonly forms: FormIndex;
}

type Range = readonly [start: number, end: number];

/** Overlapping ranges as one: a secret may be part of another, or begin in another's end. */
const merged = (ranges: readonly Range[]): Range[] => {
  const whole: [number, number][] = [];
  for (const [start, end] of [...ranges].sort((a, b) => a[0] - b[0])) {
    const last = whole.at(-1);
    if (last && start < last[1]) last[1] = Math.max(last[1], end);
    else whole.push([start, end]);
  }
  return whole;
};

/** Characters of a text above which somebody may have cut it. */
const CUT = 1000;
/** Characters of a part of a secret below which it may stand at an end by chance. */
const SHORTEST_PART = 6;

/** Characters of the part of a secret with which a text begins, or ends. */
const partOf = (secret: string, begins: (length: number) => boolean): number | undefined => {
  for (let length = secret.length - 1; length >= SHORTEST_PART; length--) if (begins(length)) return length;
  return undefined;
};

/** What is left of secrets at the ends of a text: programs and servers cut what they say, in the middle of a secret too. */
const partsAtEnds = (text: string, secrets: readonly string[]): Range[] => {
  // Messages that were cut say so at their end.
  const body = text.replace(/…\.?$/, '');
  const [head, tail] = [body.slice(0, SHORTEST_PART), body.slice(-SHORTEST_PART)];
  const ranges: Range[] = [];
  for (const secret of secrets) {
    const before = secret.includes(head) && partOf(secret, (length) => body.startsWith(secret.slice(-length)));
    const after = secret.includes(tail) && partOf(secret, (length) => body.endsWith(secret.slice(0, length)));
    if (before) ranges.push([0, before]);
    if (after) ranges.push([body.length - after, body.length]);
  }
  return ranges;
};

const maskText = (text: string, { forms, secrets }: Searched): string => {
  const found: Range[] = text.length > CUT ? partsAtEnds(text, secrets) : [];
  for (const { pattern } of forms.in(text)) {
    for (const match of text.matchAll(pattern())) found.push([match.index, match.index + match[0].length]);
  }
  if (found.length === 0) return text;
  let masked = '';
  let at = 0;
  for (const [start, end] of merged(found)) {
    masked += text.slice(at, start) + MASK;
    at = end;
  }
  return masked + text.slice(at);
};

/**
 * Finds secrets of four characters and more: as they are, escaped as in JSON (in JSON), encoded as in URLs, and from
 * eight bytes on in base64, each of these once; in a long text also a part of one at its beginning or end. What is
 * hashed, compressed, in hexadecimal or encoded in several of these ways is not found.
 */
export const maskingOf = (secrets: readonly string[]): Masking => {
  const distinct = [...new Set(secrets.filter((secret) => secret.length >= SHORTEST_SECRET))];
  if (distinct.length === 0) return NO_MASKING;
  const searched: Searched = { secrets: distinct, forms: new FormIndex(distinct.flatMap(formsOf)) };
  const text = (given: string): string => (given.length < SHORTEST_SECRET ? given : maskText(given, searched));
  const json = (value: Json): Json => {
    if (typeof value === 'string') return text(value);
    if (typeof value === 'number') {
      const masked = text(String(value));
      return masked.includes(MASK) ? masked : value;
    }
    if (typeof value !== 'object' || value === null) return value;
    if (Array.isArray(value)) return (value as Json[]).map(json);
    return Object.fromEntries(Object.entries(value).map(([key, entry]) => [text(key), json(entry)]));
  };
  return { text, json: (value) => json(value) as typeof value };
};
