import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { JsonObject } from '../../src/kernel/index.js';
import { Caller } from '../world/caller.js';
import { TestService } from '../world/service.js';
import { eventually } from '../world/service-process.js';

/* Executions that fail, wait or stand still, in the real service, and what is said about each. */

const V = '/api/v1';

/** A server that answers with the status in the path; 429 asks to be left alone for two minutes. */
let server: Server;
let origin: string;
let service: TestService;
beforeAll(async () => {
  server = createServer((request, response) => {
    const status = Number(/\d{3}/.exec(request.url ?? '')?.[0] ?? 200);
    request
      .resume()
      .on('end', () => response.writeHead(status, status === 429 ? { 'retry-after': '120' } : {}).end('{}'));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  origin = `http://127.0.0.1:${port}`;
  service = await TestService.start({
    HARMONIA_HTTP_ALLOW: `127.0.0.1:${port},localhost:${port}`,
    ...{ HARMONIA_BREAKER_FAILURES: '2', HARMONIA_BREAKER_SECONDS: '3600' },
  });
});
afterAll(async () => {
  await service.stop();
  server.closeAllConnections();
  server.close();
});

interface Fix {
  readonly is: string;
  readonly text: string;
  readonly command: string | null;
  readonly request: { readonly path: string; readonly body: JsonObject } | null;
  readonly ops: readonly JsonObject[] | null;
  readonly pointer: string | null;
}
interface Cause {
  readonly code: string;
  readonly step: string | null;
  readonly text: string;
  readonly likelihood: string;
  readonly because: string;
  readonly figure: number | null;
  readonly evidence: readonly { readonly seq: number | null; readonly text: string }[];
  readonly fixes: readonly Fix[];
}

const diagnose = async (execution: string): Promise<readonly Cause[]> => {
  const { status, body } = await service.post(`${V}/executions/${execution}/diagnose`);
  expect(status).toBe(200);
  return (body.data as unknown as { causes: readonly Cause[] }).causes;
};

const caller = new Caller(() => service);
const keep = (tasks: JsonObject, more: JsonObject = {}): Promise<string> => caller.keep({ tasks, ...more });

const failed = async (
  tasks: JsonObject,
  more: JsonObject = {},
  input: JsonObject = {},
): Promise<{ id: string; causes: readonly Cause[] }> => {
  const execution = await service.complete(await keep(tasks, more), input);
  const id = execution.execution_id as string;
  return { id, causes: await diagnose(id) };
};

const get = (path: string, more: JsonObject = {}): JsonObject => ({
  type: 'http/request',
  input: { url: `${origin}/${path}` },
  ...more,
});
const texts = ({ fixes }: Cause): string => fixes.map(({ text, command }) => `${text} ${command ?? ''}`).join('\n');
const opsOf = (causes: readonly Cause[]): readonly JsonObject[] =>
  causes.flatMap(({ fixes }) => fixes.flatMap(({ ops }) => ops ?? []));

describe('what failed', () => {
  test('401: nobody said who asks', async () => {
    const { causes } = await failed({ a: get('401') });
    expect(causes).toMatchObject([
      { code: 'http_error', step: '/a', likelihood: 'certain', because: 'the server answered 401' },
    ]);
    expect(causes[0]?.text).toMatch(/names no credential/);
    expect(causes[0]?.fixes[0]).toMatchObject({ is: 'advice', pointer: '/tasks/a/credentials' });
  });

  test('401: the credential is not accepted, and what it holds is told to nobody', async () => {
    const made = await service.send('PUT', `${V}/credentials/shop`, {
      type: 'basic',
      username: 'ada',
      password: 'zqToken123',
    });
    expect([made.status, JSON.stringify(made.body)]).toEqual([201, expect.any(String)]);
    const { causes } = await failed({ a: get('401', { credentials: { auth: 'shop' } }) });
    expect(causes[0]?.text).toMatch(/does not accept the credential shop/);
    expect(JSON.stringify(causes)).not.toContain('zqToken123');
  });

  test('429: it says for how long; less at a time is advised, and a policy of retries for what only reads', async () => {
    const { causes } = await failed({ a: get('429', { effects: 'read', retry_policy: { max_retries: 0 } }) });
    expect(causes[0]?.text).toMatch(/asks to be left alone \(429\), for 120 s/);
    expect(causes[0]?.fixes[0]).toMatchObject({ is: 'advice', pointer: '/tasks/a/concurrency_key' });
  });

  test('503 of a write, its retries used up: it is never offered to be tried again by itself', async () => {
    const post = { url: `${origin}/503`, method: 'POST', body: {} };
    const { causes } = await failed({
      a: { type: 'http/request', input: post, retry_policy: { max_retries: 1, initial_delay: 0 } },
    });
    expect(causes[0]?.text).toMatch(/The server failed \(503\)/);
    expect(causes[0]?.evidence.filter(({ seq }) => seq !== null)).toHaveLength(2);
    expect(opsOf(causes)).toEqual([]);
    expect(texts(causes[0] as Cause)).toMatch(/harmonia execution retry/);
  });

  test('a circuit that is open: which, since when, and how to close it', async () => {
    const elsewhere = `${origin.replace('127.0.0.1', 'localhost')}/500`;
    const workflow = await keep({
      a: { type: 'http/request', input: { url: elsewhere }, retry_policy: { max_retries: 0 } },
    });
    let execution: JsonObject = {};
    for (let n = 0; n < 3; n++) execution = await service.complete(workflow);
    const [cause] = await diagnose(execution.execution_id as string);
    expect(cause?.code).toBe('circuit_open');
    expect(cause?.evidence.at(-1)?.text).toMatch(/^the circuit of .*localhost.* is open, after \d+ failures$/);
    expect(texts(cause as Cause)).toContain('harmonia destination reset');
  });

  test('an attempt that took too long: with history, the limit that it speaks for', async () => {
    const workflow = await keep({ nap: { type: 'core/delay', input: { seconds: '${input.s}' }, timeout: 1.4 } });
    const runs = await Promise.all(Array.from({ length: 32 }, () => caller.start(workflow, { s: 0.5 })));
    for (const run of runs) await caller.ended(run);
    const execution = await service.complete(workflow, { s: 60 });
    const [cause] = await diagnose(execution.execution_id as string);
    expect(cause).toMatchObject({
      code: 'timeout',
      step: '/nap',
      likelihood: 'likely',
      text: 'The limit is close to what the task usually takes.',
    });
    expect(cause?.figure).toBeGreaterThan(0);
    expect(cause?.figure).toBeLessThan(1);
    const change = cause?.fixes.find(({ is }) => is === 'change');
    expect(change?.text).toMatch(/recorded attempts speak for/);
    const [op] = change?.ops ?? [];
    expect(op).toMatchObject({ op: 'set_timeout', task: '/nap' });
    expect(op?.seconds).toBeGreaterThanOrEqual(1.5);
  });

  test('an expression that met another type: where, and help with it', async () => {
    const { causes } = await failed({ a: { type: 'core/value', input: { big: '${input.n > 9}' } } }, {}, { n: 'ten' });
    expect(causes).toMatchObject([{ code: 'expression_error', step: '/a', likelihood: 'certain' }]);
    expect(causes[0]?.fixes[0]).toMatchObject({ is: 'advice', pointer: '/tasks/a/input/big' });
    const help = causes[0]?.fixes.find(({ request }) => request?.path === `${V}/expressions/help`);
    expect(help?.command).toMatch(/^harmonia expression 'input\.n > 9' --workflow \S+ --task \/a$/);
    const helped = await service.post(`${V}/expressions/help`, {
      ...help?.request?.body,
      sample: { input: { n: 'ten' } },
    });
    expect(helped.body.data).toMatchObject({
      expression: { result: { fails: expect.stringContaining('string') as unknown } },
    });
  });

  test('a task type that is gone', async () => {
    const workflow = await keep({
      hold: { approval: {} },
      then: { type: 'harmonia/emit', depends_on: ['hold'], input: { name: 'x' } },
    });
    const execution = await caller.start(workflow);
    await caller.waits(execution, '/hold');
    const off = await service.post(`${V}/plugins/harmonia/disable`);
    expect(off.status).toBe(200);
    await service.post(`${V}/executions/${execution}/approvals`, { step: '/hold', approved: true });
    await caller.ended(execution);
    const [cause] = await diagnose(execution);
    await service.post(`${V}/plugins/harmonia/enable`);
    expect(cause).toMatchObject({ code: 'task_type_unknown', step: '/then' });
    expect(texts(cause as Cause)).toMatch(/harmonia plugin list/);
  });

  test('an event that never came', async () => {
    const { causes } = await failed({ paid: { event: { name: 'order.paid', within: 0.05 } } });
    expect(causes).toMatchObject([{ code: 'timeout', step: '/paid' }]);
    expect(causes[0]?.text).toMatch(/^The event did not come in time \(order\.paid\)/);
    expect(causes[0]?.fixes).toContainEqual(
      expect.objectContaining({ is: 'advice', pointer: '/tasks/paid/event/within' }),
    );
  });

  test('one item of a map', async () => {
    const { causes } = await failed(
      {
        each: {
          map: { over: '${input.rows}', as: 'row' },
          tasks: { check: { type: 'core/fail', when: '${row == 2}', input: { code: 'odd', message: 'no even ones' } } },
        },
      },
      {},
      { rows: [1, 2, 3] },
    );
    expect(causes).toMatchObject([{ code: 'odd', step: '/each[1]/check' }]);
    expect(texts(causes[0] as Cause)).toContain(`'/each[1]/check'`);
  });

  test('a sub-workflow: the way to its own diagnosis', async () => {
    await service.workflow({
      name: 'inner',
      tasks: { deep: { type: 'core/fail', input: { code: 'sold_out', message: 'nothing left' } } },
    });
    const { causes } = await failed({ child: { workflow: { name: 'inner' } } });
    expect(causes).toMatchObject([{ code: 'sold_out', step: '/child' }]);
    const link = causes[0]?.fixes[0];
    expect(link?.command).toMatch(/^harmonia diagnose [0-9a-f-]{36}$/);
    const inner = await service.post(link?.request?.path ?? '', link?.request?.body);
    expect(inner.body.data).toMatchObject({ causes: [{ code: 'sold_out', step: '/deep' }] });
  });
});

describe('what stands', () => {
  test('a budget that is used up: the request that allows more is taken', async () => {
    const workflow = await keep(
      { a: { type: 'core/delay', input: { seconds: 0.2 } }, b: { type: 'core/noop', depends_on: ['a'] } },
      { budget: { seconds: 0.05, by: ['ops'] } },
    );
    const execution = await caller.start(workflow);
    await eventually(
      () => caller.read(execution),
      ({ status }) => status === 'paused',
    );
    const [cause] = await diagnose(execution);
    expect(cause).toMatchObject({
      code: 'budget_exhausted',
      step: null,
      text: expect.stringMatching(/seconds [\d.]+ of 0\.05/) as unknown,
    });
    const [raise] = cause?.fixes ?? [];
    expect(raise).toMatchObject({
      is: 'request',
      request: { body: { by: 'ops' } },
      command: expect.stringMatching(/resume \S+ --raise seconds=[\d.]+ --by ops$/) as unknown,
    });
    expect(await diagnose(execution)).toEqual([cause]);
    expect(
      (await service.post(raise?.request?.path ?? '', { ...raise?.request?.body, budget: { seconds: 60 } })).status,
    ).toBe(200);
    await caller.ended(execution);
  });

  test('an approval, and the request that gives it', async () => {
    const execution = await caller.start(await keep({ ok: { approval: { by: ['ops'] } } }));
    await caller.waits(execution, '/ok');
    const causes = await diagnose(execution);
    expect(causes).toMatchObject([{ code: 'waits_for_approval', step: '/ok' }]);
    const [give] = causes[0]?.fixes ?? [];
    expect((await service.post(give?.request?.path ?? '', { ...give?.request?.body, by: 'ops' })).status).toBe(200);
    await caller.ended(execution);
    expect(await diagnose(execution)).toEqual([]);
  });

  test('somebody has paused it', async () => {
    const execution = await caller.start(await keep({ w: { wait: { seconds: 600 } } }));
    await service.post(`${V}/executions/${execution}/pause`, { reason: 'lunch' });
    const causes = await diagnose(execution);
    expect(causes[0]).toMatchObject({ code: 'paused', fixes: [{ command: `harmonia execution resume ${execution}` }] });
    await service.post(`${V}/executions/${execution}/cancel`);
  });
});
