import { ExpressionRefused, payText, spend } from '../budget.js';
import { instantAt, offsetAt, wallFromMillis, wallMillis, type WallTime } from './time-zone.js';

const MONTHS = [
  ...['January', 'February', 'March', 'April', 'May', 'June', 'July'],
  ...['August', 'September', 'October', 'November', 'December'],
];
const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const SHORT = 3;
const MAX_PATTERN = 200;
const DAY = 86_400_000;
const TOKEN = /'((?:[^']|'')*)'|([A-Za-z])\2*|[^A-Za-z']+/g;

interface Shown extends WallTime {
  readonly offset: number;
}

const offsetText = (offset: number): string => {
  if (offset === 0) return 'Z';
  const minutes = Math.round(Math.abs(offset) / 60_000);
  return `${offset < 0 ? '-' : '+'}${digits(Math.floor(minutes / 60), 2)}:${digits(minutes % 60, 2)}`;
};

const digits = (value: number, width: number): string => String(value).padStart(width, '0');
const dayOfYear = (wall: WallTime): number =>
  Math.round((wallMillis({ ...wall, ...MIDNIGHT }) - wallMillis({ ...wall, ...MIDNIGHT, month: 1, day: 1 })) / DAY) + 1;
const dayOfWeek = (wall: WallTime): string => DAYS[new Date(wallMillis(wall)).getUTCDay()] as string;
const MIDNIGHT = { hour: 0, minute: 0, second: 0, millisecond: 0 };

/** The letters of Unicode's date patterns (UTS 35), as far as they are known here. */
const WRITERS: Readonly<Record<string, (shown: Shown) => string>> = {
  yyyy: ({ year }) => digits(year, 4),
  yy: ({ year }) => digits(year % 100, 2),
  MMMM: ({ month }) => MONTHS[month - 1] as string,
  MMM: ({ month }) => (MONTHS[month - 1] as string).slice(0, SHORT),
  MM: ({ month }) => digits(month, 2),
  M: ({ month }) => String(month),
  dd: ({ day }) => digits(day, 2),
  d: ({ day }) => String(day),
  DDD: (shown) => digits(dayOfYear(shown), 3),
  EEEE: dayOfWeek,
  EEE: (shown) => dayOfWeek(shown).slice(0, SHORT),
  HH: ({ hour }) => digits(hour, 2),
  H: ({ hour }) => String(hour),
  hh: ({ hour }) => digits(hour % 12 || 12, 2),
  h: ({ hour }) => String(hour % 12 || 12),
  mm: ({ minute }) => digits(minute, 2),
  m: ({ minute }) => String(minute),
  ss: ({ second }) => digits(second, 2),
  s: ({ second }) => String(second),
  SSS: ({ millisecond }) => digits(millisecond, 3),
  a: ({ hour }) => (hour < 12 ? 'AM' : 'PM'),
  XXX: ({ offset }) => offsetText(offset),
};

type Token = { readonly is: 'literal'; readonly text: string } | { readonly is: 'field'; readonly letters: string };

const tokensOf = (pattern: string): readonly Token[] => {
  if (pattern.length > MAX_PATTERN) throw new ExpressionRefused(`a pattern of more than ${MAX_PATTERN} characters`);
  spend(10 + pattern.length);
  const tokens: Token[] = [];
  let read = 0;
  for (const [text, quoted] of pattern.matchAll(TOKEN)) {
    read += text.length;
    if (quoted !== undefined) tokens.push({ is: 'literal', text: quoted === '' ? "'" : quoted.replaceAll("''", "'") });
    else if (!/^[A-Za-z]/.test(text)) tokens.push({ is: 'literal', text });
    else if (Object.hasOwn(WRITERS, text)) tokens.push({ is: 'field', letters: text });
    else
      throw new ExpressionRefused(
        `"${text}" means nothing in a pattern of time; known are ${Object.keys(WRITERS).join(' ')}, and 'text' in quotes`,
      );
  }
  if (read < pattern.length) throw new ExpressionRefused('a quote in a pattern of time is not closed');
  return tokens;
};

export const formatTime = (time: Date, pattern: string, zone = 'UTC'): string => {
  const instant = time.getTime();
  const offset = offsetAt(instant, zone);
  const shown: Shown = { ...wallFromMillis(instant + offset), offset };
  const made = tokensOf(pattern)
    .map((token) => (token.is === 'literal' ? token.text : (WRITERS[token.letters] as (shown: Shown) => string)(shown)))
    .join('');
  payText(made.length);
  return made;
};

