import type { Readable } from 'node:stream';
import type { Json } from '../../../kernel/index.js';
import { HttpRequestError, type HttpWords } from '../errors/index.js';

/** Characters of a body that an error shows. */
const SHOWN = 500;

/** An answer whose body has yet to be read. It is read once, or let go with `body.destroy()`. */
export interface HttpAnswer {
  readonly status: number;
  /** Names in lower case; values of headers that came more than once are joined by `, `. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Readable;
  /** The whole body. Throws an `HttpError`. */
  text(): Promise<string>;
  /** The body as JSON; nothing at all is null. Throws `HttpRequestError` that shows the first 500 characters of what is none. */
  json<T extends Json = Json>(): Promise<T>;
}

interface AnswerParts {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Readable;
  readonly maxBytes: number;
  readonly words: HttpWords;
  /** What went wrong while the body was read, in our words. */
  readonly failed: (error: unknown) => Error;
  /** Takes out what must not be shown. */
  readonly mask: (text: string) => string;
}

export const answerOf = ({ status, headers, body, ...parts }: AnswerParts): HttpAnswer => {
  const text = async (): Promise<string> => {
    const chunks: Buffer[] = [];
    let size = 0;
    try {
      for await (const chunk of body as AsyncIterable<Buffer>) {
        size += chunk.length;
        if (size > parts.maxBytes) break;
        chunks.push(chunk);
      }
    } catch (error) {
      throw parts.failed(error);
    }
    if (size <= parts.maxBytes) return Buffer.concat(chunks).toString('utf8');
    throw new HttpRequestError(`The answer has more than ${parts.maxBytes} bytes.`, parts.words);
  };
  const json = async <T extends Json>(): Promise<T> => {
    const said = await text();
    if (said.trim() === '') return null as T;
    try {
      return JSON.parse(said) as T;
    } catch {
      throw new HttpRequestError(`The answer is no JSON: ${parts.mask(said.slice(0, SHOWN))}`, parts.words);
    }
  };
  return { status, headers, body, text, json };
};
