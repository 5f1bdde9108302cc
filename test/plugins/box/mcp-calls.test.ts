import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { existsSync } from 'node:fs';
import plugin from '../../../plugins/mcp-tool/src/index.js';
import type { Json, JsonObject, Task } from '../../../src/plugin/contract/index.js';
import { runTask, type TaskRun, type TaskSurroundings } from '../../../src/plugin/testing/index.js';
import { GuardedHttp } from '../../../src/integration/index.js';
import { McpHttpServer, STDIO_SERVER } from '../../world/mcp-server.js';
import { TestService } from '../../world/service.js';

const taskOf = (id: string): Task => plugin.tasks.find((task) => task.id === id) as Task;
const failureOf = ({ outcome }: TaskRun): object =>
  outcome.is === 'failed' ? outcome.failure : { output: outcome.output };
const outputOf = ({ outcome }: TaskRun): JsonObject => {
  if (outcome.is === 'failed') throw new Error(JSON.stringify(outcome.failure));
  return outcome.output as JsonObject;
};

const asker =
  (server: () => Json) =>
  (tool: string, given: JsonObject = {}, { timeout, ...more }: TaskSurroundings & { timeout?: number } = {}) =>
    runTask(
      taskOf('call'),
      { server: 'main', tool, arguments: given, ...(timeout !== undefined && { timeout }) },
      { config: { servers: { main: server() } }, ...more },
    );

/** Every server, whatever the way to it. */
const behaves = (server: () => Json): void => {
  const call = asker(server);

  test('a tool answers what it has structured, else its text', async () => {
    expect(outputOf(await call('add', { a: 1, b: 2 }))).toEqual({
      result: { sum: 3 },
      content: [{ type: 'text', text: '3' }],
    });
    expect(outputOf(await call('say', { words: 'ä' }))).toEqual({
      result: 'ä',
      content: [{ type: 'text', text: 'ä' }],
    });
  });

  test('tools are listed with their schemas', async () => {
    const run = await runTask(taskOf('list'), { server: 'main' }, { config: { servers: { main: server() } } });
    const tools = outputOf(run).tools as JsonObject[];
    expect(tools.find(({ name }) => name === 'add')).toMatchObject({
      description: 'does add',
      input_schema: { type: 'object', required: ['a', 'b'] },
    });
  });

  test('a tool that fails, one that throws, wrong arguments, no such tool: fatal, with the reason', async () => {
    expect(failureOf(await call('fail'))).toMatchObject({
      kind: 'fatal',
      code: 'mcp_tool_failed',
      message: expect.stringContaining('no such luck') as unknown,
      details: { content: [{ type: 'text', text: 'no such luck' }] },
    });
    expect(failureOf(await call('throw'))).toMatchObject({
      kind: 'fatal',
      code: 'mcp_tool_failed',
      message: expect.stringContaining('broken inside') as unknown,
    });
    for (const run of [call('add', { a: 'x', b: 2 }), call('add', { a: 1, b: 2, c: 3 }), call('nothing')])
      expect(failureOf(await run)).toMatchObject({
        kind: 'fatal',
        code: expect.stringMatching(/^mcp_(tool_failed|refused)$/) as unknown,
      });
  });

  test('one that hangs ends at its timeout, or by an abort; others go on', async () => {
    const hanging = call('hang', {}, { timeout: 0.3 });
    expect(outputOf(await call('add', { a: 1, b: 1 }))).toMatchObject({ result: { sum: 2 } });
    expect(failureOf(await hanging)).toMatchObject({ kind: 'transient', code: 'timeout' });
    const controller = new AbortController();
    const aborted = call('hang', {}, { signal: controller.signal });
    expect(outputOf(await call('add', { a: 1, b: 1 }))).toMatchObject({ result: { sum: 2 } });
    controller.abort();
    expect((await aborted).outcome).toMatchObject({ is: 'failed' });
    expect(outputOf(await call('add', { a: 1, b: 1 }))).toMatchObject({ result: { sum: 2 } });
  });

  test('many at once', async () => {
    const runs = await Promise.all(Array.from({ length: 20 }, (_, n) => call('add', { a: n, b: n })));
    expect(runs.map((run) => outputOf(run).result)).toEqual(Array.from({ length: 20 }, (_, n) => ({ sum: 2 * n })));
  });
};

