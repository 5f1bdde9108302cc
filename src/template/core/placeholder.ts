import { endOfQuote } from '../../engine/core/index.js';

/**
 * `{{params.name}}`: the one form inside a template. A run-time expression is `${…}`, so the two are never mixed up, and
 * an instantiated workflow holds none of these.
 */
export const PLACEHOLDER = /\{\{\s{0,20}params\.([A-Za-z_]\w{0,127})\s{0,20}\}\}/;

/** Text as it stands, or the name of a parameter. */
export type Part = string | { readonly parameter: string };

export const placeholder = (name: string): string => `{{params.${name}}}`;

/** A text taken apart at its placeholders. */
export const partsOf = (text: string): readonly Part[] => {
  if (!text.includes('params.')) return text === '' ? [] : [text];
  // Every second entry is the name that the group has found.
  return text.split(new RegExp(PLACEHOLDER.source, 'g')).flatMap((entry, index): Part[] => {
    if (index % 2 === 1) return [{ parameter: entry }];
    return entry === '' ? [] : [entry];
  });
};

/** The name when a text is exactly one placeholder. */
export const soleParameter = (text: string): string | undefined => {
  const [only, ...more] = partsOf(text);
  return typeof only === 'object' && more.length === 0 ? only.parameter : undefined;
};

/** The names of a text, in their order. */
export const parametersIn = (text: string): readonly string[] =>
  partsOf(text).flatMap((part) => (typeof part === 'object' ? [part.parameter] : []));

/** An expression's source: what stands outside of quotes, and the quoted texts. */
export interface Stretch {
  readonly quoted: boolean;
  readonly text: string;
}

/** Quoted texts and what is between them. A placeholder in a quoted text would be the end of no quote: it has none inside. */
export const stretchesOf = (source: string): readonly Stretch[] => {
  const found: Stretch[] = [];
  let from = 0;
  for (let at = 0; at < source.length;) {
    const char = source[at];
    if (char !== '"' && char !== "'") {
      at += 1;
      continue;
    }
    const end = endOfQuote(source, at) ?? source.length;
    if (at > from) found.push({ quoted: false, text: source.slice(from, at) });
    found.push({ quoted: true, text: source.slice(at, end) });
    at = from = end;
  }
  if (from < source.length) found.push({ quoted: false, text: source.slice(from) });
  return found;
};
