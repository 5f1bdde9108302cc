import { jsonrepair } from 'jsonrepair';
import { canonicalJson, jsonDepth, unspeakableNumbers, type Json } from '../../../kernel/index.js';
import { fencedBlocks, jsonRegions } from './json-regions.js';

/** What was found in an answer that should be JSON. */
export type Extracted =
  /** One value or more, each whole. `repaired`: they were JSON only after mending (quotes, commas, comments). */
  | { readonly is: 'values'; readonly values: readonly Json[]; readonly repaired: boolean }
  /** The text ends inside a value; `partial` is what could be read of it. */
  | { readonly is: 'cut'; readonly partial: Json | undefined }
  | { readonly is: 'nothing'; readonly reason: string };

/** Characters of an answer that are read. */
const MAX_TEXT = 2 ** 20;
/** Characters of one answer that are mended: jsonrepair takes time squared on some (8 s for 200,000 characters of `{"a":"\\`). */
export const MAX_REPAIRED = 32 * 1024;
const MAX_DEPTH = 100;
/** The thoughts of a model that thinks aloud; the answer comes after them. */
const THOUGHTS = /^\s*<(think|thinking|reasoning)>[\s\S]*?<\/\1>/i;

/** JSON that our own code can work on: of a bounded depth, with numbers that JSON can say. */
const usable = (value: Json): Json | undefined =>
  jsonDepth(value, MAX_DEPTH) > MAX_DEPTH || unspeakableNumbers(value).length > 0 ? undefined : value;

const strictly = (text: string): Json | undefined => {
  try {
    return usable(JSON.parse(text) as Json);
  } catch {
    return undefined;
  }
};

/** Only brackets are mended: anything else would make a string of any prose. */
const mended = (text: string, most: number): Json | undefined => {
  if (text.length > most || !/^\s*[{[]/.test(text)) return undefined;
  try {
    return strictly(jsonrepair(text));
  } catch {
    // Also a stack that overflowed: it recurses.
    return undefined;
  }
};

const distinct = (values: readonly Json[]): readonly Json[] => [
  ...new Map(values.map((value) => [canonicalJson(value), value])).values(),
];

const all = (texts: readonly string[], read: (text: string) => Json | undefined): readonly Json[] =>
  distinct(texts.map(read).filter((value) => value !== undefined));

/** Those that may all be mended within what one answer may cost. */
const affordable = (texts: readonly string[], most: number): readonly string[] => {
  let left = most;
  return [...new Set(texts)].filter((text) => (left -= text.length) >= 0);
};

const found = (values: readonly Json[], repaired: boolean): Extracted | undefined =>
  values.length === 0 ? undefined : { is: 'values', values, repaired };

/** `{'a': "it}"}`: with other quotes than JSON's the ends of regions are guesses; the widest piece is tried too. */
const widest = (text: string): readonly string[] => {
  const start = text.search(/[{[]/);
  const end = Math.max(text.lastIndexOf('}'), text.lastIndexOf(']'));
  return start === -1 || end < start ? [] : [text.slice(start, end + 1)];
};

/**
 * Finds the JSON in what a model wrote: the whole text; else its fenced blocks; else its outermost bracketed pieces;
 * else these mended. Values are given in their order, each once: which of several is meant is for the schema to say.
 * Linear in the text, and it never throws. `most`: characters that may be mended.
 */
export const extractJson = (answer: string, most = MAX_REPAIRED): Extracted => {
  if (answer.length > MAX_TEXT) return { is: 'nothing', reason: `it has more than ${MAX_TEXT} characters` };
  const text = answer
    .replace(/^\uFEFF/, '')
    .replace(THOUGHTS, '')
    .trim();
  if (text === '') return { is: 'nothing', reason: 'it is empty' };
  const mend = (piece: string): Json | undefined => mended(piece, most);
  const whole = strictly(text);
  if (whole !== undefined) return { is: 'values', values: [whole], repaired: false };
  const blocks = fencedBlocks(text);
  const regions = jsonRegions(text);
  const closed = regions.flatMap((region) => (region.is === 'closed' ? [text.slice(region.start, region.end)] : []));
  const open = regions.find((region) => region.is === 'open');
  // Wrong quotes make strings of what stands between them, so that the end seems to be missing.
  if (open && !(open.inString && isClosed(text))) return { is: 'cut', partial: mended(text.slice(open.start), most) };
  return (
    found(all(blocks, strictly), false) ??
    found(all(closed, strictly), false) ??
    found(all(affordable([...blocks.filter(isClosed), ...closed], most), mend), true) ??
    found(all(widest(text), mend), true) ?? { is: 'nothing', reason: 'there is no JSON in it' }
  );
};

const isClosed = (text: string): boolean => /[}\]]\s*(?:[`~]{3,}\s*)?$/.test(text);
