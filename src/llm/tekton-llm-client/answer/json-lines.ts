import { jsonDepth, unspeakableNumbers, type Json } from '../../../kernel/index.js';

/** A line of an answer that has one JSON value a line. */
export type JsonLine =
  | { readonly is: 'value'; readonly value: Json }
  /** No JSON. Untrusted; at most 500 characters of it. */
  | { readonly is: 'garbage'; readonly text: string }
  /** The answer ended inside a line. Untrusted. */
  | { readonly is: 'cut'; readonly text: string };

/** Characters of a line; what a longer one begins with is garbage, the rest of it is dropped. */
const LONGEST = 64 * 1024;
const SHOWN = 500;
const MAX_DEPTH = 100;
/** What models put around lines although they were asked not to: fences, and the brackets and commas of an array. */
const WRAPPING = /^(?:```+\s*\w*|~~~+\s*\w*|[[\]]\s*,?|)$/;

const valueOf = (line: string): Json | undefined => {
  try {
    const value = JSON.parse(line.replace(/,$/, '')) as Json;
    return jsonDepth(value, MAX_DEPTH) > MAX_DEPTH || unspeakableNumbers(value).length > 0 ? undefined : value;
  } catch {
    return undefined;
  }
};

/**
 * Reads one JSON value a line as the text arrives: each is given as soon as its line is complete, so that an answer
 * that is cut still yields its complete lines. `end` reads what is left: a last line without its end counts when it is
 * whole.
 */
export class JsonLineReader {
  private rest = '';
  private isTooLong = false;

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
    const [last] = this.take();
    if (last?.is !== 'garbage' || !/^\s*[{[]/.test(last.text)) return last ? [last] : [];
    return [{ is: 'cut', text: last.text }];
  }

  private grow(piece: string): void {
    if (this.rest.length + piece.length > LONGEST) this.isTooLong = true;
    this.rest += piece.slice(0, Math.max(0, LONGEST - this.rest.length));
  }

  private take(): readonly JsonLine[] {
    const line = this.rest.replace(/^\uFEFF/, '').trim();
    const isTooLong = this.isTooLong;
    this.rest = '';
    this.isTooLong = false;
    if (WRAPPING.test(line)) return [];
    const value = isTooLong ? undefined : valueOf(line);
    return [value === undefined ? { is: 'garbage', text: line.slice(0, SHOWN) } : { is: 'value', value }];
  }
}

/** The lines of a text that arrives in pieces. */
export async function* jsonLines(pieces: AsyncIterable<string>): AsyncGenerator<JsonLine, void, undefined> {
  const reader = new JsonLineReader();
  for await (const piece of pieces) yield* reader.push(piece);
  yield* reader.end();
}