describe.each(['today', 'yesterday'] as const)('over HTTP, a server of %s', (kind) => {
  let server: McpHttpServer;
  beforeAll(async () => {
    server = await McpHttpServer.start(kind);
  });
  beforeEach(() => {
    server.instead = undefined;
  });
  afterAll(() => server.stop());
  const settings = (): Json => ({ url: server.url, headers: { 'x-mine': 'yes' } });
  behaves(settings);
  const call = asker(settings);
  const token = { type: 'bearer' as const, token: 't0ken-s3cret' };

  test('gets the token of the credential and the headers of the settings', async () => {
    server.requests.length = 0;
    await call('add', { a: 1, b: 2 }, { credentials: { server: token } });
    for (const { headers } of server.requests)
      expect(headers).toMatchObject({ authorization: `Bearer ${token.token}`, 'x-mine': 'yes' });
    server.requests.length = 0;
    await call('add', { a: 1, b: 2 });
    for (const { headers } of server.requests) expect(headers.authorization).toBeUndefined();
  });

  test('is asked for a session once', async () => {
    await call('say', { words: 'a' });
    server.requests.length = 0;
    await call('say', { words: 'b' });
    expect(server.requests).toHaveLength(1);
  });

  test('that was started anew gets a new session, and the call is made once', async () => {
    await call('say', { words: 'a' });
    server.forget();
    server.called.length = 0;
    expect(outputOf(await call('say', { words: 'b' }))).toMatchObject({ result: 'b' });
    expect(server.called).toEqual(['say']);
  });

  test.each<[number, string, string]>([
    [401, 'fatal', 'mcp_unauthorized'],
    [403, 'fatal', 'mcp_unauthorized'],
    [400, 'fatal', 'mcp_unreachable'],
    [503, 'transient', 'mcp_unreachable'],
    [429, 'transient', 'mcp_unreachable'],
  ])('that answers %d', async (status, failureKind, code) => {
    await call('say', { words: 'a' });
    server.instead = (_request, response) => response.writeHead(status).end();
    const failure = failureOf(await call('say', { words: 'b' }, { credentials: { server: token } }));
    expect(failure).toMatchObject({ kind: failureKind, code });
    expect(JSON.stringify(failure)).not.toContain(token.token);
    server.instead = undefined;
    expect(outputOf(await call('say', { words: 'c' }))).toMatchObject({ result: 'c' });
  });

  test('that breaks off in the middle is tried again later, by a new session', async () => {
    server.instead = (_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).write('data: {"js', () => response.destroy());
    };
    expect(failureOf(await call('say', { words: 'a' }))).toMatchObject({ kind: 'transient' });
    server.instead = undefined;
    expect(outputOf(await call('say', { words: 'b' }))).toMatchObject({ result: 'b' });
  });

  test('is reached by the guarded HTTP only: a private address that is not allowed is refused', async () => {
    const outbound = new GuardedHttp({ allow: [] });
    const http = outbound.client({ hosts: ['*'], signal: new AbortController().signal });
    const run = await runTask(
      taskOf('call'),
      { server: 'guarded', tool: 'say', arguments: { words: 'a' } },
      { config: { servers: { guarded: { url: `${server.url}?guarded` } } }, http },
    );
    await outbound.close();
    expect(failureOf(run)).toMatchObject({ kind: 'fatal', code: 'address_blocked' });
  });

  test('that leads elsewhere is not followed with the token', async () => {
    const heard: (string | undefined)[] = [];
    const other = await McpHttpServer.start('today');
    other.instead = (request, response) => {
      heard.push(request.headers.authorization);
      response.writeHead(500).end();
    };
    server.instead = (_request, response) => response.writeHead(307, { location: other.url }).end();
    expect((await call('say', { words: 'a' }, { credentials: { server: token } })).outcome).toMatchObject({
      is: 'failed',
    });
    expect(heard.filter((value) => value !== undefined)).toEqual([]);
    other.stop();
  });
});

