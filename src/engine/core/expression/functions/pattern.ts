import { Optional } from '@marcbachmann/cel-js';
import { RE2JS } from 're2js';
import { ExpressionRefused, payText, spend } from '../budget.js';
import type { Family } from './function.js';

const MAX_PATTERN = 1000;
const PATTERNS_KEPT = 200;

const patterns = new Map<string, RE2JS>();

/** Compiles a pattern in RE2 syntax, which takes linear time on any text. Throws on anything else. */
export const compilePattern = (pattern: string): RE2JS => {
  const known = patterns.get(pattern);
  if (known) return known;
  if (pattern.length > MAX_PATTERN) throw new ExpressionRefused(`a pattern of more than ${MAX_PATTERN} characters`);
  const compiled = RE2JS.compile(pattern);
  if (patterns.size >= PATTERNS_KEPT) patterns.delete(patterns.keys().next().value as string);
  patterns.set(pattern, compiled);
  return compiled;
};

const READS = 256;
/** Of one search, however short. */
const SEARCH_COST = 30;

/**
 * A text that is paid for as it is read. One search takes linear time, but looking for all matches does not: `x*?y|x`
 * reads to the end for each `x`. For each character RE2 may go through all instructions of the pattern.
 */
class CountedText extends String {
  private reads = 0;
  private readonly price: number;

  constructor(text: string, instructions: number) {
    super(text);
    this.price = (READS * (8 + instructions)) >> 5;
  }

  override charCodeAt(at: number): number {
    this.reads += 1;
    if (this.reads % READS === 0) spend(this.price);
    return super.charCodeAt(at);
  }

  override indexOf(wanted: string, from = 0): number {
    const found = super.indexOf(wanted, from);
    spend(1 + (((found === -1 ? this.length : found) - from) >> 6));
    return found;
  }
}

type Matcher = ReturnType<RE2JS['matcher']>;

const matcherOf = (text: string, pattern: string): Matcher => {
  const compiled = compilePattern(pattern);
  // RE2JS takes an object of String where it takes a text; its types do not say so.
  return compiled.matcher(new CountedText(text, compiled.programSize()) as unknown as string);
};

const findNext = (matcher: Matcher): boolean => {
  spend(SEARCH_COST);
  return matcher.find();
};

/** What a match is about: its first group, or all of it. */
const wanted = (matcher: Matcher): string => matcher.group(matcher.groupCount() > 0 ? 1 : 0) ?? '';

const extractAll = (text: string, pattern: string): readonly string[] => {
  const matcher = matcherOf(text, pattern);
  const found: string[] = [];
  while (findNext(matcher)) {
    found.push(wanted(matcher));
  }
  return found;
};

/** `\1` stands for the first group, `\\` for a backslash, as in RE2. */
const replacement = (by: string, matcher: Matcher): string =>
  by.replace(/\\([\d\\])/g, (_, mark: string) => {
    if (mark === '\\') return '\\';
    if (Number(mark) > matcher.groupCount()) throw new ExpressionRefused(`the pattern has no group ${mark}`);
    return matcher.group(Number(mark)) ?? '';
  });

const replaced = (text: string, pattern: string, by: string): string => {
  const matcher = matcherOf(text, pattern);
  let made = '';
  let from = 0;
  while (findNext(matcher)) {
    spend(by.length >> 2);
    const piece = text.slice(from, matcher.start()) + replacement(by, matcher);
    payText(piece.length);
    made += piece;
    from = matcher.end();
  }
  return made + text.slice(from);
};

/** Patterns are RE2's: no look-around, no references back. */
export const regularExpressions: Family = {
  title: 'Regular expressions',
  functions: [
    {
      name: 'matches',
      signatures: ['string.matches(pattern: string): bool'],
      does: 'Whether the pattern is found in the text; `^…$` to mean all of it.',
      examples: [
        ['input.name.matches("^Ada ")', true],
        ['"a1".matches(r"^\\d+$")', false],
      ],
      alias: ['test', 'match', 'regexMatch'],
      run: (text: string, pattern: string) => findNext(matcherOf(text, pattern)),
    },
    {
      name: 'regex.extract',
      signatures: ['regex.extract(text: string, pattern: string): optional<string>'],
      does: 'The first match, if there is one: its first group, or all of it.',
      examples: [
        ['regex.extract("order 42", r"order (\\d+)").value()', '42'],
        ['regex.extract("none", r"\\d+").orValue("0")', '0'],
      ],
      alias: ['extract', 'capture', 'regexExtract'],
      run: (text: string, pattern: string) => {
        const matcher = matcherOf(text, pattern);
        return findNext(matcher) ? Optional.of(wanted(matcher)) : Optional.none();
      },
    },
    {
      name: 'regex.extractAll',
      signatures: ['regex.extractAll(text: string, pattern: string): list<string>'],
      does: 'All matches, likewise.',
      examples: [['regex.extractAll("a1 b22", r"\\d+")', ['1', '22']]],
      alias: ['findAll', 'matchAll', 'scan'],
      run: extractAll,
    },
    {
      name: 'regex.replace',
      signatures: ['regex.replace(text: string, pattern: string, by: string): string'],
      does: 'Every match replaced; `\\1` stands for what the first group found.',
      examples: [['regex.replace("2024-02-29", r"(\\d+)-(\\d+)-(\\d+)", r"\\3.\\2.\\1")', '29.02.2024']],
      alias: ['regexReplace', 'sub', 'gsub', 'replaceRegex'],
      run: replaced,
    },
  ],
};
