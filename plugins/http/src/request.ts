import { isUtf8 } from 'node:buffer';
import { defineTask, fatal, transient, type Json, type JsonObject, type TaskContext } from '@tekton/harmonia/plugin';
import { ACCEPTED_ENCODINGS } from './body.js';
import { HttpClient, type Incoming, type Outgoing } from './exchange.js';

interface RequestInput {
  readonly url: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, Json>>;
  readonly body: Json | undefined;
  readonly max_bytes: number;
  readonly max_redirects: number;
  readonly expect: readonly (number | string)[];
  readonly response: 'auto' | 'json' | 'text' | 'base64';
}

const MIB = 2 ** 20;
/** s */
const WEEK = 604_800;
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];
/** Statuses below 500 that may go away by themselves. */
const PASSING: ReadonlySet<number> = new Set([408, 425, 429]);

const INPUT: JsonObject = {
  type: 'object',
  required: ['url'],
  additionalProperties: false,
  properties: {
    url: { type: 'string', minLength: 1, description: 'http or https.' },
    method: { enum: METHODS, default: 'GET' },
    headers: { type: 'object', additionalProperties: { type: 'string' }, default: {} },
    query: { type: 'object', default: {}, description: 'Added to the query of the URL.' },
    body: { description: 'A text as it is; anything else as JSON.' },
    timeout: {
      type: 'number',
      exclusiveMinimum: 0,
      maximum: WEEK,
      description: 'Seconds for the whole exchange. Default: the timeout of the task.',
    },
    max_bytes: {
      type: 'integer',
      minimum: 1,
      maximum: 256 * MIB,
      default: 10 * MIB,
      description: 'Of the body, as it travels and decompressed.',
    },
    max_redirects: {
      type: 'integer',
      minimum: 0,
      maximum: 20,
      default: 5,
      description: '0: a redirect is an answer like any other.',
    },
    expect: {
      type: 'array',
      minItems: 1,
      items: {
        anyOf: [
          { type: 'integer', minimum: 100, maximum: 599 },
          { type: 'string', pattern: '^[1-5]xx$' },
        ],
      },
      default: ['2xx'],
      description: 'Statuses that count as success.',
    },
    response: { enum: ['auto', 'json', 'text', 'base64'], default: 'auto', description: 'How the body is read.' },
  },
};

const OUTPUT: JsonObject = {
  type: 'object',
  required: ['status', 'headers', 'body', 'url'],
  properties: {
    status: { type: 'integer' },
    headers: { type: 'object', additionalProperties: { type: 'string' } },
    body: {},
    url: { type: 'string', description: 'After redirects.' },
  },
};

/** One client for each allow list: connections are kept between requests. */
const clients = new Map<string, HttpClient>();

const clientFor = (config: JsonObject): HttpClient => {
  const allow = Array.isArray(config.allow) ? (config.allow as string[]) : [];
  const key = allow.join();
  const known = clients.get(key);
  if (known) return known;
  const client = new HttpClient(allow);
  clients.set(key, client);
  return client;
};

export const request = defineTask({
  id: 'request',
  description:
    'Sends an HTTP request. Private, link-local and loopback addresses are refused unless they are allow-listed.',
  effects: 'write',
  input: INPUT,
  output: OUTPUT,
  run: async (given, context) => {
    const input = withDefaults(given);
    const own = given.timeout as number | undefined;
    const deadline = own === undefined ? undefined : AbortSignal.timeout(Math.ceil(own * 1000));
    const signal = deadline ? AbortSignal.any([context.signal as AbortSignal, deadline]) : context.signal;
    try {
      const { max_bytes: maxBytes, max_redirects: maxRedirects } = input;
      const answer = await clientFor(context.config).exchange(outgoing(input, context), {
        maxBytes,
        maxRedirects,
        signal,
      });
      return read(answer, input);
    } catch (error) {
      if (deadline?.aborted && !context.signal.aborted)
        throw transient('timeout', `The exchange took longer than ${own} s.`);
      throw error;
    }
  },
});

const withDefaults = (input: JsonObject): RequestInput => ({
  method: 'GET',
  headers: {},
  query: {},
  body: undefined,
  max_bytes: 10 * MIB,
  max_redirects: 5,
  expect: ['2xx'],
  response: 'auto',
  ...(input as object as Partial<RequestInput> & { url: string }),
});

/** A URL as errors show it: a query may hold secrets. */
const shown = (url: string): string => url.replace(/[?#].*$/s, '').replace(/\/\/[^/]*@/, '//');

const parseUrl = (text: string, query: RequestInput['query']): URL => {
  if (!URL.canParse(text)) throw fatal('schema_mismatch', `"${shown(text)}" is no URL.`);
  const url = new URL(text);
  for (const [name, value] of Object.entries(query)) {
    for (const one of Array.isArray(value) ? (value as Json[]) : [value]) {
      url.searchParams.append(name, typeof one === 'string' ? one : JSON.stringify(one));
    }
  }
  return url;
};

/** `https://name:password@host/` as a header: the output and the errors show the URL. */
const credentialsOf = (url: URL): string | undefined => {
  const { username, password } = url;
  if (username === '' && password === '') return undefined;
  url.username = '';
  url.password = '';
  try {
    const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
    return `Basic ${Buffer.from(pair).toString('base64')}`;
  } catch {
    throw fatal('schema_mismatch', 'The name or password in the URL is not well encoded.');
  }
};

/** Say where a message goes and where it ends: the guard has checked the host, and the client counts the bytes. */
const OURS: ReadonlySet<string> = new Set([
  ...['host', 'content-length', 'transfer-encoding', 'te', 'trailer', 'expect'],
  ...['connection', 'keep-alive', 'proxy-connection', 'upgrade', 'http2-settings'],
]);

const outgoing = (input: RequestInput, { idempotencyKey }: TaskContext): Outgoing => {
  const { method, headers, body } = input;
  const url = parseUrl(input.url, input.query);
  const credentials = credentialsOf(url);
  const given = new Set(Object.keys(headers).map((name) => name.toLowerCase()));
  const ours = [...given].find((name) => OURS.has(name));
  if (ours !== undefined) throw fatal('schema_mismatch', `The header "${ours}" is not the workflow's to set.`);
  const isJson = body !== undefined && typeof body !== 'string';
  const changes = method !== 'GET' && method !== 'HEAD' && method !== 'OPTIONS';
  return {
    url,
    method,
    headers: {
      ...headers,
      ...(isJson && !given.has('content-type') && { 'content-type': 'application/json' }),
      ...(!given.has('accept-encoding') && { 'accept-encoding': ACCEPTED_ENCODINGS }),
      ...(credentials !== undefined && !given.has('authorization') && { authorization: credentials }),
      ...(changes && !given.has('idempotency-key') && { 'idempotency-key': idempotencyKey }),
    },
    body: body === undefined ? undefined : isJson ? JSON.stringify(body) : body,
  };
};

const isExpected = (status: number, expect: RequestInput['expect']): boolean =>
  expect.some((entry) => entry === status || entry === `${Math.floor(status / 100)}xx`);

const read = (answer: Incoming, { expect, response }: RequestInput): Json => {
  const { status, headers, url } = answer;
  if (!isExpected(status, expect)) throw unexpected(answer);
  return { status, headers: { ...headers }, body: bodyOf(answer, response), url };
};

const bodyOf = ({ body, headers }: Incoming, response: RequestInput['response']): Json => {
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

const EXCERPT = 1000;

const unexpected = ({ status, headers, body, url }: Incoming): Error => {
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
