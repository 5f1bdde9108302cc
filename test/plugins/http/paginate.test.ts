import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { linkedNext, valueAt } from '../../../plugins/http/src/next-page.js';
import { paginate } from '../../../plugins/http/src/paginate.js';
import type { Credential, Json, JsonObject } from '../../../src/plugin/contract/index.js';
import { runTask, type TaskRun, type TaskSurroundings } from '../../../src/plugin/testing/index.js';

type Answer = (response: ServerResponse, url: URL, request: IncomingMessage) => void;
const routes = new Map<string, Answer>();
const asked: string[] = [];
let server: Server;
let base: string;
beforeAll(async () => {
  server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://x');
    asked.push(request.url ?? '');
    const answer = routes.get(url.pathname);
    if (answer) answer(response, url, request);
    else response.writeHead(404).end('nothing');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
beforeEach(() => {
  routes.clear();
  asked.length = 0;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const json = (response: ServerResponse, body: Json, headers: Record<string, string> = {}): void =>
  void response.writeHead(200, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
const read = (input: JsonObject, more: TaskSurroundings = {}): Promise<TaskRun> =>
  runTask(paginate, { url: `${base}/list`, ...input }, more);
const outputOf = async (input: JsonObject): Promise<Json> => {
  const { outcome } = await read(input);
  return outcome.is === 'completed' ? outcome.output : outcome.failure.code;
};

/** Three pages of two items each. */
const pages = (then: (response: ServerResponse, page: number, items: Json[], url: URL) => void): void => {
  routes.set('/list', (response, url) => {
    const page = Number(url.searchParams.get('p') ?? '1');
    then(response, page, page > 3 ? [] : [`${page}a`, `${page}b`], url);
  });
};
const ALL = ['1a', '1b', '2a', '2b', '3a', '3b'];
const WHOLE = { items: ALL, pages: 3, complete: true, next: null };

describe('the way to the next page', () => {
  test('by the Link header', async () => {
    pages((response, page, items) =>
      json(
        response,
        items,
        page < 3 ? { link: `</first>; rel="first", </list?p=${page + 1}&x=a,b>; title="a, b"; rel="next last"` } : {},
      ),
    );
    expect(await outputOf({ next: { link: true } })).toEqual(WHOLE);
    expect(asked).toEqual(['/list', '/list?p=2&x=a,b', '/list?p=3&x=a,b']);
  });

  test('by a URL in the page, relative or not', async () => {
    pages((response, page, items, url) => {
      url.searchParams.set('p', String(page + 1));
      const next = page === 1 ? `list?p=2` : page === 2 ? `${base}/list?p=3` : null;
      json(response, { data: { rows: items }, 'a/b': { next } });
    });
    expect(await outputOf({ items: '/data/rows', next: { url: '/a~1b/next' } })).toEqual(WHOLE);
  });

  test('by a cursor, which is encoded', async () => {
    const cursors = ['', 'a&b=c d/+', 7, false] as const;
    routes.set('/list', (response, url) => {
      const at = cursors.findIndex((cursor) => String(cursor) === (url.searchParams.get('after') ?? ''));
      json(response, { items: [at], meta: { cursor: cursors[at + 1] ?? null } });
    });
    const next = { cursor: '/meta/cursor', param: 'after' };
    expect(await outputOf({ items: '/items', next, query: { q: 'x' } })).toEqual({
      ...{ items: [0, 1, 2], pages: 3, complete: true, next: null },
    });
    expect(asked.every((url) => url.includes('q=x'))).toBe(true);
  });

  test('by a number, until a page is empty', async () => {
    pages((response, _page, items) => json(response, { items }));
    expect(await outputOf({ items: '/items', next: { page: 'p' } })).toEqual({ ...WHOLE, pages: 4 });
    expect(asked).toEqual(['/list?p=1', '/list?p=2', '/list?p=3', '/list?p=4']);
    asked.length = 0;
    expect(await outputOf({ items: '/items', next: { page: 'p', first: 3 } })).toMatchObject({ items: ['3a', '3b'] });
    expect(asked[0]).toBe('/list?p=3');
  });

  test.each<[string, string | undefined]>([
    ['</b>; rel=next', '/b'],
    ['</b>;rel="next"', '/b'],
    ['</a>; rel=prev, </b>; REL="Next"', '/b'],
    ['</a>; rel="prev next"', '/a'],
    ['</a>; title="rel=next"', undefined],
    ['</a>; title="x; rel=next"', undefined],
    ['</a>; rel=nextish', undefined],
    ['nonsense', undefined],
    ['<'.repeat(50_000), undefined],
    [`</a>${'; x=y'.repeat(5000)}`, undefined],
  ])('%.40s', (header, next) => expect(linkedNext(header)).toBe(next));

  test('pointers see own fields only', () => {
    expect(valueAt({ a: [{ 'x~y': 1 }] }, '/a/0/x~0y')).toBe(1);
    for (const pointer of ['/__proto__', '/constructor', '/a/length', '/a/-', '/b'])
      expect(valueAt({ a: 'text' }, pointer)).toBeUndefined();
  });
});

describe('limits', () => {
  const endless = (): void =>
    pages((response, page) => json(response, [`${page}a`, `${page}b`], { link: `<?p=${page + 1}>; rel=next` }));

  test('pages and items: what there is, that it is not all, and where it goes on', async () => {
    endless();
    const next = { link: true };
    expect(await outputOf({ next, max_pages: 2 })).toEqual({
      ...{ items: ['1a', '1b', '2a', '2b'], pages: 2, complete: false, next: `${base}/list?p=3` },
    });
    expect(await outputOf({ next, max_items: 3 })).toMatchObject({
      items: ['1a', '1b', '2a'],
      pages: 2,
      complete: false,
    });
    expect(await outputOf({ next, max_items: 4 })).toMatchObject({ items: ['1a', '1b', '2a', '2b'], complete: false });
  });

  test('bytes, of all pages together, are a failure', async () => {
    endless();
    expect(await outputOf({ next: { link: true }, max_bytes: 45 })).toBe('response_too_large');
    expect(await outputOf({ next: { link: true }, max_bytes: 22 })).toBe('response_too_large');
  });

  test('a way that goes in circles, to another origin, or nowhere is a failure', async () => {
    pages((response, page, items) => json(response, items, { link: `</list?p=${(page % 2) + 1}>; rel=next` }));
    expect(await outputOf({ next: { link: true } })).toBe('http_error');
    for (const link of ['http://127.0.0.2:1/', 'http://[', 'file:///etc/passwd']) {
      pages((response, _page, items) => json(response, items, { link: `<${link}>; rel=next` }));
      expect(await outputOf({ next: { link: true } })).toBe('http_error');
    }
  });

  test.each<[string, Json]>([
    ['no list', { items: 'text' }],
    ['nothing there', {}],
    ['null', null],
    ['another cursor than a text or number', { items: [1], cursor: {} }],
  ])('%s is a failure', async (_name, body) => {
    routes.set('/list', (response) => json(response, body));
    expect(await outputOf({ items: '/items', next: { cursor: '/cursor', param: 'c' } })).toBe('http_error');
  });

  test('no JSON, another status: as in http/request', async () => {
    routes.set('/list', (response) => response.end('<html>'));
    expect(await outputOf({ next: { link: true } })).toBe('http_error');
    expect((await read({ url: `${base}/missing`, next: { link: true } })).outcome).toMatchObject({
      failure: { kind: 'fatal', code: 'http_error', details: { status: 404 } },
    });
  });

  test.each<JsonObject>([
    {},
    { next: {} },
    { next: { link: false } },
    { next: { cursor: '/c' } },
    { next: { link: true, page: 'p' } },
    { next: { link: true }, items: 'no-pointer' },
    { next: { link: true }, max_pages: 1000 },
  ])('%j is no input', async (input) => expect(await outputOf(input)).toBe('schema_mismatch'));
});

describe('after a crash', () => {
  test('pages that were read are not asked for again', async () => {
    pages((response, page, items) => {
      if (page === 3 && asked.length < 4) response.destroy();
      else json(response, items, page < 3 ? { link: `<?p=${page + 1}>; rel=next` } : {});
    });
    const first = await read({ next: { link: true } });
    expect(first.outcome).toMatchObject({ failure: { kind: 'transient' } });
    expect(Object.keys(first.results)).toEqual(['page 0', 'page 1']);
    const second = await read({ next: { link: true } }, { results: first.results, attempt: 2 });
    expect(second.outcome).toEqual({ is: 'completed', output: WHOLE });
    expect(asked).toEqual(['/list', '/list?p=2', '/list?p=3', '/list?p=3']);
  });

  test('a key in the query is neither recorded nor lost', async () => {
    const auth: Credential = { type: 'api_key', key: 'key-27182818', query: 'k' };
    pages((response, page, items, url) => {
      // As services do: the way on is the way here, with the key.
      url.searchParams.set('p', String(page + 1));
      json(response, items, page < 3 ? { link: `<${url.pathname}${url.search}>; rel=next` } : {});
    });
    const run = await read({ next: { link: true } }, { credentials: { auth } });
    expect(run.outcome).toEqual({ is: 'completed', output: WHOLE });
    expect(asked.every((url) => new URL(url, base).searchParams.getAll('k').join() === 'key-27182818')).toBe(true);
    expect(JSON.stringify(run.results)).not.toMatch(/27182818|\*\*\*/);
  });
});
