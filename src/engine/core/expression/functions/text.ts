import { ExpressionRefused, payText, spend } from '../budget.js';
import { kindOf, wholeNumber } from './arguments.js';
import { printf } from './printf.js';
import { formatTime } from './time-pattern.js';
import type { ExpressionFunction, Family } from './function.js';

const MAX_WIDTH = 10_000;

/** Characters as `size()` counts them. */
const sizeOf = (text: string): number => {
  spend(text.length >> 4);
  let count = text.length;
  for (let at = 1; at < text.length; at++) if (isPair(text.charCodeAt(at - 1), text.charCodeAt(at))) count -= 1;
  return count;
};

/** Two units that are one character. */
const isPair = (high: number, low: number): boolean =>
  high >= 0xd800 && high <= 0xdbff && low >= 0xdc00 && low <= 0xdfff;

const padding = (text: string, width: number, pad: string): string => {
  const missing = Math.max(0, wholeNumber(width, 'the width', { max: MAX_WIDTH }) - sizeOf(text));
  const chars = [...pad];
  if (chars.length === 0) throw new ExpressionRefused('the text to pad with is empty');
  payText(missing * 2);
  return pad.repeat(Math.floor(missing / chars.length)) + chars.slice(0, missing % chars.length).join('');
};

const occurrences = (text: string, wanted: string, limit: number): number[] => {
  const found: number[] = [];
  for (
    let at = text.indexOf(wanted);
    at !== -1 && found.length < limit;
    at = text.indexOf(wanted, at + wanted.length)
  ) {
    if (found.push(at) % 4 === 0) spend(1);
  }
  return found;
};

const replace = (text: string, old: string, ...[by, limit = -1]: [by: string, limit?: number]): string => {
  if (old === '') throw new ExpressionRefused('replace() was given an empty text to look for');
  spend(text.length >> 4);
  const most = limit < 0 ? Infinity : wholeNumber(limit, 'the limit of replace()');
  const places = occurrences(text, old, most);
  payText(text.length + places.length * (by.length - old.length));
  let made = '';
  let from = 0;
  for (const at of places) {
    made += text.slice(from, at) + by;
    from = at + old.length;
  }
  return made + text.slice(from);
};

/** Letters without marks, words with dashes between them: what a URL likes. */
const slug = (text: string): string => {
  spend(text.length >> 2);
  const plain = text
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase();
  payText(plain.length);
  return plain
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-/, '')
    .replace(/-$/, '');
};

const reversed = (value: string | readonly unknown[]): unknown => {
  if (typeof value !== 'string') return [...value].reverse();
  payText(value.length * 4);
  return [...value].reverse().join('');
};

const joined = (list: readonly unknown[], separator = ''): string => {
  const texts = list.map((entry) => {
    if (typeof entry === 'string') return entry;
    if (typeof entry === 'number' || typeof entry === 'boolean') return String(entry);
    throw new ExpressionRefused(`join() takes texts and numbers; there is a value of type ${kindOf(entry)} among them`);
  });
  payText(texts.reduce((length, text) => length + text.length + separator.length, 0));
  return texts.join(separator);
};

const truncated = (text: string, width: number, ending = '…'): string => {
  const most = wholeNumber(width, 'the width');
  // Twice as many units as characters at most: what is beyond need not be looked at.
  const chars = [...text.slice(0, 2 * (most + 1))];
  payText(chars.length * 4);
  if (chars.length <= most) return text;
  const end = [...ending].slice(0, most);
  return [...chars.slice(0, most - end.length), ...end].join('');
};

const charAt = (text: string, position: number): string => {
  const at = wholeNumber(position, 'a position', { max: text.length });
  return text.slice(at, at + 1);
};

const lines = (text: string): readonly string[] => {
  const found = text.split(/\r\n|\n|\r/);
  spend((text.length >> 4) + found.length);
  if (found.at(-1) === '') found.pop();
  return found;
};

const capitalised = (text: string): string => {
  const first = [...text.slice(0, 2)][0] ?? '';
  return first.toUpperCase() + text.slice(first.length);
};

/** Between the text and its new form. */
const cased = (text: string, made: string): string => {
  payText(text.length);
  return made;
};

const formatted = (given: unknown, pattern: unknown, zone?: string): string =>
  given instanceof Date
    ? formatTime(given, pattern as string, zone)
    : printf(given as string, pattern as readonly unknown[]);

const widths: readonly ExpressionFunction[] = [
  {
    name: 'padStart',
    signatures: ['string.padStart(width: number, pad: string?): string'],
    does: 'At least so wide, with blanks or `pad` before it.',
    examples: [
      ['"7".padStart(3, "0")', '007'],
      ['string(input.n).padStart(4)', '   5'],
    ],
    alias: ['padLeft', 'lpad'],
    run: (text: string, width: number, pad = ' ') => padding(text, width, pad) + text,
  },
  {
    name: 'padEnd',
    signatures: ['string.padEnd(width: number, pad: string?): string'],
    does: 'At least so wide, with blanks or `pad` after it.',
    examples: [['"7".padEnd(3, ".")', '7..']],
    alias: ['padRight', 'rpad'],
    run: (text: string, width: number, pad = ' ') => text + padding(text, width, pad),
  },
  {
    name: 'repeat',
    signatures: ['string.repeat(times: number): string'],
    does: 'The text so many times.',
    examples: [['"ab".repeat(3)', 'ababab']],
    run: (text: string, times: number) => {
      payText(text.length * wholeNumber(times, 'the number of times'));
      return text.repeat(times);
    },
  },
  {
    name: 'truncate',
    signatures: ['string.truncate(width: number, ending: string?): string'],
    does: 'At most so many characters; what is cut off is shown by `…` or `ending`.',
    examples: [
      ['"a long story".truncate(7)', 'a long…'],
      ['"a long story".truncate(6, "")', 'a long'],
    ],
    run: truncated,
  },
];

