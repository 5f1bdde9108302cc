import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { TestService, type Answer } from '../world/service.js';

/** A text that a URL can carry. */
const toWellFormed = (text: string): string => Buffer.from(text, 'utf8').toString('utf8');
const bomb = (name: string, of: string): string[] => [`${name}: &${name} [${Array(9).fill(`*${of}`).join(',')}]`];
const deep = (levels: number): string => `{"input":${'['.repeat(levels)}${']'.repeat(levels)}}`;

let service: TestService;
let workflow: string;
beforeAll(async () => {
  service = await TestService.start();
  workflow = await service.workflow({ name: 'w', tasks: { a: { type: 'core/noop' } } });
});
afterAll(() => service.stop());

const counts = async (): Promise<unknown[]> => [
  (await service.get('/api/v1/workflows')).body.total,
  (await service.get('/api/v1/executions')).body.total,
];

const expectRefusal = ({ status, body }: Answer): void => {
  expect(status).toBeGreaterThanOrEqual(400);
  expect(status).toBeLessThan(500);
  expect(body).toMatchObject({
    error: {
      code: expect.any(String) as unknown as string,
      message: expect.any(String) as unknown as string,
      details: { cure: expect.any(String) as unknown as string },
    },
    detail: expect.any(String) as unknown as string,
  });
};

