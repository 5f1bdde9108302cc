import type { Millis } from '../../../kernel/index.js';

/** Control characters, and those that nobody sees. */
const UNSEEN = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]+/gu;

const clipped = (text: string, longest: number): string => {
  const line = text
    .slice(0, 10 * longest)
    .replace(UNSEEN, ' ')
    .replace(/\s+/gu, ' ')
    .trim();
  return line.length > longest ? `${line.slice(0, longest - 1).replace(/[\ud800-\udbff]$/, '')}…` : line;
};

/** What somebody wrote, in quotes, on one line. */
export const quoted = (text: string, longest = 200): string => `“${clipped(text, longest).replace(/[“”]/g, '"')}”`;

/** A piece of a definition, as it stands there. */
export const code = (text: string, longest = 80): string => `\`${clipped(text, longest).replaceAll('`', "'")}\``;

/** `1 task`, `3 tasks`. */
export const count = (many: number, one: string): string => `${many} ${one}${many === 1 ? '' : 's'}`;

/** `a, b and c`; of more than `most` the first ones, and how many there are beside them. */
export const listed = (items: readonly string[], { most = 6, last = 'and' } = {}): string => {
  const shown = items.length > most ? items.slice(0, Math.max(1, most - 1)) : items;
  const left = items.length - shown.length;
  const all = left > 0 ? [...shown, `${left} more`] : shown;
  return all.length < 2 ? all.join('') : `${all.slice(0, -1).join(', ')} ${last} ${all.at(-1)}`;
};

const UNITS = [
  [86_400_000, 'day'],
  [3_600_000, 'hour'],
  [60_000, 'minute'],
  [1000, 'second'],
] as const;

/** `30 seconds`, `1.5 minutes`, `2 days`. */
export const duration = (ms: Millis): string => {
  const [unit, name] = UNITS.find(([size]) => ms >= size) ?? ([1000, 'second'] as const);
  return count(Number((ms / unit).toPrecision(3)), name);
};

/** With a capital, where it begins with a letter. */
export const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}`;

/** Things that share what is said of them, in the order in which they came first. */
export const grouped = <T>(
  things: readonly T[],
  of: (thing: T) => string | undefined,
): readonly (readonly [string, readonly T[]])[] => {
  const groups = new Map<string, T[]>();
  for (const thing of things) {
    const words = of(thing);
    if (words !== undefined) groups.set(words, [...(groups.get(words) ?? []), thing]);
  }
  return [...groups];
};
