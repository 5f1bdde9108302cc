import type { Fault } from './fault.js';
import { fault } from './harmonia-error.js';
import { pointer } from './json-pointer.js';

interface Level {
  /** Absent: a list. */
  readonly keys: Set<string> | undefined;
  /** The key or the index of the entry that is being read. */
  at: string | number;
}

/** Faults of one report. A text of a million doubles is no mistake that one mends key by key. */
const MAX_FAULTS = 1000;

const code = (char: string): number => char.charCodeAt(0);
const QUOTE = code('"');
const BACKSLASH = code('\\');
const COLON = code(':');
const COMMA = code(',');
const OBJECT = code('{');
const LIST = code('[');
const END_OF_OBJECT = code('}');
const END_OF_LIST = code(']');
const BLANKS: ReadonlySet<number> = new Set([...' \t\n\r'].map(code));

/** Index after the string that begins at `start`. */
const endOfString = (text: string, start: number): number => {
  let at = start + 1;
  while (at < text.length && text.charCodeAt(at) !== QUOTE) at += text.charCodeAt(at) === BACKSLASH ? 2 : 1;
  return at + 1;
};

const isKey = (text: string, after: number): boolean => {
  let at = after;
  while (BLANKS.has(text.charCodeAt(at))) at++;
  return text.charCodeAt(at) === COLON;
};

/** Most keys have nothing escaped in them, and are what they look like. */
const unquoted = (string: string): string =>
  string.includes('\\') ? (JSON.parse(string) as string) : string.slice(1, -1);

/**
 * Keys that stand twice in one object of a JSON text, of which `JSON.parse` keeps the last without a word. The text
 * must be well-formed: parse it first. One pass, whatever the text, which ends with the thousandth.
 */
export const duplicateKeys = (text: string): readonly Fault[] => {
  const faults: Fault[] = [];
  const levels: Level[] = [];
  let level: Level | undefined;
  const enter = (key: string, keys: Set<string>): void => {
    if (level) level.at = key;
    if (!keys.has(key)) keys.add(key);
    else faults.push(fault('duplicate_key', pointer('', ...levels.map(({ at }) => at)), { key }));
  };
  for (let at = 0; at < text.length && faults.length < MAX_FAULTS; at++) {
    const char = text.charCodeAt(at);
    if (char === QUOTE) {
      const end = endOfString(text, at);
      if (level?.keys && isKey(text, end)) enter(unquoted(text.slice(at, end)), level.keys);
      at = end - 1;
    } else if (char === COMMA) {
      if (typeof level?.at === 'number') level.at += 1;
    } else if (char === OBJECT || char === LIST) {
      level = char === OBJECT ? { keys: new Set(), at: '' } : { keys: undefined, at: 0 };
      levels.push(level);
    } else if (char === END_OF_OBJECT || char === END_OF_LIST) {
      levels.pop();
      level = levels.at(-1);
    }
  }
  return faults;
};
