/** Objects, lists and keys of one body. Each takes far more memory than the bytes that it is written with. */
export const MAX_VALUES = 1_000_000;

const QUOTE = 34;
const BACKSLASH = 92;
const COLON = 58;
const BRACE = 123;
const BRACKET = 91;

/** Whether a JSON text has more objects, lists and keys than `most`. One pass; the text need not be well-formed. */
export const hasMoreValues = (text: string, most: number): boolean => {
  let found = 0;
  for (let at = 0; at < text.length; at++) {
    const char = text.charCodeAt(at);
    if (char === QUOTE) {
      at += 1;
      for (; at < text.length && text.charCodeAt(at) !== QUOTE; at++) if (text.charCodeAt(at) === BACKSLASH) at += 1;
    } else if ((char === COLON || char === BRACE || char === BRACKET) && ++found > most) return true;
  }
  return false;
};
