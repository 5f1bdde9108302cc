import { describe, expect, test } from '@jest/globals';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { inspect } from 'node:util';
import {
  CapabilityNotFoundError,
  ComponentUnavailableError,
  ConfigurationValueError,
  getHarmoniaClient,
  HarmoniaClient,
  isRefusal,
  ResourceLimitError,
  ServiceTimeoutError,
  type FetchLike,
  type HarmoniaClientOptions,
} from '../../src/client/index.js';
import { Line } from '../../src/client/call/line.js';

const of = { execution_id: '00000000-0000-4000-8000-000000000000' };
const ok = (data: unknown = {}): Response => Response.json({ status: 'success', success: true, message: '', data });
const busy = (status: number, headers: Record<string, string> = {}): Response =>
  Response.json({ error: { code: 'busy', message: 'Busy.', details: { cure: 'Wait.' } } }, { status, headers });

/** A client whose service gives these answers, one after the other, and what it was sent. */
const clientOf = (
  answers: readonly (Response | Error)[],
  options: HarmoniaClientOptions = {},
): { readonly client: HarmoniaClient; readonly sent: { readonly url: string; readonly init: RequestInit }[] } => {
  const sent: { url: string; init: RequestInit }[] = [];
  const fetch: FetchLike = (url, init) => {
    const answer = answers[sent.length] ?? new Error('asked too often');
    sent.push({ url, init });
    return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
  };
  return { client: new HarmoniaClient({ fetch, token: 'secret-token', ...options }), sent };
};
const thrownBy = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => undefined,
    (error: unknown) => error,
  );
const headerOf = (init: RequestInit | undefined, name: string): string | null => new Headers(init?.headers).get(name);

describe('what is sent again', () => {
  test('reading, when nobody is there or too much is asked', async () => {
    const { client, sent } = clientOf([new TypeError('fetch failed'), busy(503), ok({ status: 'running' })]);
    expect(await client.getExecutionStatus(of)).toEqual({ status: 'running' });
    expect(sent.length).toBe(3);
  });

  test('a start, with the same key and the same body', async () => {
    const { client, sent } = clientOf([busy(429), ok(of)]);
    await client.executeWorkflow({ workflow_id: 'w', input: { a: 1 } });
    const keys = sent.map(({ init }) => headerOf(init, 'idempotency-key'));
    expect(keys[0]).toMatch(/^[0-9a-f-]{36}$/);
    expect(keys[1]).toBe(keys[0]);
    const bodies = sent.map(({ init }) => new TextDecoder().decode(init.body as ArrayBuffer));
    expect(bodies).toEqual(['{"workflow_id":"w","input":{"a":1}}', '{"workflow_id":"w","input":{"a":1}}']);
  });

  test('nothing that has no key, nothing that is wrong, nothing more often than wanted', async () => {
    const paused = clientOf([busy(503)]);
    expect(await thrownBy(paused.client.pauseExecution(of))).toBeInstanceOf(ComponentUnavailableError);
    const wrong = clientOf([busy(422)]);
    expect(await thrownBy(wrong.client.getExecutionStatus(of))).toMatchObject({
      status: 422,
      code: 'busy',
      cure: 'Wait.',
    });
    const often = clientOf([busy(503), busy(503), ok()], { retries: 1 });
    expect(await thrownBy(often.client.getExecutionStatus(of))).toMatchObject({ status: 503 });
    expect([paused, wrong, often].map(({ sent }) => sent.length)).toEqual([1, 1, 2]);
  });

  test('nothing before the service wants it: who is to wait long is told so', async () => {
    const { client, sent } = clientOf([busy(429, { 'retry-after': '3600' })]);
    const error = await thrownBy(client.getExecutionStatus(of));
    expect(error).toBeInstanceOf(ResourceLimitError);
    expect(error).toMatchObject({ status: 429, retryAfterMs: 3_600_000 });
    expect(sent.length).toBe(1);
  });
});

describe('what is not an answer of Harmonia', () => {
  test('is not shown', async () => {
    const page = (status: number): Response => new Response('<p>secret-token</p>', { status });
    const bad = await thrownBy(clientOf([page(500)]).client.getExecutionStatus(of));
    expect(bad).toMatchObject({ code: 'http_500', message: 'Harmonia answers 500.' });
    const good = await thrownBy(clientOf([page(200)]).client.getExecutionStatus(of));
    expect(good).toMatchObject({ code: 'no_json' });
    for (const error of [bad, good]) expect(inspect(error, { depth: 9 })).not.toContain('secret-token');
  });

  test('a call that takes too long ends, also in the middle of an answer', async () => {
    const fetch: FetchLike = (_, { signal }) => {
      // As fetch does: the body ends with the signal.
      const body = new ReadableStream({
        start: (queue) => signal?.addEventListener('abort', () => queue.error(signal.reason)),
      });
      return Promise.resolve(new Response(body));
    };
    const client = new HarmoniaClient({ fetch });
    const error = await thrownBy(client.getExecutionStatus(of, { timeoutMs: 20 }));
    expect(error).toBeInstanceOf(ServiceTimeoutError);
    expect(isRefusal(error) && error.code).toBe('timeout');
    const abort = new AbortController();
    const asked = thrownBy(client.getExecutionStatus(of, { signal: abort.signal }));
    abort.abort(new Error('enough'));
    expect(await asked).toMatchObject({ message: 'enough' });
  });
});