describe('bad requests get a 4xx of the one shape and change nothing', () => {
  test.each<[string, string, unknown, number, string]>([
    ['GET', '/api/v1/nowhere', undefined, 404, 'route_not_found'],
    ['DELETE', '/api/v1/workflows', undefined, 404, 'route_not_found'],
    ['GET', '/api/v1/workflows/not-a-uuid', undefined, 422, 'validation_error'],
    ['GET', '/api/v1/workflows/%E0%A4%A', undefined, 400, 'invalid_request'],
    ['GET', '/api/v1/workflows/00000000-0000-4000-8000-000000000000', undefined, 404, 'workflow_not_found'],
    ['GET', '/api/v1/executions/00000000-0000-4000-8000-000000000000', undefined, 404, 'execution_not_found'],
    ['GET', '/api/v1/checkpoints/00000000-0000-4000-8000-000000000000', undefined, 404, 'checkpoint_not_found'],
    ['GET', '/api/v1/workflows?limit=0', undefined, 422, 'validation_error'],
    ['GET', '/api/v1/workflows?limit=1&limit=2', undefined, 422, 'validation_error'],
    ['GET', '/api/v1/executions?status=odd', undefined, 422, 'validation_error'],
    ['GET', '/api/v1/executions?from=yesterday', undefined, 422, 'validation_error'],
    ['POST', '/api/v1/workflows', '{bad', 400, 'invalid_request'],
    ['POST', '/api/v1/workflows', '', 422, 'validation_error'],
    ['GET', '/api/v1/workflows?limit=1.5', undefined, 422, 'validation_error'],
    ['GET', '/api/v1/executions?metadata.a=1&metadata.a=2', undefined, 422, 'validation_error'],
    [
      'GET',
      '/api/v1/executions/00000000-0000-4000-8000-000000000000/events?since=1.5.2',
      undefined,
      422,
      'validation_error',
    ],
    [
      'GET',
      `/api/v1/workflows/00000000-0000-4000-8000-000000000000/export?format=xml`,
      undefined,
      422,
      'validation_error',
    ],
    [
      'DELETE',
      `/api/v1/workflows/00000000-0000-4000-8000-000000000000?force=1&force=2`,
      undefined,
      422,
      'validation_error',
    ],
    ['POST', '/api/v1/executions', 'null', 422, 'validation_error'],
    ['POST', '/api/v1/executions', '"x"', 422, 'validation_error'],
    ['POST', '/api/v1/executions', deep(20_000), 422, 'validation_error'],
    ['POST', '/api/v1/workflows', deep(20_000), 422, 'validation_error'],
    ['POST', '/api/v1/workflows/validate', deep(200), 422, 'validation_error'],
    ['POST', '/api/v1/workflows/import', { document: {}, time_scale: 'x' }, 422, 'validation_error'],
    ['DELETE', '/api/v1/checkpoints/00000000-0000-4000-8000-000000000000', undefined, 404, 'checkpoint_not_found'],
    ['PATCH', '/api/v1/workflows', {}, 404, 'route_not_found'],
    ['GET', `/api/v1/workflows/${'a'.repeat(9000)}`, undefined, 414, 'uri_too_long'],
    ['GET', `/api/v1/workflows?name=${'a'.repeat(9000)}`, undefined, 414, 'uri_too_long'],
    ['POST', '/api/v1/workflows', 'null', 422, 'validation_error'],
    ['POST', '/api/v1/workflows', '[]', 422, 'validation_error'],
    ['POST', '/api/v1/workflows', '{"__proto__":{"name":"x"},"tasks":{}}', 400, 'invalid_request'],
    ['POST', '/api/v1/executions', {}, 422, 'validation_error'],
    ['POST', '/api/v1/executions', { workflow_id: 3 }, 422, 'validation_error'],
    ['POST', '/api/v1/executions/00000000-0000-4000-8000-000000000000/cancel', {}, 404, 'execution_not_found'],
  ])('%s %s %j → %i %s', async (method, path, body, status, code) => {
    const before = await counts();
    const answer = await service.send(method, path, body);
    expectRefusal(answer);
    expect(answer.status).toBe(status);
    expect(answer.body).toMatchObject({ error: { code } });
    expect(await counts()).toEqual(before);
  });

  test.each<[string, string]>([
    ['not closed', 'a: ['],
    ['a key twice', 'a: 1\na: 2'],
    ['an odd tag', 'name: !!js/function x'],
    ['a binary', 'name: !!binary aGVsbG8='],
    ['__proto__', '__proto__: { name: x }\ntasks: {}'],
    ['a key that is no text', '? [a]\n: b'],
    ['two documents', '--- a\n--- b'],
    ['no number', 'name: x\nmetadata: { n: .nan }'],
    ['itself', 'tasks: &a { b: *a }'],
    [
      'a bomb',
      ['a: &a [x,x,x,x,x,x,x,x,x]', ...bomb('b', 'a'), ...bomb('c', 'b'), ...bomb('d', 'c'), ...bomb('e', 'd')].join(
        '\n',
      ),
    ],
    ['too deep', `a: ${'['.repeat(5000)}`],
    ['too deep in another way', `${'- '.repeat(5000)}x`],
    ['a key twice among very many', `${Array.from({ length: 100_000 }, (_key, n) => `k${n}: 1`).join('\n')}\nk7: 2`],
  ])('YAML with %s', async (_, text) => {
    const before = await counts();
    for (const path of ['/api/v1/workflows', '/api/v1/workflows/import', '/api/v1/executions']) {
      const answer = await service.send('POST', path, text, { 'content-type': 'application/yaml' });
      expectRefusal(answer);
    }
    expect(await counts()).toEqual(before);
  });

  test('JSON with a key twice is refused with its pointer', async () => {
    const before = await counts();
    const text = '{"name":"w","tasks":{"a":{"type":"core/noop"},"b":{"type":"core/noop"},"a":{"type":"core/fail"}}}';
    for (const path of ['/api/v1/workflows', '/api/v1/workflows/import', '/api/v1/executions']) {
      const answer = await service.send('POST', path, text);
      expectRefusal(answer);
      expect(answer).toMatchObject({
        status: 422,
        body: {
          error: { code: 'validation_error', details: { faults: [{ code: 'duplicate_key', pointer: '/tasks/a' }] } },
        },
      });
    }
    expect(await counts()).toEqual(before);
  });

  test.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'garbage',
    'application/jsonp',
  ])('a body of type %s, which a page from elsewhere may send without asking', async (type) => {
    const before = await counts();
    for (const path of [`/api/v1/workflows/${workflow}/execute`, '/api/v1/workflows']) {
      const answer = await service.send('POST', path, 'a=b', { 'content-type': type });
      expectRefusal(answer);
      expect(answer.body).toMatchObject({ error: { code: 'invalid_request' } });
    }
    expect(await counts()).toEqual(before);
  });

  test('HEAD and OPTIONS are answered, also of streams', async () => {
    for (const path of ['/events', '/api/v1/workflows', '/health'])
      expect((await fetch(service.url + path, { method: 'HEAD' })).status).toBe(200);
    expect((await fetch(`${service.url}/events/executions/x`, { method: 'HEAD' })).status).toBe(422);
    expect((await fetch(`${service.url}/api/v1/workflows`, { method: 'OPTIONS' })).status).toBe(204);
  });

  test('a body that is too large is 413', async () => {
    const answer = await service.post('/api/v1/workflows', { name: 'x'.repeat(17 * 2 ** 20) });
    expect(answer).toMatchObject({ status: 413, body: { error: { code: 'payload_too_large' } } });
  });

  test('whatever is in a body', async () => {
    const before = await counts();
    const bodies = fc.oneof(
      fc.jsonValue(),
      fc.record(
        {
          workflow_id: fc.oneof(fc.string(), fc.jsonValue()),
          input: fc.jsonValue(),
          execution_options: fc.jsonValue(),
          metadata: fc.jsonValue(),
        },
        { requiredKeys: [] },
      ),
      fc.record({
        name: fc.jsonValue(),
        tasks: fc.oneof(
          fc.jsonValue(),
          fc.dictionary(
            fc.string(),
            fc.record({ type: fc.jsonValue(), depends_on: fc.jsonValue() }, { requiredKeys: [] }),
            { minKeys: 1 },
          ),
        ),
      }),
    );
    const paths = fc.constantFrom(
      '/api/v1/executions',
      '/api/v1/workflows',
      '/api/v1/workflows/import',
      '/api/v1/checkpoints',
      '/api/v1/state/restore',
    );
    await fc.assert(
      fc.asyncProperty(paths, bodies, async (path, body) => {
        const answer = await service.post(path, body);
        // A document may be valid by chance; anything else is refused in the one shape.
        if (answer.status === 201) before[0] = (before[0] as number) + 1;
        else expectRefusal(answer);
      }),
      { numRuns: process.env.HARMONIA_TEST_LONG === '1' ? 3000 : 150 },
    );
    expect(await counts()).toEqual(before);
  });

  test('whatever is in ids, queries and headers', async () => {
    const before = await counts();
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string(),
      fc.constantFrom('..', '%00', "' OR 1=1 --", '\u0000', '1e9'),
    );
    const routes = fc.constantFrom(
      ...['workflows/:', 'workflows/:/versions', 'workflows/:/export', 'workflows/:/stats', 'workflows', 'executions'],
      ...[
        'executions/:',
        'executions/:/events',
        'executions/:/tasks',
        'executions/:/timeline',
        'checkpoints/:',
        'checkpoints',
      ],
    );
    const names = fc.constantFrom(
      ...[
        'limit',
        'offset',
        'page',
        'sort_by',
        'sort_order',
        'status',
        'from',
        'to',
        'workflow_id',
        'since',
        'version',
      ],
      ...['format', 'name', 'q', 'tag', 'metadata.x', 'metadata."', 'execution_id', '__proto__', 'constructor'],
    );
    const printable = fc.string().map((value) => value.replace(/[^\x20-\x7e]/g, '').trim());
    await fc.assert(
      fc.asyncProperty(
        routes,
        text,
        fc.array(fc.tuple(names, text), { maxLength: 4 }),
        fc.record({ 'last-event-id': printable, 'idempotency-key': printable, accept: printable }),
        async (route, id, query, headers) => {
          const path = encodeURIComponent(toWellFormed(id));
          const search = query.map(
            ([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(toWellFormed(value))}`,
          );
          const answer = await service.send(
            'GET',
            `/api/v1/${route.replace(':', path)}?${search.join('&')}`,
            undefined,
            headers,
          );
          if (answer.status !== 200) expectRefusal(answer);
        },
      ),
      { numRuns: process.env.HARMONIA_TEST_LONG === '1' ? 5000 : 250 },
    );
    expect(await counts()).toEqual(before);
  });

  test('whatever is in the body of any POST or PUT of something that is there', async () => {
    const { execution_id } = (
      await service.post(`/api/v1/workflows/${workflow}/execute`, { execution_options: { async: false } })
    ).body;
    const e = `/api/v1/executions/${execution_id as string}`;
    const paths = fc.constantFrom(
      ...[
        `${e}/pause`,
        `${e}/resume`,
        `${e}/checkpoint`,
        `${e}/restore`,
        `/api/v1/state/checkpoints`,
        '/api/v1/checkpoints',
      ],
    );
    const word = fc.oneof(
      fc.jsonValue(),
      fc.constant(execution_id),
      fc.constant('x'.repeat(5000)),
      fc.constant('\ud800'),
    );
    const bodies = fc.oneof(
      fc.jsonValue(),
      fc.record(
        {
          ...{ reason: word, name: word, description: word, execution_id: word, executionId: word },
          ...{ checkpoint_id: word, execution_options: word, executionOptions: word },
        },
        { requiredKeys: [] },
      ),
    );
    const before = await counts();
    // The execution has ended: nothing of it may be granted.
    await fc.assert(
      fc.asyncProperty(paths, bodies, async (path, body) => expectRefusal(await service.post(path, body))),
      { numRuns: process.env.HARMONIA_TEST_LONG === '1' ? 5000 : 250 },
    );
    const put = `/api/v1/workflows/${workflow}`;
    await fc.assert(
      fc.asyncProperty(fc.jsonValue(), async (body) => expectRefusal(await service.send('PUT', put, body))),
      { numRuns: 50 },
    );
    expect(await counts()).toEqual(before);
  });

  test('whatever is in an execute body of a real workflow', async () => {
    const wrong = fc.record({ input: fc.oneof(fc.string(), fc.integer(), fc.array(fc.jsonValue()), fc.boolean()) });
    const before = await counts();
    await fc.assert(
      fc.asyncProperty(wrong, async (body) =>
        expectRefusal(await service.post(`/api/v1/workflows/${workflow}/execute`, body)),
      ),
      { numRuns: 30 },
    );
    expect(await counts()).toEqual(before);
  });
});
