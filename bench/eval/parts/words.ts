import { createSchemaChecker } from '../../../src/json-schema/index.js';
import { canonicalJson, type Json, type JsonObject } from '../../../src/kernel/index.js';
import { nearestTemplates, TemplateIndex } from '../../../src/llm/generate/floor/index.js';
import type { OfferedTemplate } from '../../../src/llm/ports/index.js';
import { BUILT_IN } from '../../../src/template/built-in/index.js';
import { readParameters } from '../../../src/template/core/index.js';
import { atLeast, atMost, percent, type Part } from '../report.js';
import { HELD, TUNED, type Gold } from '../words/gold.js';
import { SHELF } from '../words/shelf.js';

const schemas = createSchemaChecker();

/** A template as a service offers it. */
const offered = (document: JsonObject, index: number): OfferedTemplate => {
  const { parameters } = readParameters(document.parameters, { where: '', faults: [], schemas });
  const { name, description, tags, category, workflow_definition: definition } = document;
  return {
    ...{ id: `00000000-0000-7000-8000-${String(index).padStart(12, '0')}`, version: '1.0.0' },
    ...{ name: name as string, description: description as string, definition: definition as JsonObject },
    ...{ tags: [...(tags as string[]), category as string], parameters: Object.fromEntries(parameters) },
  };
};

interface Score {
  readonly sentences: number;
  readonly right: number;
  /** Sentences that no template is for, and those of them of which nothing was made. */
  readonly strangers: number;
  readonly sentAway: number;
  readonly slots: number;
  readonly found: number;
  readonly filled: number;
  /** Values that were given and are not what was said. */
  readonly wrong: number;
}

const NOTHING: Score = {
  ...{ sentences: 0, right: 0, strangers: 0, sentAway: 0, slots: 0, found: 0, filled: 0, wrong: 0 },
};

const same = (a: Json | undefined, b: Json | undefined): boolean =>
  a !== undefined && b !== undefined && canonicalJson(a) === canonicalJson(b);

const added = (score: Score, { words, template, slots }: Gold, index: TemplateIndex): Score => {
  const near = nearestTemplates(words, index);
  const top = near[0]?.template.name ?? null;
  if (template === null)
    return { ...score, strangers: score.strangers + 1, sentAway: score.sentAway + (top === null ? 1 : 0) };
  const filled = near.find((one) => one.template.name === template)?.filling.filled ?? [];
  const values = new Map(filled.map(({ name, value }) => [name, value]));
  const found = Object.entries(slots).filter(([name, value]) => same(values.get(name), value)).length;
  return {
    ...score,
    sentences: score.sentences + 1,
    right: score.right + (top === template ? 1 : 0),
    slots: score.slots + Object.keys(slots).length,
    found: score.found + found,
    filled: score.filled + filled.length,
    wrong: score.wrong + filled.length - found,
  };
};

const SHELVES: Readonly<Record<string, readonly JsonObject[]>> = {
  'those of Harmonia': BUILT_IN.documents,
  'and of a company': [...BUILT_IN.documents, ...SHELF],
};
const SETS: Readonly<Record<string, readonly Gold[]>> = { tuned: TUNED, 'set aside': HELD };

/** Of a shelf only the sentences that are about it, and those that are about nothing. */
const scoreOf = (set: readonly Gold[], shelf: readonly JsonObject[]): Score => {
  const index = new TemplateIndex(shelf.map(offered), schemas);
  const names = new Set(shelf.map(({ name }) => name));
  return set
    .filter(({ template }) => template === null || names.has(template))
    .reduce((score, gold) => added(score, gold, index), NOTHING);
};

/** How often the nearest template is the one that was meant, and what of the words gets into its parameters. */
export const words = (): Part => {
  const all = SHELVES['and of a company'] as readonly JsonObject[];
  const [tuned, held] = [scoreOf(TUNED, all), scoreOf(HELD, all)];
  return {
    id: 'words',
    title: 'Workflows from words, without a model',
    about:
      'Sentences in several phrasings against 21 templates: the nine that come with Harmonia and twelve of an imagined company. Sentences and templates were written before the matcher; one part of the sentences may be looked at while it is made better, the other was set aside. Their author is also that of the matcher: other people say things in other ways.',
    figures: [
      atLeast('tuned: nearest template is the one meant', percent(tuned.right, tuned.sentences), 95, '%'),
      atLeast('tuned: values found (recall)', percent(tuned.found, tuned.slots), 95, '%'),
      atLeast('set aside: nearest template is the one meant', percent(held.right, held.sentences), 90, '%'),
      atLeast('set aside: values found (recall)', percent(held.found, held.slots), 85, '%'),
      atMost('set aside: values that are wrong, of those given', percent(held.wrong, held.filled), 10, '%'),
      atLeast('set aside: nothing offered where nothing fits', percent(held.sentAway, held.strangers), 75, '%'),
    ],
    table: {
      head: ['sentences', 'templates', 'number', 'right', 'for nothing', 'sent away', 'values', 'found', 'wrong'],
      rows: Object.entries(SETS).flatMap(([set, gold]) =>
        Object.entries(SHELVES).map(([shelf, documents]) => {
          const { sentences, right, strangers, sentAway, slots, found, wrong } = scoreOf(gold, documents);
          return [set, shelf, sentences, right, strangers, sentAway, slots, found, wrong];
        }),
      ),
    },
  };
};
