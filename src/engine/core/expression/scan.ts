import { err, ok, type Result } from '../../../kernel/index.js';

/** A piece of a text with expressions: text as it stands, or the source between `${` and its brace. */
export type Piece =
  { readonly is: 'text'; readonly text: string } | { readonly is: 'expression'; readonly source: string };

const OPEN = '${';

/** Takes a text apart. `$${` is a literal `${`. The error says where an expression is not closed. */
export const scan = (text: string): Result<readonly Piece[], string> => {
  const pieces: Piece[] = [];
  let literal = '';
  let at = 0;
  while (at < text.length) {
    const open = text.indexOf(OPEN, at);
    if (open === -1) break;
    if (text[open - 1] === '$' && open > at) {
      literal += `${text.slice(at, open - 1)}${OPEN}`;
      at = open + OPEN.length;
      continue;
    }
    const close = closingBrace(text, open + OPEN.length);
    if (close === undefined) return err(`\${ at character ${open} is not closed`);
    literal += text.slice(at, open);
    if (literal !== '') pieces.push({ is: 'text', text: literal });
    literal = '';
    pieces.push({ is: 'expression', source: text.slice(open + OPEN.length, close) });
    at = close + 1;
  }
  literal += text.slice(at);
  if (literal !== '') pieces.push({ is: 'text', text: literal });
  return ok(pieces);
};

/** Index of the brace that closes an expression: braces and quotes inside it are balanced. */
const closingBrace = (text: string, from: number): number | undefined => {
  let depth = 0;
  for (let at = from; at < text.length;) {
    const char = text[at] as string;
    if (char === '"' || char === "'") {
      const end = endOfQuote(text, at);
      if (end === undefined) return undefined;
      at = end;
      continue;
    }
    if (char === '{') depth += 1;
    if (char === '}' && depth-- === 0) return at;
    at += 1;
  }
  return undefined;
};

const isWordCharacter = (char: string | undefined): boolean => char !== undefined && /[A-Za-z0-9_]/.test(char);

/** A quote is raw when `r` stands before it and is no end of a longer word; backslashes then mean nothing. */
const isRaw = (text: string, quote: number): boolean => {
  const prefix = /[rRbB]{1,2}$/.exec(text.slice(Math.max(0, quote - 2), quote))?.[0] ?? '';
  return /[rR]/.test(prefix) && !isWordCharacter(text[quote - prefix.length - 1]);
};

/** Index after the quoted string that begins at `start`, single or triple quoted. */
export const endOfQuote = (text: string, start: number): number | undefined => {
  const char = text[start] as string;
  const triple = char.repeat(3);
  const quote = text.startsWith(triple, start) ? triple : char;
  const raw = isRaw(text, start);
  for (let at = start + quote.length; at < text.length; at++) {
    if (text[at] === '\\' && !raw) at += 1;
    else if (text.startsWith(quote, at)) return at + quote.length;
  }
  return undefined;
};

/** `a?.b` → `a.?b`, CEL's own way to say it; strings are left alone. */
export const translateOptionalChaining = (source: string): string => {
  let translated = '';
  for (let at = 0; at < source.length;) {
    const char = source[at] as string;
    if (char === '"' || char === "'") {
      const end = endOfQuote(source, at) ?? source.length;
      translated += source.slice(at, end);
      at = end;
    } else if (/^\?\.[A-Za-z_]/.test(source.slice(at, at + 3))) {
      translated += '.?';
      at += 2;
    } else {
      translated += char;
      at += 1;
    }
  }
  return translated;
};
