import type { Fault } from './fault.js';
import { fault } from './harmonia-error.js';
import { pointer } from './json-pointer.js';

interface Level {
  /** Absent: a list. */
  readonly keys: Set<string> | undefined;
  /** The key or the index of the entry that is being read. */
  at: string | number;
}

const QUOTE = '"';

/** Index after the string that begins at `start`. */
const endOfString = (text: string, start: number): number => {
  let at = start + 1;
  while (at < text.length && text[at] !== QUOTE) at += text[at] === '\\' ? 2 : 1;
  return at + 1;
};

const isKey = (text: string, after: number): boolean => {
  let at = after;
  while (at < text.length && ' \t\n\r'.includes(text[at] as string)) at++;
  return text[at] === ':';
};

/**
 * Keys that stand twice in one object of a JSON text, of which `JSON.parse` keeps the last without a word. The text
 * must be well-formed: parse it first. One pass, whatever the text.
 */
export const duplicateKeys = (text: string): readonly Fault[] => {
  const faults: Fault[] = [];
  const levels: Level[] = [];
  const enter = (key: string): void => {
    const level = levels.at(-1);
    if (!level?.keys) return;
    level.at = key;
    if (!level.keys.has(key)) level.keys.add(key);
    else faults.push(fault('duplicate_key', pointer('', ...levels.map(({ at }) => at)), { key }));
  };
  for (let at = 0; at < text.length;) {
    const char = text[at];
    if (char === QUOTE) {
      const end = endOfString(text, at);
      if (levels.at(-1)?.keys && isKey(text, end)) enter(JSON.parse(text.slice(at, end)) as string);
      at = end;
      continue;
    }
    const level = levels.at(-1);
    if (char === '{') levels.push({ keys: new Set(), at: '' });
    else if (char === '[') levels.push({ keys: undefined, at: 0 });
    else if (char === '}' || char === ']') levels.pop();
    else if (char === ',' && level && typeof level.at === 'number') level.at += 1;
    at += 1;
  }
  return faults;
};
