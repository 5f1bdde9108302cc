import { afterEach, describe, expect, test } from '@jest/globals';
import type { Socket } from 'node:net';
import { action } from '../../plugins/tekton-component/src/action.js';
import { componentBases, createComponentService } from '../../src/integration/index.js';
import type { Json } from '../../src/plugin/contract/index.js';
import { runTask, type TaskRun } from '../../src/plugin/testing/index.js';
import { RawServer } from '../world/raw-server.js';

const servers: RawServer[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.stop();
});
const component = async (answer: string | ((socket: Socket) => void)): Promise<RawServer> => {
  const server = await RawServer.start(typeof answer === 'string' ? (socket) => socket.end(answer) : answer);
  servers.push(server);
  return server;
};
const call = async (port: number | string, more: { action?: string; signal?: AbortSignal } = {}) => {
  const baseOf = componentBases({ NUMA_PORT: String(port), NUMA_HOST: '127.0.0.1' });
  const run = await runTask(
    action,
    { component: 'numa', action: more.action ?? 'fix' },
    { services: { components: createComponentService({ baseOf }) }, ...(more.signal && { signal: more.signal }) },
  );
  return run.outcome;
};
const answered = async (body: string | Json, head = '200 OK'): Promise<TaskRun['outcome']> => {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return call((await component(`HTTP/1.1 ${head}\r\nconnection: close\r\n\r\n${text}`)).port);
};

describe('the address of a component', () => {
  const baseOf = (environment: Record<string, string>, name = 'numa'): string | undefined =>
    componentBases(environment)(name);

  test.each<[Record<string, string>, string | undefined]>([
    [{ NUMA_PORT: '8016' }, 'http://localhost:8016'],
    [{ NUMA_PORT: '1' }, 'http://localhost:1'],
    [{ NUMA_PORT: '65535' }, 'http://localhost:65535'],
    [{ NUMA_PORT: '0' }, undefined],
    [{ NUMA_PORT: '65536' }, undefined],
    [{ NUMA_PORT: '99999' }, undefined],
    [{ NUMA_PORT: '-1' }, undefined],
    [{ NUMA_PORT: '80/x' }, undefined],
    [{ NUMA_PORT: '' }, undefined],
    [{ NUMA_PORT: '80', TEKTON_HOST: 'tekton' }, 'http://tekton:80'],
    [{ NUMA_PORT: '80', TEKTON_HOST: 'tekton', NUMA_HOST: 'numa' }, 'http://numa:80'],
    [{ NUMA_PORT: '80', NUMA_HOST: '::1' }, 'http://[::1]:80'],
    [{ NUMA_PORT: '80', NUMA_HOST: '[fd00::1]' }, 'http://[fd00::1]:80'],
    [{ NUMA_PORT: '80', NUMA_HOST: 'me:pass@host' }, undefined],
    [{ NUMA_PORT: '80', NUMA_HOST: 'host/path?x=' }, undefined],
    [{ NUMA_PORT: '80', NUMA_HOST: 'host#' }, undefined],
    [{ NUMA_PORT: '80', NUMA_HOST: 'a b' }, undefined],
    [{ NUMA_PORT: '80', NUMA_HOST: 'host:90' }, undefined],
  ])('%j → %s', (environment, base) => expect(baseOf(environment)).toBe(base));

  test('of an odd name is unknown, whatever is in the name', () => {
    for (const name of ['../', 'A=B', '', '__proto__', 'constructor', 'NUMA_PORT\u0000', 'é', 'a'.repeat(10_000)])
      expect(baseOf({ NUMA_PORT: '80' }, name)).toBeUndefined();
    expect(baseOf({ A_B_PORT: '80' }, 'A=B')).toBe('http://localhost:80');
  });

  test('that is nobody’s fails with its cure', async () => {
    expect(await call('99999')).toMatchObject({
      failure: { kind: 'fatal', code: 'component_not_found', message: expect.stringContaining('NUMA_PORT') as never },
    });
  });
});