interface Reading {
  readonly text: string;
  at: number;
  readonly found: { -readonly [field in keyof WallTime]?: number };
  afternoon: boolean | undefined;
  offset: number | undefined;
}

const take = (reading: Reading, form: RegExp): string => {
  form.lastIndex = reading.at;
  const [text] = form.exec(reading.text) ?? [];
  if (text === undefined) throw new Unreadable();
  reading.at += text.length;
  return text;
};

class Unreadable extends Error {}

const FOUR = /\d{4}/y;
const THREE = /\d{3}/y;
const TWO = /\d{2}/y;
const ONE_OR_TWO = /\d{1,2}/y;
const WORD = /[A-Za-z]+/y;
const OFFSET = /Z|[+-](?:[01]\d|2[0-3]):[0-5]\d/y;

const nameIn = (names: readonly string[], word: string, length?: number): number => {
  const at = names.findIndex((name) => name.slice(0, length).toLowerCase() === word.toLowerCase());
  if (at === -1) throw new Unreadable();
  return at;
};

const number = (field: keyof WallTime, form: RegExp) => (reading: Reading) => {
  reading.found[field] = Number(take(reading, form));
};

const READERS: Readonly<Record<string, (reading: Reading) => void>> = {
  yyyy: number('year', FOUR),
  MMMM: (reading) => void (reading.found.month = nameIn(MONTHS, take(reading, WORD)) + 1),
  MMM: (reading) => void (reading.found.month = nameIn(MONTHS, take(reading, WORD), SHORT) + 1),
  MM: number('month', TWO),
  M: number('month', ONE_OR_TWO),
  dd: number('day', TWO),
  d: number('day', ONE_OR_TWO),
  EEEE: (reading) => void nameIn(DAYS, take(reading, WORD)),
  EEE: (reading) => void nameIn(DAYS, take(reading, WORD), SHORT),
  HH: number('hour', TWO),
  H: number('hour', ONE_OR_TWO),
  hh: number('hour', TWO),
  h: number('hour', ONE_OR_TWO),
  mm: number('minute', TWO),
  m: number('minute', ONE_OR_TWO),
  ss: number('second', TWO),
  s: number('second', ONE_OR_TWO),
  SSS: number('millisecond', THREE),
  a: (reading) => void (reading.afternoon = nameIn(['AM', 'PM'], take(reading, WORD)) === 1),
  XXX: (reading) => {
    const text = take(reading, OFFSET);
    reading.offset = text === 'Z' ? 0 : offsetAt(0, text);
  },
};

const readToken = (reading: Reading, token: Token): void => {
  if (token.is === 'field') {
    const read = READERS[token.letters];
    if (!read) throw new ExpressionRefused(`"${token.letters}" can be written but not read`);
    return read(reading);
  }
  if (!reading.text.startsWith(token.text, reading.at)) throw new Unreadable();
  reading.at += token.text.length;
};

const wallIn = ({ found, afternoon }: Reading): WallTime => {
  const wall = { year: 1970, month: 1, day: 1, hour: 0, minute: 0, second: 0, millisecond: 0, ...found };
  if (afternoon !== undefined) {
    if (wall.hour < 1 || wall.hour > 12) throw new Unreadable();
    wall.hour = (wall.hour % 12) + (afternoon ? 12 : 0);
  }
  const real = wallFromMillis(wallMillis(wall));
  if ((Object.keys(real) as (keyof WallTime)[]).some((field) => real[field] !== wall[field])) throw new Unreadable();
  return wall;
};

/** Reads a time by a pattern; what the pattern does not name is the beginning of 1970. Milliseconds since then. */
export const readTime = (text: string, pattern: string, zone = 'UTC'): number => {
  const reading: Reading = { text, at: 0, found: {}, afternoon: undefined, offset: undefined };
  try {
    for (const token of tokensOf(pattern)) readToken(reading, token);
    if (reading.at < text.length) throw new Unreadable();
    const wall = wallIn(reading);
    return reading.offset === undefined ? instantAt(wall, zone) : wallMillis(wall) - reading.offset;
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    throw new ExpressionRefused(`"${text.slice(0, 100)}" is no time of the form ${pattern}`);
  }
};
