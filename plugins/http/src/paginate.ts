import { defineTask, fatal, type Credential, type Json, type TaskContext } from '@tekton/harmonia/plugin';
import { expected, outputOf, type Expect } from './answer.js';
import { withoutKey } from './auth.js';
import { CREDENTIALS, EXPECT_FIELD, HEADERS_FIELD, MIB, QUERY_FIELD, timeoutField, URL_FIELD } from './fields.js';
import { firstPage, nextPage, valueAt, type Next } from './next-page.js';
import { parseUrl, requestOf, type Headers } from './outgoing.js';
import { within } from './patience.js';

const POINTER = { type: 'string', pattern: '^$|^/' } as const;
const PARAM = { type: 'string', minLength: 1 } as const;
/** A step can record a thousand results. */
const MOST_PAGES = 990;
const MOST_ITEMS = 1_000_000;
const DEFAULTS = { pages: 100, items: 100_000, bytes: 10 * MIB };

/** What is recorded of a page, so that an attempt after a crash goes on behind it. */
type Recorded = {
  readonly items: readonly Json[];
  /** Bytes of its body. */
  readonly bytes: number;
  /** Where the next one is. */
  readonly next: string | null;
};

/** A page and its URL would come round for ever. */
class Seen {
  private readonly urls = new Set<string>();

  add(url: URL): void {
    if (this.urls.has(url.href)) throw fatal('http_error', 'The next page is one that was read before.');
    this.urls.add(url.href);
  }
}

interface Reading {
  readonly headers: Headers;
  readonly timeout: number | undefined;
  readonly expect: Expect | undefined;
  readonly items: string;
  readonly next: Next;
  readonly origin: string;
}

type Context = Pick<TaskContext, 'http' | 'idempotencyKey' | 'signal'>;

/** Reads pages with one credential. */
class PageReader {
  constructor(
    private readonly reading: Reading,
    private readonly context: Context,
    private readonly auth: Credential | undefined,
  ) {}

  /** `left`: bytes that the body may have. */
  read(url: URL, index: number, left: number): Promise<Recorded> {
    const { timeout, headers, expect, origin } = this.reading;
    // The credential is for the one who was asked first.
    if (url.origin !== origin) throw fatal('http_error', `The next page is at another origin, ${url.origin}.`);
    return within(timeout, this.context, async (more) => {
      const { auth } = this;
      const { idempotencyKey } = this.context;
      const sent = await requestOf({ url, method: 'GET', headers, defaults: {}, auth, idempotencyKey });
      const response = await this.context.http.request({ ...sent, maxBytes: left, ...more });
      const answer = await expected(response, expect);
      const { body } = outputOf(answer, 'json');
      const found = valueAt(body, this.reading.items);
      if (!Array.isArray(found)) throw noList(this.reading.items);
      const items = found as readonly Json[];
      const here = { url: new URL(answer.url), headers: answer.headers, body, count: items.length, index };
      const next = nextPage(this.reading.next, here);
      return { items, bytes: answer.body.length, next: next ? withoutKey(next, auth).href : null };
    });
  }
}

const noList = (pointer: string): Error =>
  fatal('http_error', `There is no list at "${pointer}" of the page. Say in \`items\` where the items are.`);

