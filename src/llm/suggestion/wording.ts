/** Paths and edges that are named one by one. */
const NAMED = 5;

/** `a, b and c`. */
export const list = (words: readonly string[]): string => {
  const shown = words.slice(0, NAMED);
  const left = words.length - shown.length;
  if (left > 0) return `${shown.join(', ')} and ${left} more`;
  return shown.length < 2 ? shown.join('') : `${shown.slice(0, -1).join(', ')} and ${shown.at(-1) ?? ''}`;
};

/** `1 edge`, `2 edges`. */
export const count = (number: number, one: string, many = `${one}s`): string =>
  `${number} ${number === 1 ? one : many}`;
