import { compileTemplate, FAMILIES } from '../../../engine/core/index.js';
import type { Instant, Json } from '../../../kernel/index.js';
import { evaluateOn, type Sample } from './sample.js';
import { EXAMPLE_DATA, SNIPPETS } from './snippets.js';

/** Something that does what was asked for, shown on the example data. */
export interface FoundExample {
  readonly source: 'snippet' | 'function';
  readonly does: string;
  readonly expression: string;
  /** What it gives on the data of docs/expressions.md. */
  readonly gives: Json;
}

interface Kept {
  readonly source: FoundExample['source'];
  readonly does: string;
  readonly examples: readonly string[];
  /** Of what it is called, and of what is said of it. */
  readonly names: ReadonlySet<string>;
  readonly words: ReadonlySet<string>;
}

/** Words that stand everywhere and mean nothing here. */
const EMPTY: ReadonlySet<string> = new Set(
  'a an and are as at be by can do does for from get give gives have how i if in is it its me of on or so that the there this to want what when which with you'.split(
    ' ',
  ),
);

/** Ends of words that are left off, so that `joined` finds `join`; what is left has three letters at least. */
const stem = (word: string): string =>
  word.replace(/(?<=\w{3})(?:ing|ed|es|s|ies|y)$/, '').replace(/([b-df-hj-np-tv-z])\1$/, '$1');

const stemsOf = (text: string): string[] =>
  [
    ...text
      .replace(/([a-z])([A-Z])/g, '$1 $2')
      .toLowerCase()
      .matchAll(/[a-z]{2,40}|\d{1,10}/g),
  ]
    .map(([word]) => word)
    .filter((word) => !EMPTY.has(word))
    .map(stem);

const KEPT: readonly Kept[] = [
  ...SNIPPETS.map(({ does, expression, words }): Kept => ({
    ...{ source: 'snippet', does, examples: [expression] },
    names: new Set(stemsOf(does)),
    words: new Set(stemsOf(words)),
  })),
  ...FAMILIES.flatMap(({ functions }) =>
    functions.map(({ name, does, examples, alias = [] }): Kept => ({
      ...{ source: 'function', does, examples: examples.map(([expression]) => expression) },
      names: new Set(stemsOf([name, ...alias].join(' '))),
      words: new Set(stemsOf(does)),
    })),
  ),
];

/** In how many of them a word stands: what stands in few says more. */
const frequency = new Map<string, number>();
for (const { names, words } of KEPT)
  for (const word of new Set([...names, ...words])) frequency.set(word, (frequency.get(word) ?? 0) + 1);

const rarity = (word: string): number => Math.log(1 + KEPT.length / (frequency.get(word) ?? KEPT.length));

const scoreOf = ({ names, words }: Kept, asked: ReadonlySet<string>): number => {
  let score = 0;
  for (const word of asked) {
    if (names.has(word)) score += 2 * rarity(word);
    else if (words.has(word)) score += rarity(word);
  }
  return score;
};

const NAMES: ReadonlySet<string> = new Set(Object.keys(EXAMPLE_DATA).filter((name) => name !== 'tasks'));

/** Evaluated now, so that what is shown is what it gives. */
const shown = (kept: Kept, sample: Sample): FoundExample[] => {
  for (const expression of kept.examples) {
    const compiled = compileTemplate(`\${${expression}}`, { pointer: '', names: NAMES, secrets: false });
    const outcome = compiled.faults.length === 0 ? evaluateOn(compiled.value, sample) : undefined;
    if (outcome?.is === 'value') return [{ source: kept.source, does: kept.does, expression, gives: outcome.value }];
  }
  return [];
};

/** Kept idioms and functions that are nearest to words, the nearest first. Equal words find the same. */
export const findExamples = (words: string, most: number, now: Instant): readonly FoundExample[] => {
  const asked = new Set(stemsOf(words).slice(0, 50));
  const scored = KEPT.map((kept, index) => ({ kept, index, score: scoreOf(kept, asked) })).filter(
    ({ score }) => score > 0,
  );
  scored.sort((a, b) => b.score - a.score || a.index - b.index);
  const sample = { variables: EXAMPLE_DATA, now };
  return scored.slice(0, most).flatMap(({ kept }) => shown(kept, sample));
};
