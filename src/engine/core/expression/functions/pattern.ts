import { Optional } from '@marcbachmann/cel-js';
import { RE2JS } from 're2js';
import { ExpressionRefused, payEntries, payText, spend } from '../budget.js';
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

/** RE2 may go through each instruction of a pattern for each character. */
const payMatching = (text: string, pattern: RE2JS): void =>
  spend(20 + ((text.length * (4 + pattern.programSize())) >> 4));

const matcherOf = (text: string, pattern: string): ReturnType<RE2JS['matcher']> => {
  const compiled = compilePattern(pattern);
  payMatching(text, compiled);
  return compiled.matcher(text);
};

/** What a match is about: its first group, or all of it. */
const wanted = (matcher: ReturnType<RE2JS['matcher']>): string => matcher.group(matcher.groupCount() > 0 ? 1 : 0) ?? '';

const extractAll = (text: string, pattern: string): readonly string[] => {
  const matcher = matcherOf(text, pattern);
  const found: string[] = [];
  while (matcher.find()) {
    payEntries(4);
    found.push(wanted(matcher));
  }
  return found;
};

/** `\1` stands for the first group, `\\` for a backslash, as in RE2. */
const replacement = (by: string, matcher: ReturnType<RE2JS['matcher']>): string =>
  by.replace(/\\([\d\\])/g, (_, mark: string) => {
    if (mark === '\\') return '\\';
    if (Number(mark) > matcher.groupCount()) throw new ExpressionRefused(`the pattern has no group ${mark}`);
    return matcher.group(Number(mark)) ?? '';
  });

const replaced = (text: string, pattern: string, by: string): string => {
  const matcher = matcherOf(text, pattern);
  let made = '';
  let from = 0;
  while (matcher.find()) {
    payEntries(4 + (by.length >> 2));
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
      run: (text: string, pattern: string) => matcherOf(text, pattern).find(),
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
        return matcher.find() ? Optional.of(wanted(matcher)) : Optional.none();
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