describe('by standard input and output', () => {
  const settings = (): Json => ({ command: process.execPath, args: [STDIO_SERVER, 'serve'], env: { MINE: 'yes' } });
  behaves(settings);
  const call = asker(settings);
  const pid = async (more?: TaskSurroundings): Promise<number> => Number(outputOf(await call('pid', {}, more)).result);

  test('one process serves all calls; another credential has its own', async () => {
    const first = await pid();
    expect(await Promise.all([pid(), pid(), pid()])).toEqual([first, first, first]);
    expect(await pid({ credentials: { server: { type: 'custom', fields: { API_KEY: 'k3y' } } } })).not.toBe(first);
  });

  test('it sees the variables of its settings and its credential, and none of the service', async () => {
    process.env.HARMONIA_TEST_CANARY = 'canary';
    const credentials = { server: { type: 'custom' as const, fields: { API_KEY: 'k3y-s3cret' } } };
    const variable = async (name: string): Promise<Json | undefined> =>
      outputOf(await call('environment', { name }, { credentials })).result;
    expect(await variable('MINE')).toBe('yes');
    expect(await variable('HARMONIA_TEST_CANARY')).toBe('not set');
    expect(await variable('API_KEY')).toBe('***');
    delete process.env.HARMONIA_TEST_CANARY;
  });

  test('a process that ends fails its calls for now, and the next call starts another', async () => {
    const before = await pid();
    expect(failureOf(await call('exit'))).toMatchObject({ kind: 'transient', code: 'mcp_unreachable' });
    const after = await pid();
    expect(after).not.toBe(before);
    process.kill(after, 'SIGKILL');
    while (existsSync(`/proc/${after}/exe`)) await new Promise((resolve) => setImmediate(resolve));
    const outcomes = [await call('pid'), await call('pid')].map(({ outcome }) => outcome.is);
    expect(outcomes[1]).toBe('completed');
  });

  test.each<[string, JsonObject, string, string]>([
    ['a program that is not there', { command: '/no/such/program' }, 'fatal', 'mcp_server_invalid'],
    ['a program that ends at once', { command: '/bin/true' }, 'transient', 'mcp_unreachable'],
    ['a program that speaks no MCP', { command: '/bin/echo', args: ['hello'] }, 'transient', 'mcp_unreachable'],
  ])('%s', async (_what, server, kind, code) => {
    const run = await runTask(taskOf('call'), { server: 'x', tool: 'y' }, { config: { servers: { x: server } } });
    expect(failureOf(run)).toMatchObject({ kind, code });
  });
});

test.each<[string, JsonObject, TaskSurroundings, string]>([
  ['a server that nobody named', { server: 'other' }, {}, 'mcp_server_unknown'],
  ['one of a prototype', { server: '__proto__' }, {}, 'mcp_server_unknown'],
  ['a command in the input', { server: 'main', command: '/bin/sh' }, {}, 'schema_mismatch'],
  ['a URL for a name', { server: 'http://127.0.0.1/' }, {}, 'mcp_server_unknown'],
  [
    'variables for a URL',
    { server: 'main' },
    { credentials: { server: { type: 'custom', fields: { A: 'b' } } } },
    'mcp_server_invalid',
  ],
])('refuses %s', async (_what, input, more, code) => {
  const config = { servers: { main: { url: 'https://mcp.example.com/' } } };
  expect(failureOf(await runTask(taskOf('call'), { tool: 'x', ...input }, { config, ...more }))).toMatchObject({
    kind: 'fatal',
    code,
  });
});

test('in a workflow of the real service, a tool is called', async () => {
  const server = await McpHttpServer.start('today');
  const service = await TestService.start(
    { HARMONIA_HTTP_ALLOW: '127.0.0.1' },
    { plugins: { mcp: { servers: { main: { url: server.url } } } } },
  );
  try {
    const input = { server: 'main', tool: 'add', arguments: { a: '${input.a}', b: 2 } };
    const workflow = await service.workflow({ name: 'sum', tasks: { add: { type: 'mcp/call', input } } });
    expect(await service.complete(workflow, { a: 40 })).toMatchObject({
      status: 'completed',
      task_status: { add: { output: { result: { sum: 42 } } } },
    });
  } finally {
    await service.stop();
    server.stop();
  }
});