describe('what a component answers', () => {
  test.each<[string, string | Json, Json]>([
    ['data', { status: 'success', data: { a: 1 } }, { a: 1 }],
    ['a result', { status: 'success', result: [1] }, [1]],
    ['data that are null', { status: 'success', data: null }, null],
    ['success and nothing below it', { status: 'success', id: 5 }, { status: 'success', id: 5 }],
    ['no protocol', { status: 'open', id: 5 }, { status: 'open', id: 5 }],
    ['a list', [1, 2], [1, 2]],
    ['nothing', '', null],
    ['a key __proto__', '{"__proto__":{"a":1}}', JSON.parse('{"__proto__":{"a":1}}') as Json],
  ])('%s', async (_name, body, output) => expect(await answered(body)).toEqual({ is: 'completed', output }));

  test.each<[string, string | Json, string, object]>([
    ['an error', { status: 'error', error: 'no' }, '200 OK', { kind: 'transient' }],
    ['one to be retried', { status: 'error', is_retriable: true }, '200 OK', { kind: 'transient' }],
    ['one not to be retried', { status: 'error', is_retriable: false }, '200 OK', { kind: 'fatal' }],
    ['the other envelope', { success: false, message: 'no' }, '200 OK', { kind: 'transient' }],
    [
      'an error that is an object, with a type',
      { status: 'error', error: { a: 1 }, error_type: 'Bad' },
      '200 OK',
      { message: expect.stringContaining('{"a":1}') as never, details: { error_type: 'Bad' } },
    ],
    ['no JSON', '<html>', '200 OK', { kind: 'fatal', message: expect.stringContaining('no JSON') as never }],
    ['half of JSON', '{"status":"success","da', '200 OK', { kind: 'fatal' }],
    ['a redirect', '', '302 Found\r\nlocation: http://127.0.0.1:1/', { kind: 'fatal', details: { status: 302 } }],
    ['400', { detail: 'bad' }, '400 Bad', { kind: 'fatal', message: expect.stringContaining('bad') as never }],
    ['500', 'oops', '500 Oops', { kind: 'transient', details: { status: 500 } }],
    ['503 for good', { status: 'error', is_retriable: false }, '503 Busy', { kind: 'fatal' }],
    [
      '404 about something',
      { status: 'error', error: 'no task 5' },
      '404 No',
      { kind: 'fatal', details: { status: 404 } },
    ],
    ['503 for a century', '', '503 Busy\r\nretry-after: Fri, 01 Jan 2100 00:00:00 GMT', { kind: 'transient' }],
  ])('%s fails the step', async (_name, body, head, failure) => {
    const outcome = await answered(body, head);
    expect(outcome).toMatchObject({ is: 'failed', failure: { code: 'component_error', ...failure } });
    expect(outcome.is === 'failed' && outcome.failure.retry_after).toBeFalsy();
  });

  test('no such action', async () => {
    expect(await answered('', '404 Not Found')).toMatchObject({ failure: { kind: 'fatal', code: 'action_not_found' } });
  });

  test.each<[string, string]>([
    ['nothing', ''],
    ['no HTTP', 'hello'],
    ['half a body', 'HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{"status":"success"'],
    ['half a chunk', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nff\r\n{'],
  ])('%s counts as not reached, with the cure', async (_name, text) => {
    expect(await call((await component(text)).port)).toMatchObject({
      failure: {
        kind: 'transient',
        code: 'component_unreachable',
        message: expect.stringContaining('NUMA_HOST') as never,
      },
    });
  });

  test('slowly, it can be aborted, and the connection is closed', async () => {
    const controller = new AbortController();
    const server = await component((socket) => {
      socket.write('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{', () => setImmediate(() => controller.abort()));
    });
    expect(await call(server.port, { signal: controller.signal })).toMatchObject({ is: 'failed' });
    await server.closed();
  });

  test('without end, it is cut off, and the connection is closed', async () => {
    const server = await component((socket) => {
      socket.write('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n');
      const more = (): void => {
        while (!socket.destroyed && socket.write(`186a0\r\n${' '.repeat(100_000)}\r\n`));
      };
      socket.on('drain', more);
      more();
    });
    expect(await call(server.port)).toMatchObject({ failure: { kind: 'fatal', code: 'response_too_large' } });
    await server.closed();
  });
});

test('the call carries the idempotency key and stays below the actions', async () => {
  const server = await component('HTTP/1.1 200 OK\r\n\r\nnull');
  expect(await call(server.port, { action: '../admin?x=1#\r\nx-injected: 1' })).toMatchObject({ is: 'completed' });
  expect(server.heard).toMatch(/^POST \/api\/actions\/\.\.%2Fadmin%3Fx%3D1%23%0D%0Ax-injected%3A%201 HTTP\/1\.1\r\n/);
  expect(server.heard).toContain('idempotency-key: execution:/task:1\r\n');
  expect(server.heard).not.toMatch(/^x-injected/m);
});

test('an action that no URL can hold is not there', async () => {
  const server = await component('HTTP/1.1 200 OK\r\n\r\nnull');
  expect(await call(server.port, { action: 'a\ud800' })).toMatchObject({
    failure: { kind: 'fatal', code: 'action_not_found' },
  });
  expect(server.heard).toBe('');
});