test('errors have the classes of the contract', async () => {
  const answer = Response.json({ error: { code: 'action_not_found', message: 'No.' } }, { status: 404 });
  const error = await thrownBy(clientOf([answer]).client.loadState(of));
  expect(error).toBeInstanceOf(CapabilityNotFoundError);
  expect(isRefusal(error)).toBe(true);
  expect(isRefusal(new ComponentUnavailableError('x', { component: 'harmonia' }))).toBe(false);
});

test('headers are asked for each time, and one that can not be sent is not shown', async () => {
  let count = 0;
  const counted = clientOf([ok(), ok()], { headers: () => ({ 'x-request-id': `r${++count}` }) });
  await counted.client.getExecutionStatus(of);
  await counted.client.getExecutionStatus(of);
  expect(counted.sent.map(({ init }) => headerOf(init, 'x-request-id'))).toEqual(['r1', 'r2']);
  expect(headerOf(counted.sent[0]?.init, 'authorization')).toBe('Bearer secret-token');
  const broken = clientOf([ok()], { headers: () => ({ 'x-a': 'secret\nnews' }) });
  const error = await thrownBy(broken.client.getExecutionStatus(of));
  expect(inspect(error, { depth: 9 })).not.toContain('secret');
});

describe('the address', () => {
  test.each([
    [{}, 'http://127.0.0.1:8007'],
    [{ host: '::1', port: 9 }, 'http://[::1]:9'],
    [{ url: 'https://tekton.example/harmonia/' }, 'https://tekton.example/harmonia'],
  ])('%j', (options, base) => expect(new Line(options).target.base).toBe(base));

  test.each([
    [{ url: 'ftp://secret' }],
    [{ url: 'http://me:secret@host' }],
    [{ url: 'http://host/?key=secret' }],
    [{ url: 'http://secret', port: 1 }],
    [{ token: 'two secret words' }],
    [{ token: 'secret-a', apiKey: 'secret-b' }],
  ])('%j is refused, and not shown', (options) => {
    let thrown: unknown;
    try {
      new HarmoniaClient(options);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(ConfigurationValueError);
    expect((thrown as Error).message).not.toContain('secret');
  });

  test.each([
    [{}, 'http://127.0.0.1:8007', null],
    [{ HARMONIA_PORT: '8107', TEKTON_HOST: 'tekton' }, 'http://tekton:8107', null],
    [{ HARMONIA_URL: 'https://x.example', HARMONIA_PORT: '1', HARMONIA_API_KEY: 'k' }, 'https://x.example', 'Bearer k'],
    [{ HARMONIA_AUTH_TOKEN: 't' }, 'http://127.0.0.1:8007', 'Bearer t'],
  ])('of the settings %j', async (environment, base, shown) => {
    const sent: { url: string; init: RequestInit }[] = [];
    const fetch: FetchLike = (url, init) => {
      sent.push({ url, init });
      return Promise.resolve(ok());
    };
    await (await getHarmoniaClient(environment, { fetch })).getExecutionStatus(of);
    expect(sent[0]?.url).toBe(`${base}/api/v1/executions/${of.execution_id}`);
    expect(headerOf(sent[0]?.init, 'authorization')).toBe(shown);
  });

  test('of settings that make none is refused', async () => {
    await expect(getHarmoniaClient({ HARMONIA_PORT: 'x' })).rejects.toBeInstanceOf(ConfigurationValueError);
  });
});

test('every method has both names, and is one function', () => {
  const client = new HarmoniaClient();
  const methods = client as unknown as Record<string, unknown>;
  expect(methods.create_workflow_from_template).toBe(methods.createWorkflowFromTemplate);
  expect(methods.create_workflow_from_template).toBeInstanceOf(Function);
  // @ts-expect-error: a name in neither way
  void ((): unknown => client.get_workflowStatus);
  // @ts-expect-error: the names of the API
  void ((): unknown => client.getWorkflowStatus({ executionId: 'x' }));
  // @ts-expect-error: a route that is none
  void ((): unknown => client.api.GET('/api/v1/nothing'));
});

test('its types are those of docs/openapi.json (npm run openapi)', () => {
  const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
  const hash = createHash('sha256').update(read('docs/openapi.json')).digest('hex');
  expect(read('src/client/generated/api.ts').split('\n', 1)[0]).toContain(hash);
});
