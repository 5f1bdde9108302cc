import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { JsonObject } from '../../src/kernel/index.js';
import { TestService } from '../world/service.js';

const SECRET = 'tr0ub4dor&3 "zwölf"/+';
/** How it might stand somewhere, in a word that is unlikely otherwise. */
const TRACES = ['tr0ub4dor', 'zwölf', 'zw%C3%B6lf', Buffer.from('tr0ub4dor').toString('base64').slice(0, 11)];

let server: Server;
let port: number;
const keys: (string | undefined)[] = [];
let hangingClosed = 0;
let service: TestService;

/** Says back everything it was told, in several spellings. */
const echo = (url: string, headers: object, body: string): string =>
  JSON.stringify({
    url,
    headers,
    body,
    base64: Buffer.from(body).toString('base64'),
    nested: JSON.stringify({ body }),
  });

beforeAll(async () => {
  server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
    request.on('end', () => {
      const url = request.url ?? '';
      const key = request.headers['idempotency-key'];
      const text = echo(url, request.headers, body);
      response.setHeader('content-type', 'application/json');
      if (url.startsWith('/hang')) response.on('close', () => hangingClosed++).write('[');
      else if (url.startsWith('/flaky')) {
        keys.push(key as string | undefined);
        response.writeHead(keys.length < 3 ? 503 : 200).end(text);
      } else if (url.startsWith('/bad')) response.writeHead(422).end(text);
      else if (url.startsWith('/moved')) response.writeHead(302, { location: `/end${url.slice(6)}` }).end();
      else if (url.startsWith('/api/actions/fail')) response.end(`{"status":"error","error":${JSON.stringify(body)}}`);
      else if (url.startsWith('/api/actions/')) response.end(`{"status":"success","data":${text}}`);
      else if (url.startsWith('/raw')) response.end(`${url} ${body}`);
      else response.end(text);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  port = (server.address() as AddressInfo).port;
  service = await TestService.start({
    HARMONIA_SECRET_api: SECRET,
    HARMONIA_HTTP_ALLOW: `127.0.0.1:${port}`,
    HARMONIA_SCRIPT_ALLOW: '/bin/sh,/bin/cat',
    NUMA_PORT: String(port),
    NUMA_HOST: '127.0.0.1',
    APOLLO_PORT: '9',
    APOLLO_HOST: '127.0.0.1',
  });
});
afterAll(async () => {
  await service.stop();
  server.closeAllConnections();
  server.close();
});

const at = (path: string): string => `http://127.0.0.1:${port}${path}`;
let count = 0;
const run = async (tasks: object, more: object = {}): Promise<JsonObject> =>
  service.complete(await service.workflow({ name: `w${count++}`, tasks, ...more }));
interface Step {
  readonly output: JsonObject;
  readonly error: { readonly code: string; readonly message: string };
}
const steps = async (execution: JsonObject): Promise<Record<string, Step>> => {
  const { body } = await service.get(`/api/v1/executions/${String(execution.id)}/tasks`);
  return Object.fromEntries((body.items as unknown as (Step & { id: string })[]).map((step) => [step.id, step]));
};
const failureOf = async (execution: JsonObject): Promise<Step['error'] | undefined> =>
  (await steps(execution)).a?.error;

const AT_ONCE = { initial_delay: 0, jitter: 0 };

describe('in a workflow of the real service', () => {
  test('http/request is retried with one key until it succeeds', async () => {
    const execution = await run({
      a: { type: 'http/request', input: { url: at('/flaky'), method: 'POST' }, retry_policy: AT_ONCE },
      b: { type: 'core/value', input: { keys: '${tasks.a.output.status}' } },
    });
    expect(execution).toMatchObject({ status: 'completed', task_status: { b: { output: { keys: 200 } } } });
    expect(keys).toEqual([`${String(execution.id)}:/a:1`, keys[0], keys[0]]);
  });

  test('http/request that hangs times out, and its connection is closed; a fatal failure is not retried', async () => {
    const before = hangingClosed;
    const hanging = { type: 'http/request', input: { url: at('/hang') }, timeout: 0.2 };
    expect(await failureOf(await run({ a: hanging }))).toMatchObject({ code: 'timeout' });
    await until(() => hangingClosed > before);
    const execution = await run({ a: { type: 'http/request', input: { url: at('/bad') }, retry_policy: AT_ONCE } });
    expect(await failureOf(execution)).toMatchObject({ code: 'http_error' });
    expect((await service.get(`/api/v1/executions/${String(execution.id)}/metrics`)).body.data).toMatchObject({
      retry_counts: { a: 0 },
    });
  });

  test('http/request and script/command end when the execution is canceled', async () => {
    const before = hangingClosed;
    const workflow = await service.workflow({
      name: 'canceled',
      tasks: {
        a: { type: 'http/request', input: { url: at('/hang?canceled') } },
        b: { type: 'script/command', input: { program: '/bin/sh', args: ['-c', `sleep 98765 & wait`] } },
      },
    });
    const { body } = await service.post('/api/v1/executions', { workflow_id: workflow });
    const id = body.execution_id as string;
    await until(async () => (await processes('sleep 98765')) > 0);
    expect((await service.post(`/api/v1/executions/${id}/cancel`)).status).toBe(200);
    expect((await service.get(`/api/v1/executions/${id}`)).body.data).toMatchObject({ status: 'canceled' });
    await until(() => hangingClosed > before);
    await until(async () => (await processes('sleep 98765')) === 0);
  });

  test.each<[string, object, string]>([
    ['http/request', { url: 'http://127.0.0.1:9/' }, 'address_blocked'],
    ['http/request', { url: 'http://[::1]/' }, 'address_blocked'],
    ['http/request', { url: '${dyn(1 + 1)}' }, 'schema_mismatch'],
    ['script/command', { program: '/bin/ls' }, 'program_not_allowed'],
    ['script/command', { program: '/bin/sh', args: ['-c', 'exit 4'] }, 'program_failed'],
    ['script/command', { program: '/bin/sh', args: ['-c', 'sleep 100'], timeout: 0.1 }, 'timeout'],
    ['tekton/action', { component: 'nobody', action: 'x' }, 'component_not_found'],
    ['tekton/action', { component: 'apollo', action: 'x' }, 'component_unreachable'],
    ['tekton/action', { component: 'numa', action: 'fail' }, 'component_error'],
    ['core/fail', { code: 'mine' }, 'mine'],
    ['core/delay', { seconds: '${dyn("long")}' }, 'schema_mismatch'],
  ])('%s with %j fails the execution with %s', async (type, input, code) => {
    const execution = await run({ a: { type, input }, after: { type: 'core/noop', depends_on: ['a'] } });
    expect(execution).toMatchObject({ status: 'failed', task_statuses: { a: 'failed', after: 'skipped' } });
    expect(await failureOf(execution)).toMatchObject({ code, message: expect.stringMatching(/./) as unknown });
  });

  test('component and action of a task call the component', async () => {
    const execution = await run({ a: { component: 'numa', action: 'fix', input: { x: 1 } } });
    expect(execution).toMatchObject({ status: 'completed' });
    expect(JSON.parse((await steps(execution)).a?.output.body as string)).toMatchObject({
      action: 'fix',
      params: { x: 1 },
      context: { step: '/a', attempt: 1, idempotency_key: `${String(execution.id)}:/a:1` },
    });
  });
});

/** Processes of this machine with that command line. */
const processes = async (command: string): Promise<number> => {
  const lines = await Promise.all(
    (await readdir('/proc'))
      .filter((name) => /^\d+$/.test(name))
      .map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')),
  );
  return lines.filter((line) => line.replaceAll('\u0000', ' ').trim() === command).length;
};
const until = async (condition: () => boolean | Promise<boolean>): Promise<void> => {
  while (!(await condition())) await new Promise((resolve) => setImmediate(resolve));
};

test('a secret is in no byte of the data directory, no answer and no log, however a task ended (E7)', async () => {
  const secret = '${secrets.api}';
  const say = `cat; echo "$S" >&2; printf %s "$S" | base64`;
  const sh = (script: string, more: object = {}): object => ({
    type: 'script/command',
    input: { program: '/bin/sh', args: ['-c', script], env: { S: secret }, stdin: `in ${secret} ${secret}`, ...more },
    on_error: 'continue',
  });
  const http = (path: string, more: object = {}): object => ({
    type: 'http/request',
    input: {
      url: at(path),
      method: 'POST',
      query: { q: secret },
      headers: { 'x-key': secret },
      body: { secret },
      ...more,
    },
    on_error: 'continue',
  });
  const execution = await run({
    echoed: http('/echo'),
    raw: http('/raw', { response: 'base64' }),
    moved: http('/moved', { method: 'GET', body: secret }),
    refused: http('/bad'),
    login: {
      type: 'http/request',
      input: { url: at('/bad'), headers: { authorization: `Basic ${secret}` } },
      on_error: 'continue',
    },
    no_url: { type: 'http/request', input: { url: `${secret}` }, on_error: 'continue' },
    late: { ...http('/hang'), timeout: 0.2 },
    said: sh(say),
    failed: sh(`${say}; exit 3`),
    stopped: sh(`${say}; sleep 100`, { timeout: 0.2 }),
    missing: { type: 'script/command', input: { program: secret }, on_error: 'continue' },
    called: { component: 'numa', action: 'fix', input: { deep: [{ secret }] } },
    complained: { component: 'numa', action: 'fail', input: { secret }, on_error: 'continue' },
    nobody: { type: 'tekton/action', input: { component: secret, action: secret }, on_error: 'continue' },
    value: { type: 'core/value', input: { secret, text: `a ${secret} b` } },
    log: { type: 'core/log', input: { message: `it is ${secret}`, level: 'warn' } },
    thrown: { type: 'core/fail', input: { message: secret, code: secret }, on_error: 'continue' },
    mismatch: { type: 'core/delay', input: { seconds: secret }, on_error: 'continue' },
    later: { type: 'core/value', input: { copy: '${tasks.echoed.output}' } },
  });
  expect(execution.task_statuses).toMatchObject({
    echoed: 'completed',
    said: 'completed',
    failed: 'failed',
    late: 'failed',
  });
  expect((await steps(execution)).value?.output).toEqual({ secret: '***', text: 'a *** b' });

  const id = String(execution.id);
  await service.post(`/api/v1/executions/${id}/checkpoint`, { name: 'c' });
  const pages = ['', '/tasks', '/logs', '/events', '/timeline', '/metrics', '/checkpoints'];
  const answers = await Promise.all(pages.map((page) => service.get(`/api/v1/executions/${id}${page}`)));
  const shown = JSON.stringify(answers.map(({ body }) => body));
  expect(shown.includes('it is ***')).toBe(true);
  for (const trace of TRACES) expect([trace, shown.includes(trace)]).toEqual([trace, false]);

  await service.stop(true);
  const files = await readdir(service.directory, { recursive: true, withFileTypes: true });
  const bytes = await Promise.all(
    files.filter((file) => file.isFile()).map((file) => readFile(join(file.parentPath, file.name))),
  );
  const stored = Buffer.concat(bytes);
  expect(stored.includes('it is ***')).toBe(true);
  for (const trace of TRACES) expect([trace, stored.includes(trace)]).toEqual([trace, false]);
  await rm(service.directory, { recursive: true });
  service = await TestService.start();
});
