import { isUtf8 } from 'node:buffer';
import { fatal, transient, type HttpResponse, type Json, type JsonObject } from '@tekton/harmonia/plugin';
import { shown } from './outgoing.js';

export type Expect = readonly (number | string)[];
export type Reading = 'auto' | 'json' | 'text' | 'base64';

/** An answer with its body. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly url: string;
  readonly body: Buffer;
}

/** Statuses below 500 that may go away by themselves. */
const PASSING: ReadonlySet<number> = new Set([408, 425, 429]);
/** Bytes of the body of a refusal that are shown. */
const EXCERPT = 1000;

export const isExpected = (status: number, expect: Expect = ['2xx']): boolean =>
  expect.some((entry) => entry === status || entry === `${Math.floor(status / 100)}xx`);

/** Reads the body; throws when the status was not expected. */
export const expected = async (response: HttpResponse, expect: Expect | undefined): Promise<Answer> => {
  const { status, headers, url } = response;
  const answer = { status, headers, url, body: Buffer.from(await response.bytes()) };
  if (!isExpected(status, expect)) throw unexpected(answer);
  return answer;
};

/** What the task gives. */
export const outputOf = (answer: Answer, response: Reading = 'auto') => {
  const { status, headers, url } = answer;
  return { status, headers: { ...headers }, body: bodyOf(answer, response), url } satisfies JsonObject;
};

const bodyOf = ({ body, headers }: Answer, response: Reading): Json => {
  const type = headers['content-type'] ?? '';
  const isJson = /^[^;]*[/+]json\b/i.test(type);
  const mode = response === 'auto' ? (isJson ? 'json' : isText(type, body) ? 'text' : 'base64') : response;
  if (mode === 'base64') return body.toString('base64');
  const text = decoded(body, type);
  if (mode === 'text') return text;
  if (text === '') return null;
  try {
    return JSON.parse(text) as Json;
  } catch (error) {
    if (response === 'auto') return text;
    throw fatal('http_error', `The body is no JSON: ${(error as Error).message}.`);
  }
};

const TEXT =
  /^(text\/|application\/(xml|javascript|x-www-form-urlencoded|yaml|x-yaml|x-ndjson|ndjson|jsonl|toml|sql)\b|[^;]*\+(xml|yaml)\b)|;\s*charset=/i;

/** Without a type, what is UTF-8 is text. */
const isText = (type: string, body: Buffer): boolean => (type === '' ? isUtf8(body) : TEXT.test(type));

/** In the charset that the type names, else for UTF-8. A byte order mark is no part of the text. */
const decoded = (body: Buffer, type: string): string => {
  const charset = /;\s*charset="?([^\s";]+)/i.exec(type)?.[1];
  try {
    return new TextDecoder(charset).decode(body);
  } catch {
    return new TextDecoder().decode(body);
  }
};

export const unexpected = ({ status, headers, body, url }: Answer): Error => {
  const details = { status, url: shown(url), body: body.subarray(0, EXCERPT).toString('utf8') };
  const message = `The server answered ${status}.`;
  if (status < 500 && !PASSING.has(status)) return fatal('http_error', message, { details });
  const retryAfter = retryAfterOf(headers['retry-after']);
  return transient('http_error', message, { details, ...(retryAfter !== undefined && { retryAfter }) });
};

/** ms: four months. A server that says more is not believed, or it could park a step for a century. */
const LONGEST_WAIT = 1e10;

/** Seconds, or an HTTP date. */
const retryAfterOf = (header: string | undefined): number | undefined => {
  if (header === undefined || !/^(\d+$|[A-Z][a-z]{2})/.test(header)) return undefined;
  const wait = /^\d/.test(header) ? Number(header) * 1000 : Date.parse(header) - Date.now();
  return wait <= LONGEST_WAIT ? Math.max(0, wait) : undefined;
};
