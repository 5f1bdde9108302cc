import { isJsonObject, jsonDepth, type Json, type JsonObject } from '../../../kernel/index.js';
import { plainWords, seenJson, seenText } from '../../untrusted/index.js';

/** Characters of an answer that are shown. */
const LONGEST = 16 * 1024;
const LONGEST_REASON = 2000;
/** Levels of a value. */
const DEEPEST = 50;

interface Said {
  readonly text: string;
  readonly value: Json | undefined;
}

const proseOf = (words: Json | undefined, longest: number): string | undefined =>
  plainWords(words, { longest, lines: true, formulas: true });

/** Words for people, as plain text without links and mark-up. */
export const readProse = ({ text }: Said): JsonObject | undefined => {
  const words = proseOf(text, LONGEST);
  return words === undefined ? undefined : { text: words };
};

/** A text to the letter, but for signs that nobody sees: what stands around its places may be anything. */
export const readExpansion = ({ text }: Said): JsonObject | undefined => {
  const expanded = seenText(text);
  return expanded.trim() === '' || expanded.length > LONGEST ? undefined : { text: expanded };
};

/** A value of the schema of its prompt; undefined: it is none, or more than anybody wants to read. */
const valueIn = ({ value }: Said): JsonObject | undefined => {
  if (!isJsonObject(value ?? null) || jsonDepth(value as Json, DEEPEST + 1) > DEEPEST) return undefined;
  const seen = seenJson(value as Json) as JsonObject;
  return JSON.stringify(seen).length > LONGEST ? undefined : seen;
};

export const readResult = (said: Said): JsonObject | undefined => {
  const value = valueIn(said);
  if (!value) return undefined;
  return { result: value.result ?? null, reasoning: proseOf(value.reasoning, LONGEST_REASON) ?? '' };
};

const textIn = (value: Json | undefined): string => (typeof value === 'string' ? value : '');

/** Where next steps were given, one that is not among them makes the answer one of no use. */
export const readTransition = (said: Said, { next_steps: known }: JsonObject): JsonObject | undefined => {
  const value = valueIn(said);
  if (!value) return undefined;
  const next = (Array.isArray(value.next) ? (value.next as Json[]) : []).filter(isJsonObject);
  const steps = next.map(({ step, when }) => ({
    step: textIn(step),
    when: proseOf(when, LONGEST_REASON) ?? null,
  }));
  if (Array.isArray(known) && steps.some(({ step }) => !known.includes(step))) return undefined;
  return { updates: value.updates ?? {}, next: steps, why: proseOf(value.why, LONGEST_REASON) ?? null };
};
