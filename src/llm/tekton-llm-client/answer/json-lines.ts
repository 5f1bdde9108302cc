import { jsonDepth, unspeakableNumbers, type Json } from '../../../kernel/index.js';
import { extractJson, MAX_REPAIRED } from './extract-json.js';
import { jsonRegions } from './json-regions.js';
import { OpenValue } from './open-value.js';
import { Thoughts } from './thoughts.js';

/** A line of an answer that has one JSON value a line. */
export type JsonLine =
  | { readonly is: 'value'; readonly value: Json }
  /** No JSON. Untrusted; at most 500 characters of it. */
  | { readonly is: 'garbage'; readonly text: string }
  /** The answer ended inside a value. Untrusted. */
  | { readonly is: 'cut'; readonly text: string };

/** Characters of a line, and of a value; what a longer one begins with is garbage, the rest of it is dropped. */
const LONGEST = 64 * 1024;
const SHOWN = 500;
const MAX_DEPTH = 100;
/** Characters of lines that are no JSON in which some is looked for: a bracket costs up to 200 looks. */
const MAX_SEARCHED = 64 * 1024;
/** What models put around lines although they were asked not to: fences, and the brackets and commas of an array. */
const WRAPPING = /^(?:```+\s*\w*|~~~+\s*\w*|[[\]]\s*,?|,|)$/;

const strictly = (line: string): Json | undefined => {
  try {
    const value = JSON.parse(line.replace(/[,;]$/, '')) as Json;
    return jsonDepth(value, MAX_DEPTH) > MAX_DEPTH || unspeakableNumbers(value).length > 0 ? undefined : value;
  } catch {
    return undefined;
  }
};

const garbage = (text: string): JsonLine => ({ is: 'garbage', text: text.slice(0, SHOWN) });

/**
 * Reads one JSON value a line as the text arrives: each is given as soon as its line is complete, so that an answer
 * that is cut still yields its complete lines. `end` reads what is left: a last line without its end counts when it is
 * whole. Models do not always keep to lines: a value may go on over several, stand amid prose, or be misspelt; that is read,
 * too, and thoughts (`<think>`) are not. A line that begins a value and breaks off does not take the next one with it.
 * Linear in the text, but for 64 Ki characters that are searched and 32 Ki that are mended.
 */
export class JsonLineReader {
  private rest = '';
  private isTooLong = false;
  private open: OpenValue | undefined;
  private readonly thoughts = new Thoughts();
  private mendable = MAX_REPAIRED;
  private searchable = MAX_SEARCHED;

  push(text: string): readonly JsonLine[] {
    const lines = text.split('\n');
    const found: JsonLine[] = [];
    lines.forEach((piece, index) => {
      this.grow(piece);
      if (index < lines.length - 1) found.push(...this.take());
    });
    return found;
  }

  end(): readonly JsonLine[] {
    const found = this.take();
    const { open } = this;
    this.open = undefined;
    if (open) return [...found, { is: 'cut', text: open.text.trimEnd().slice(0, SHOWN) }];
    const last = found.at(-1);
    if (last?.is !== 'garbage' || !/^\s*[{[]/.test(last.text)) return found;
    return [...found.slice(0, -1), { is: 'cut', text: last.text }];
  }

  private grow(piece: string): void {
    if (this.rest.length + piece.length > LONGEST) this.isTooLong = true;
    this.rest += piece.slice(0, Math.max(0, LONGEST - this.rest.length));
  }

  private take(): readonly JsonLine[] {
    const line = this.thoughts.after(this.rest.replace(/^\uFEFF/, ''));
    const isTooLong = this.isTooLong;
    this.rest = '';
    this.isTooLong = false;
    if (isTooLong) return [...this.giveUp(), garbage(line.trim())];
    return this.open ? this.goOn(this.open, line) : this.read(line.trim());
  }

  /** The value that is open breaks off here. */
  private giveUp(): readonly JsonLine[] {
    const { open } = this;
    this.open = undefined;
    return open ? [garbage(open.text)] : [];
  }

  private goOn(open: OpenValue, line: string): readonly JsonLine[] {
    const isOwn = line.startsWith('{') && strictly(line.trim()) !== undefined;
    if (isOwn) return [...this.giveUp(), ...this.read(line.trim())];
    const rest = open.add(line);
    if (rest === 'open') return [];
    if (rest === 'broken') return [...this.giveUp(), ...this.read(line.trim())];
    this.open = undefined;
    return [...this.values(open.text), ...this.read(rest.after.trim())];
  }

  private read(line: string): readonly JsonLine[] {
    if (WRAPPING.test(line)) return [];
    const whole = strictly(line);
    if (whole !== undefined) return [{ is: 'value', value: whole }];
    if (!this.maySearch(line)) return [garbage(line)];
    const open = jsonRegions(line).at(-1);
    if (open?.is !== 'open' || open.inString) return this.values(line);
    // Of a list each entry counts by itself, as soon as it is there.
    if (line[open.start] === '[') return this.read(line.slice(open.start + 1).trim());
    this.open = new OpenValue(line.slice(open.start));
    const before = line.slice(0, open.start).trim();
    return /[{[]/.test(before) ? this.values(before).filter(({ is }) => is === 'value') : [];
  }

  private maySearch(line: string): boolean {
    if (!/[{[]/.test(line) || line.length > this.searchable) return false;
    this.searchable -= line.length;
    return true;
  }

  /** What JSON there is in a piece of text. */
  private values(text: string): readonly JsonLine[] {
    const found = extractJson(text, this.mendable);
    if (found.is !== 'values' || found.repaired) this.mendable -= Math.min(this.mendable, text.length);
    return found.is === 'values' ? found.values.map((value) => ({ is: 'value', value })) : [garbage(text)];
  }
}

/** The lines of a text that arrives in pieces. */
export async function* jsonLines(pieces: AsyncIterable<string>): AsyncGenerator<JsonLine, void, undefined> {
  const reader = new JsonLineReader();
  for await (const piece of pieces) yield* reader.push(piece);
  yield* reader.end();
}
