import MiniSearch from 'minisearch';
import { isJsonObject, type Json, type JsonObject } from '../../../kernel/index.js';
import type { OfferedTemplate } from '../../ports/index.js';
import { termOf, termsOf, tokensOf } from '../word/index.js';

/** A template that has words in common with a sentence. */
export interface Near {
  readonly template: OfferedTemplate;
  /** BM25+ over its fields: the larger the nearer, of one sentence. */
  readonly score: number;
  /** 0 to 1: the share of what the sentence says that the template speaks of, rare words counting more. */
  readonly covered: number;
  /** 0 to 1: the share of the name of the template that the sentence says. */
  readonly named: number;
}

/** Fields of what is searched, and how much a word in them says. */
const BOOST = { name: 3, tags: 2, about: 1.6, parameters: 0.7, work: 0.5 };
const FIELDS = Object.keys(BOOST);
/** A word of a sentence with a slip of the pen in it is still the word. */
const SLIPS = 0.17;

interface Entry extends Readonly<Record<keyof typeof BOOST, string>> {
  readonly id: number;
}

/** Task types, components, actions and constructs of a definition. */
const workOf = (value: Json, found: Set<string> = new Set()): ReadonlySet<string> => {
  if (Array.isArray(value)) for (const entry of value as Json[]) workOf(entry, found);
  else if (isJsonObject(value))
    for (const [field, inner] of Object.entries(value)) {
      if (['type', 'component', 'action'].includes(field) && typeof inner === 'string') found.add(inner);
      else if (['map', 'loop', 'approval', 'wait', 'race', 'compensate', 'workflow'].includes(field)) found.add(field);
      workOf(inner, found);
    }
  return found;
};

const entryOf = ({ name, description, tags, parameters, definition }: OfferedTemplate, id: number): Entry => ({
  ...{ id, name, tags: tags.join(' '), about: description },
  parameters: Object.entries(parameters)
    .map(([parameter, { description: about = '' }]) => `${parameter} ${about}`)
    .join(' '),
  work: [...workOf((definition.tasks ?? {}) as JsonObject)].join(' '),
});

/** Templates by their words. */
export class TemplateIndex {
  private readonly search: MiniSearch<Entry>;
  /** In how many templates a term is. */
  private readonly spread = new Map<string, number>();
  private readonly names: readonly ReadonlySet<string>[];

  constructor(private readonly templates: readonly OfferedTemplate[]) {
    const entries = templates.map(entryOf);
    this.search = new MiniSearch<Entry>({
      fields: FIELDS,
      tokenize: (text) => tokensOf(text).map(({ text: word }) => word),
      processTerm: (word) => termOf(word) ?? null,
    });
    this.search.addAll(entries);
    for (const entry of entries)
      for (const term of new Set(FIELDS.flatMap((field) => termsOf(entry[field as keyof Entry] as string))))
        this.spread.set(term, (this.spread.get(term) ?? 0) + 1);
    this.names = entries.map(({ name }) => new Set(termsOf(name)));
  }

  get size(): number {
    return this.templates.length;
  }

  /** Those with a word in common, the nearest first; those that are equally near by name. */
  near(words: string): readonly Near[] {
    const said = [...new Set(termsOf(words))];
    if (said.length === 0) return [];
    const whole = said.reduce((sum, term) => sum + this.weight(term), 0);
    const found = this.search.search(said.join(' '), {
      ...{ boost: BOOST, combineWith: 'OR', tokenize: (text) => text.split(' '), processTerm: (term) => term },
      fuzzy: (term) => (term.length > 5 ? SLIPS : false),
      prefix: false,
    });
    return found
      .map(({ id, score, queryTerms }): Near => {
        const known = queryTerms.reduce((sum, term) => sum + this.weight(term), 0);
        const name = this.names[id as number] ?? new Set();
        const named = name.size === 0 ? 0 : said.filter((term) => name.has(term)).length / name.size;
        return { template: this.templates[id as number] as OfferedTemplate, score, covered: known / whole, named };
      })
      .sort((a, b) => b.score - a.score || (a.template.name < b.template.name ? -1 : 1));
  }

  /** The rarer the more; a word that no template knows counts most. */
  private weight(term: string): number {
    return Math.log(1 + (this.templates.length + 1) / ((this.spread.get(term) ?? 0) + 0.5));
  }
}
