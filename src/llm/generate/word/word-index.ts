import MiniSearch from 'minisearch';
import { termOf, termsOf, tokensOf } from './terms.js';

/** Something that has words in common with a sentence. */
export interface Match<T> {
  readonly item: T;
  /** BM25+ over its fields: the larger the nearer, of one sentence. */
  readonly score: number;
  /** 0 to 1: the share of what the sentence says that it speaks of, rare words counting more. */
  readonly covered: number;
}

/** How things are looked at: their fields, and how much a word in each of them says. */
export interface WordFields<T> {
  readonly boost: Readonly<Record<string, number>>;
  readonly of: (item: T) => Readonly<Record<string, string>>;
}

/** Letters of a word for each slip of the pen that it may have and still be the word. */
const SLIPS = 0.17;
const SHORTEST_WITH_SLIPS = 6;

/** Things by their words. Equal sentences always find the same, in the same order. */
export class WordIndex<T> {
  private readonly search: MiniSearch<Readonly<Record<string, string | number>>>;
  /** In how many things a term is. */
  private readonly spread = new Map<string, number>();

  constructor(
    readonly items: readonly T[],
    private readonly fields: WordFields<T>,
  ) {
    const names = Object.keys(fields.boost);
    const entries = items.map((item, id) => ({ id, ...fields.of(item) }));
    this.search = new MiniSearch({
      fields: names,
      tokenize: (text) => tokensOf(text).map(({ text: word }) => word),
      processTerm: (word) => termOf(word) ?? null,
    });
    this.search.addAll(entries);
    for (const item of items)
      for (const term of new Set(Object.values(fields.of(item)).flatMap(termsOf)))
        this.spread.set(term, (this.spread.get(term) ?? 0) + 1);
  }

  /** Those with a word in common, the nearest first; those that are equally near in their order. */
  near(words: string): readonly Match<T>[] {
    const said = [...new Set(termsOf(words))];
    const whole = said.reduce((sum, term) => sum + this.weight(term), 0);
    return this.search
      .search(said.join(' '), {
        ...{ boost: { ...this.fields.boost }, combineWith: 'OR', prefix: false },
        ...{ tokenize: (text) => text.split(' '), processTerm: (term) => term },
        fuzzy: (term) => (term.length >= SHORTEST_WITH_SLIPS ? SLIPS : false),
      })
      .map(({ id, score, queryTerms }) => {
        const known = queryTerms.reduce((sum, term) => sum + this.weight(term), 0);
        return { id: id as number, item: this.items[id as number] as T, score, covered: known / whole };
      })
      .sort((a, b) => b.score - a.score || a.id - b.id);
  }

  /** The rarer the more; a word that nothing speaks of counts most. */
  private weight(term: string): number {
    return Math.log(1 + (this.items.length + 1) / ((this.spread.get(term) ?? 0) + 0.5));
  }
}
