import { compileTemplate, FAMILIES } from '../../../engine/core/index.js';
import type { Instant, Json } from '../../../kernel/index.js';
import { WordIndex } from '../../generate/word/index.js';
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
  /** As it is called; idioms have no name. */
  readonly name: string;
  readonly does: string;
  readonly words: string;
  readonly examples: readonly string[];
}

const KEPT: readonly Kept[] = [
  ...SNIPPETS.map(({ does, expression, words }): Kept => ({
    ...{ source: 'snippet', name: '', does, words, examples: [expression] },
  })),
  ...FAMILIES.flatMap(({ functions }) =>
    functions.map(({ name, does, examples, alias = [] }): Kept => ({
      ...{ source: 'function', name, does, words: alias.join(' ') },
      examples: examples.map(([expression]) => expression),
    })),
  ),
];

let index: WordIndex<Kept> | undefined;

/** Made when it is first asked for. */
const kept = (): WordIndex<Kept> =>
  (index ??= new WordIndex(KEPT, {
    boost: { name: 2, does: 1.5, words: 1.5 },
    of: ({ name, does, words }) => ({ name, does, words }),
  }));

const NAMES: ReadonlySet<string> = new Set(Object.keys(EXAMPLE_DATA).filter((name) => name !== 'tasks'));

/** Evaluated now, so that what is shown is what it gives. */
const shown = ({ source, does, examples }: Kept, sample: Sample): FoundExample[] => {
  for (const expression of examples) {
    const compiled = compileTemplate(`\${${expression}}`, { pointer: '', names: NAMES, secrets: false });
    const outcome = compiled.faults.length === 0 ? evaluateOn(compiled.value, sample) : undefined;
    if (outcome?.is === 'value') return [{ source, does, expression, gives: outcome.value }];
  }
  return [];
};

/** Kept idioms and functions that are nearest to words, the nearest first. Equal words find the same. */
export const findExamples = (words: string, most: number, now: Instant): readonly FoundExample[] => {
  const sample = { variables: EXAMPLE_DATA, now };
  return kept()
    .near(words)
    .slice(0, most)
    .flatMap(({ item }) => shown(item, sample));
};