export const paginate = defineTask({
  id: 'paginate',
  title: 'HTTP pages',
  icon: '📑',
  description:
    'Reads a list that comes in pages, and gives all its items. Pages that were read are not asked for again after a crash.',
  effects: 'read',
  credentials: CREDENTIALS,
  input: {
    type: 'object',
    required: ['url', 'next'],
    additionalProperties: false,
    properties: {
      url: URL_FIELD,
      headers: HEADERS_FIELD,
      query: QUERY_FIELD,
      items: {
        ...POINTER,
        default: '',
        description: 'JSON pointer to the list in each page; "": the page is the list.',
      },
      next: {
        description: 'How a page leads to the next one.',
        oneOf: [
          {
            type: 'object',
            required: ['link'],
            additionalProperties: false,
            properties: { link: { const: true, description: 'By the Link header, rel=next.' } },
          },
          {
            type: 'object',
            required: ['url'],
            additionalProperties: false,
            properties: {
              url: { ...POINTER, description: 'JSON pointer to its URL; null, "" or nothing there: it was the last.' },
            },
          },
          {
            type: 'object',
            required: ['cursor', 'param'],
            additionalProperties: false,
            properties: {
              cursor: {
                ...POINTER,
                description: 'JSON pointer to the cursor; null, "", false or nothing there: it was the last.',
              },
              param: { ...PARAM, description: 'The query parameter that it goes into.' },
            },
          },
          {
            type: 'object',
            required: ['page'],
            additionalProperties: false,
            properties: {
              page: { ...PARAM, description: 'The query parameter that counts; a page without items is the last.' },
              first: { type: 'integer', minimum: 0, default: 1 },
            },
          },
        ],
      },
      timeout: timeoutField('each page'),
      max_pages: { type: 'integer', minimum: 1, maximum: MOST_PAGES, default: DEFAULTS.pages },
      max_items: { type: 'integer', minimum: 1, maximum: MOST_ITEMS, default: DEFAULTS.items },
      max_bytes: {
        type: 'integer',
        minimum: 1,
        maximum: 256 * MIB,
        default: DEFAULTS.bytes,
        description: 'Of all pages together.',
      },
      expect: EXPECT_FIELD,
    },
  },
  output: {
    type: 'object',
    required: ['items', 'pages', 'complete', 'next'],
    properties: {
      items: { type: 'array', items: {} },
      pages: { type: 'integer' },
      complete: { type: 'boolean', description: 'false: `max_pages` or `max_items` came first.' },
      next: { type: ['string', 'null'], description: 'Where the next page would be, when it is not complete.' },
    },
  },
  run: async (input, context) => {
    const { auth } = context.secrets;
    const next = wayOn(input.next);
    const first = firstPage(parseUrl(input.url, input.query), next);
    const { timeout, expect, items = '' } = input;
    const headers = (input.headers ?? {}) as Headers;
    const reading = { headers, timeout, expect, items, next, origin: first.origin };
    const { max_pages: pages = DEFAULTS.pages, max_items: most = DEFAULTS.items } = input;
    const { max_bytes: bytes = DEFAULTS.bytes } = input;
    return collected(first, { pages, items: most, bytes }, (url, index, left) =>
      context.once(`page ${index}`, () => new PageReader(reading, context, auth).read(url, index, left)),
    );
  },
});

interface Limits {
  readonly pages: number;
  readonly items: number;
  readonly bytes: number;
}

/** The items of all pages, from the first on, within the limits. */
const collected = async (
  first: URL,
  most: Limits,
  read: (url: URL, index: number, left: number) => Promise<Recorded>,
) => {
  const items: Json[] = [];
  const seen = new Seen();
  let left = most.bytes;
  let url: URL | undefined = first;
  let pages = 0;
  while (url !== undefined && pages < most.pages && items.length < most.items) {
    if (left <= 0) throw fatal('response_too_large', `The pages have more than ${most.bytes} bytes.`);
    seen.add(url);
    const page: Recorded = await read(url, pages, left);
    for (const item of page.items) items.push(item);
    left -= page.bytes;
    pages += 1;
    url = page.next === null ? undefined : new URL(page.next);
  }
  const isCut = items.length > most.items;
  const complete = url === undefined && !isCut;
  return { items: isCut ? items.slice(0, most.items) : items, pages, complete, next: url?.href ?? null };
};

type Written =
  | { readonly link: true }
  | { readonly url: string }
  | { readonly cursor: string; readonly param: string }
  | { readonly page: string; readonly first?: number };

const wayOn = (written: Written): Next => {
  if ('link' in written) return { by: 'link' };
  if ('url' in written) return { by: 'url', at: written.url };
  if ('cursor' in written) return { by: 'cursor', at: written.cursor, param: written.param };
  return { by: 'page', param: written.page, first: written.first ?? 1 };
};
