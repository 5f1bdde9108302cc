import { stemOf, tokensOf, type Mention, type Token } from '../word/index.js';
import type { Slot } from './slot.js';

/** Words looked at before and behind a mention. */
const BEFORE = 6;
const BEHIND = 3;
/** They stand between a name and its value and count as no distance. */
export const FILLERS: ReadonlySet<string> = new Set([
  'called',
  'named',
  'is',
  'are',
  'of',
  'the',
  'a',
  'an',
  'be',
  'with',
]);
const TO: ReadonlySet<string> = new Set(['to', 'into', 'onto', 'in', 'as']);
const FROM: ReadonlySet<string> = new Set(['from', 'of']);
const END_OF_SENTENCE = /[.;?!\n](?:\s|$)/;

/** A sentence whose words are looked for around what it names. */
export interface Sentence {
  readonly text: string;
  readonly tokens: readonly Token[];
  readonly mentions: readonly Mention[];
}

export const sentenceOf = (text: string, mentions: readonly Mention[]): Sentence => ({
  ...{ text, mentions },
  // What stands inside of a quoted text or an address is no word of the sentence.
  tokens: tokensOf(text).filter(
    (token) => !mentions.some(({ is, at, end }) => is !== 'word' && token.at >= at && token.end <= end),
  ),
});

/** How much weaker a word is behind a comma, or behind something else that is named. */
const faded = ({ text, mentions }: Sentence, from: number, to: number): number => {
  const between = text.slice(from, to);
  if (END_OF_SENTENCE.test(between)) return 0;
  const others = mentions.filter(({ is, at, end }) => is !== 'word' && at >= from && end <= to).length;
  return (between.includes(',') ? 0.5 : 1) * 0.5 ** others;
};

/** 0 to 1: how much the words around a mention speak for a slot. */
export const nearness = (sentence: Sentence, mention: Mention, { cues }: Slot): number => {
  let best = 0;
  const look = (tokens: readonly Token[], from: (token: Token) => number, to: (token: Token) => number): void => {
    let distance = 0;
    for (const token of tokens) {
      const weight = cues.get(stemOf(token.text)) ?? 0;
      if (weight < 1 && FILLERS.has(token.text)) continue;
      const here = weight * faded(sentence, from(token), to(token)) * (1 / (1 + 0.4 * distance));
      best = Math.max(best, here);
      distance += 1;
    }
  };
  const before = sentence.tokens.filter(({ end }) => end <= mention.at).slice(-BEFORE);
  const behind = sentence.tokens.filter(({ at }) => at >= mention.end).slice(0, BEHIND);
  look(
    [...before].reverse(),
    ({ end }) => end,
    () => mention.at,
  );
  look(
    behind,
    () => mention.end,
    ({ at }) => at,
  );
  return best;
};

/** 1, -1 or 0: the word before says that it is that end of a way, the other one, or neither. */
export const direction = ({ text, tokens }: Sentence, mention: Mention, { end }: Slot): number => {
  const before = tokens.filter((token) => token.end <= mention.at).slice(-3);
  const word = before.reverse().find((token) => TO.has(token.text) || FROM.has(token.text));
  if (!word || end === undefined || text.slice(word.end, mention.at).includes(',')) return 0;
  const said = TO.has(word.text) ? (word.text === 'in' || word.text === 'as' ? undefined : 'to') : 'from';
  return said === undefined ? 0 : said === end ? 1 : -1;
};

const singular = (word: string): string => word.replace(/s$/, '');

/** The name of the slot, or its last word, stands right before, with nothing but fillers between. */
export const isNamedBefore = ({ tokens }: Sentence, mention: Mention, { name }: Slot): boolean => {
  const head = singular(tokensOf(name).at(-1)?.text ?? '');
  for (const token of tokens.filter(({ end }) => end <= mention.at).reverse()) {
    if (singular(token.text) === head) return true;
    if (!FILLERS.has(token.text)) return false;
  }
  return false;
};
