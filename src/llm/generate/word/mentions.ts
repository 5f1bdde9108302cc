import type { Json } from '../../../kernel/index.js';
import { datesIn } from './dates.js';
import { linksIn } from './links.js';
import { numberOf, numbersIn, secondsOf, unitAt } from './quantity.js';

/** What a stretch of a sentence names. */
export type Named =
  /** An object or a list, as JSON. */
  | { readonly is: 'json'; readonly value: Json }
  | { readonly is: 'quoted' | 'url' | 'email' | 'path' | 'date' | 'date-time'; readonly value: string }
  /** Several texts with commas between. `isQuoted`: each stands in quotes. */
  | { readonly is: 'list'; readonly value: readonly string[]; readonly isQuoted: boolean }
  /** `percent` and currencies are nothing here: the number is what was written. */
  | { readonly is: 'number'; readonly value: number }
  /** Seconds. */
  | { readonly is: 'duration'; readonly value: number }
  /** Any other run of signs without a space: `orders`, `2.4.1`. */
  | { readonly is: 'word'; readonly value: string };

/** Where it stands: from `at` to before `end`. */
export type Mention = Named & { readonly at: number; readonly end: number };

/** Quotes that open and close; an apostrophe opens only where no letter stands before it. */
const QUOTES = [
  ...[/"([^"\n]{1,2000})"/g, /“([^”\n]{1,2000})”/g, /„([^“”\n]{1,2000})[“”]/g, /«([^»\n]{1,2000})»/g],
  ...[/`([^`\n]{1,2000})`/g, /(?<![\p{L}\p{N}])'([^'\n]{1,2000})'(?![\p{L}\p{N}])/gu],
];
/** From a root, from here, or two folders and more; or a name with an end of letters. */
const PATHS = [
  /(?<![\w.:/@~-])(?:~|\.{1,2})?\/[\w.@+*-]+(?:\/[\w.@+*-]+)*\/?/g,
  /(?<![\w.:/@~-])[\w@+-][\w.@+-]*(?:\/[\w.@+*-]+){2,}\/?/g,
  /(?<![\w.:/@~-])(?:[\w@+-]+\/)?[\w@+-]+\.[a-z][a-z0-9]{1,4}\b(?![\w/@])/gi,
];
const WORDS = /[\p{L}\p{N}_](?:[\p{L}\p{N}_.-]*[\p{L}\p{N}_])?/gu;
/** Characters of JSON that is read. */
const LONGEST_JSON = 4000;

/** What stands between the parts of a list. */
const BETWEEN = /^\s*(?:,|;)?\s*(?:and|or|&)?\s*$/i;

class Finder {
  private readonly found: Mention[] = [];

  constructor(private readonly text: string) {}

  /** In their order. What stands inside of another is not found again. */
  all(): readonly Mention[] {
    this.json();
    for (const quote of QUOTES)
      for (const match of this.text.matchAll(quote)) this.add({ is: 'quoted', value: match[1] ?? '', ...span(match) });
    for (const { is, value, at, end } of linksIn(this.text)) this.add({ is, value, at, end });
    for (const date of datesIn(this.text)) this.add(date);
    for (const path of PATHS)
      for (const match of this.text.matchAll(path))
        if (/\p{L}/u.test(match[0])) this.add({ is: 'path', value: trimmed(match[0]), ...span(match) });
    this.bareLists();
    this.numbers();
    for (const match of this.text.matchAll(WORDS)) this.add({ is: 'word', value: match[0], ...span(match) });
    this.found.sort((a, b) => a.at - b.at);
    return this.withQuotedLists();
  }

  private add(mention: Mention): void {
    if (!this.found.some(({ at, end }) => mention.at < end && at < mention.end)) this.found.push(mention);
  }

  private json(): void {
    for (const match of this.text.matchAll(/(?<![$\w{])[[{]/g)) {
      const end = endOfJson(this.text, match.index);
      const value = end === undefined ? undefined : parsed(this.text.slice(match.index, end));
      if (end !== undefined && value !== undefined) this.add({ is: 'json', value, at: match.index, end });
    }
  }

  /** `: apples, pears and plums`, up to the end of the sentence. */
  private bareLists(): void {
    for (const match of this.text.matchAll(/:\s+([^:"“.;\n]{3,500}?)(?=[.;\n]|$)/g)) {
      const said = match[1] ?? '';
      const parts = said.split(/\s*,\s*(?:and\s+)?|\s+and\s+/).map((part) => part.trim());
      if (parts.length < 2 || !said.includes(',')) continue;
      if (parts.some((part) => part === '' || part.split(/\s+/).length > 4 || /\d/.test(part))) continue;
      const end = match.index + match[0].length;
      this.add({ is: 'list', value: parts, isQuoted: false, at: end - said.length, end });
    }
  }

  private numbers(): void {
    for (const match of numbersIn(this.text)) {
      const { at, end } = span(match);
      const value = numberOf(match[0]);
      if (!Number.isFinite(value)) continue;
      const unit = unitAt(this.text, end);
      const seconds = unit && secondsOf(unit[1] ?? '');
      if (!unit || seconds === null || seconds === undefined) this.add({ is: 'number', value, at, end });
      else this.add({ is: 'duration', value: exact(value * seconds), at, end: end + unit[0].length });
    }
  }

  /** Quoted texts with nothing but commas between are a list, too: it stands where the first of them stands. */
  private withQuotedLists(): readonly Mention[] {
    const lists: Mention[] = [];
    let run: Mention[] = [];
    const close = (): void => {
      const [first, ...others] = run;
      const last = others.at(-1);
      if (first && last)
        lists.push({
          ...{
            is: 'list',
            value: run.map((mention) => (mention.is === 'quoted' ? mention.value : '')),
            isQuoted: true,
          },
          ...{ at: first.at, end: last.end },
        });
      run = [];
    };
    for (const mention of this.found) {
      const before = run.at(-1);
      const isNext = before && BETWEEN.test(this.text.slice(before.end, mention.at));
      if (mention.is === 'word' && /^(?:and|or)$/i.test(mention.value)) continue;
      if (mention.is !== 'quoted' || !isNext) close();
      if (mention.is === 'quoted') run.push(mention);
    }
    close();
    return [...this.found, ...lists].sort((a, b) => a.at - b.at || b.end - a.end);
  }
}

const span = ({ index, 0: text }: RegExpExecArray): { at: number; end: number } => ({
  at: index,
  end: index + text.length,
});

/** A full stop ends the sentence, not the name of a file. */
const trimmed = (path: string): string => path.replace(/\.+$/, '');

/** 1.5 minutes are 90 seconds, whatever binary fractions make of it. */
const exact = (value: number): number => Number(value.toPrecision(12));

const parsed = (text: string): Json | undefined => {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
};

/** Where the bracket at a place is closed again; texts in quotes do not count. */
const endOfJson = (text: string, at: number): number | undefined => {
  let depth = 0;
  let isQuoted = false;
  for (let next = at; next < Math.min(text.length, at + LONGEST_JSON); next++) {
    const sign = text[next];
    if (isQuoted && sign === '\\') next += 1;
    else if (sign === '"') isQuoted = !isQuoted;
    else if (!isQuoted && (sign === '[' || sign === '{')) depth += 1;
    else if (!isQuoted && (sign === ']' || sign === '}') && --depth === 0) return next + 1;
  }
  return undefined;
};

/** What a sentence names: addresses, numbers, days, quoted texts and all its other words, in their order. */
export const mentionsIn = (text: string): readonly Mention[] => new Finder(text).all();
