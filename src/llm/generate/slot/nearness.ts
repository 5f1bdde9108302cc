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
  /** The words before a mention, the last first, and those behind it. */
  readonly around: ReadonlyMap<Mention, Around>;
}

interface Around {
  readonly before: readonly Token[];
  readonly behind: readonly Token[];
}

export const sentenceOf = (text: string, mentions: readonly Mention[]): Sentence => {
  const named = mentions.filter(({ is }) => is !== 'word');
  // What stands inside of a quoted text or an address is no word of the sentence.
  const tokens = tokensOf(text).filter((token) => !named.some(({ at, end }) => token.at >= at && token.end <= end));
  const around = new Map<Mention, Around>();
  let next = 0;
  for (const mention of mentions) {
    while (next < tokens.length && (tokens[next] as Token).end <= mention.at) next += 1;
    let behind = next;
    while (behind < tokens.length && (tokens[behind] as Token).at < mention.end) behind += 1;
    around.set(mention, {
      before: tokens.slice(Math.max(0, next - BEFORE), next).reverse(),
      behind: tokens.slice(behind, behind + BEHIND),
    });
  }
  return { text, mentions, tokens, around };
};

const NOBODY: Around = { before: [], behind: [] };
const aroundOf = ({ around }: Sentence, mention: Mention): Around => around.get(mention) ?? NOBODY;

/** How much weaker a word is behind a comma, or behind something else that is named. */
const faded = ({ text, mentions }: Sentence, from: number, to: number): number => {
  const between = text.slice(from, to);
  if (END_OF_SENTENCE.test(between)) return 0;
  const others =
    between.length > 1 ? mentions.filter(({ is, at, end }) => is !== 'word' && at >= from && end <= to).length : 0;
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
  const { before, behind } = aroundOf(sentence, mention);
  look(
    before,
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
export const direction = (sentence: Sentence, mention: Mention, { end }: Slot): number => {
  const { text } = sentence;
  const word = aroundOf(sentence, mention)
    .before.slice(0, 3)
    .find((token) => TO.has(token.text) || FROM.has(token.text));
  if (!word || end === undefined || text.slice(word.end, mention.at).includes(',')) return 0;
  const said = TO.has(word.text) ? (word.text === 'in' || word.text === 'as' ? undefined : 'to') : 'from';
  return said === undefined ? 0 : said === end ? 1 : -1;
};

const singular = (word: string): string => word.replace(/s$/, '');

/** The name of the slot, or its last word, stands right before, with nothing but fillers between. */
export const isNamedBefore = (sentence: Sentence, mention: Mention, { name }: Slot): boolean => {
  const head = singular(tokensOf(name).at(-1)?.text ?? '');
  for (const token of aroundOf(sentence, mention).before) {
    if (singular(token.text) === head) return true;
    if (!FILLERS.has(token.text)) return false;
  }
  return false;
};