const cases: readonly ExpressionFunction[] = [
  {
    name: 'lower',
    signatures: ['string.lower(): string'],
    does: 'In small letters, of any script.',
    examples: [['"ÀB".lower()', 'àb']],
    alias: ['toLowerCase', 'lowercase', 'toLower', 'downcase'],
    run: (text: string) => cased(text, text.toLowerCase()),
  },
  {
    name: 'upper',
    signatures: ['string.upper(): string'],
    does: 'In capital letters, of any script.',
    examples: [['input.name.upper()', 'ADA LOVELACE']],
    alias: ['toUpperCase', 'uppercase', 'toUpper', 'upcase'],
    run: (text: string) => cased(text, text.toUpperCase()),
  },
  {
    name: 'capitalize',
    signatures: ['string.capitalize(): string'],
    does: 'With its first letter a capital.',
    examples: [['"hello there".capitalize()', 'Hello there']],
    alias: ['capitalise', 'ucfirst'],
    run: capitalised,
  },
  {
    name: 'slug',
    signatures: ['string.slug(): string'],
    does: 'Small letters and digits of ASCII with dashes between them, for addresses and file names.',
    examples: [['"Crème brûlée, twice!".slug()', 'creme-brulee-twice']],
    alias: ['slugify', 'kebabCase'],
    run: slug,
  },
];

const pieces: readonly ExpressionFunction[] = [
  {
    name: 'trimStart',
    signatures: ['string.trimStart(): string'],
    does: 'Without blanks before it.',
    examples: [['" a ".trimStart()', 'a ']],
    alias: ['trimLeft', 'ltrim'],
    run: (text: string) => cased(text, text.trimStart()),
  },
  {
    name: 'trimEnd',
    signatures: ['string.trimEnd(): string'],
    does: 'Without blanks after it.',
    examples: [['" a ".trimEnd()', ' a']],
    alias: ['trimRight', 'rtrim'],
    run: (text: string) => cased(text, text.trimEnd()),
  },
  {
    name: 'replace',
    signatures: ['string.replace(old: string, by: string, limit: number?): string'],
    does: 'Every `old` replaced by `by`, or the first `limit` of them.',
    examples: [
      ['"a-b-c".replace("-", "+")', 'a+b+c'],
      ['"a-b-c".replace("-", "+", 1)', 'a+b-c'],
    ],
    alias: ['replaceAll', 'substitute'],
    run: replace,
  },
  {
    name: 'charAt',
    signatures: ['string.charAt(position: number): string'],
    does: 'The character at a position, from 0; nothing at the end.',
    examples: [['"abc".charAt(1)', 'b']],
    run: charAt,
  },
  {
    name: 'lines',
    signatures: ['string.lines(): list<string>'],
    does: 'The lines of a text, without their ends.',
    examples: [['"a\\nb\\n".lines()', ['a', 'b']]],
    alias: ['splitLines'],
    run: lines,
  },
  {
    name: 'join',
    signatures: ['list.join(separator: string?): string'],
    does: 'The texts and numbers of a list as one text.',
    examples: [
      ['["a", "b"].join(", ")', 'a, b'],
      ['input.prices.join("/")', '2.5/20/5'],
    ],
    run: joined,
  },
  {
    name: 'reverse',
    signatures: ['string.reverse(): string', 'list.reverse(): list'],
    does: 'From the end to the beginning.',
    examples: [
      ['"abc".reverse()', 'cba'],
      ['[1, 2, 3].reverse()', [3, 2, 1]],
    ],
    run: reversed,
  },
  {
    name: 'format',
    signatures: ['string.format(arguments: list): string', 'time.format(pattern: string, zone: string?): string'],
    does: 'Fills in `%s` (text), `%d` (whole number), `%f` or `%.2f` (decimals), `%e`, `%x`, `%b`, `%o`, `%%`; writes a time by a pattern.',
    examples: [
      ['"%s costs %.2f".format([input.name, 3])', 'Ada Lovelace costs 3.00'],
      ['"%d of %d (%s)".format([1, 2, input.tags])', '1 of 2 (["x","y","x"])'],
      ['timestamp(input.at).format("dd.MM.yyyy HH:mm")', '29.02.2024 23:30'],
      ['timestamp(input.at).format("EEE d MMM yyyy", "Asia/Tokyo")', 'Fri 1 Mar 2024'],
    ],
    alias: ['sprintf', 'printf', 'strftime', 'formatDate', 'dateFormat', 'formatTime'],
    run: formatted,
  },
];

export const texts: Family = { title: 'Texts', functions: [...cases, ...pieces, ...widths] };
