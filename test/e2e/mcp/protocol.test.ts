import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { request as httpRequest } from 'node:http';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { callTool, refusedTool, runWatched } from '../../world/mcp-client.js';
import { TestService } from '../../world/service.js';

const MODES = ['auto', 'legacy'] as const;
const NOBODY = '0191f7c2-0000-7000-8000-000000000000';

let service: TestService;
let clients: Readonly<Record<(typeof MODES)[number], Client>>;

/** `auto`: of today; `legacy`: as clients of the first generation begin. */
const connect = async (mode: (typeof MODES)[number]): Promise<Client> => {
  const client = new Client({ name: 'test', version: '1.0.0' }, { versionNegotiation: { mode } });
  await client.connect(new StreamableHTTPClientTransport(new URL(`${service.url}/mcp`)));
  return client;
};

beforeAll(async () => {
  service = await TestService.start({ HARMONIA_CORS_ORIGINS: 'http://designer.test' });
  clients = { auto: await connect('auto'), legacy: await connect('legacy') };
});
afterAll(async () => {
  for (const client of Object.values(clients)) await client.close();
  await service.stop();
});

const twoTasks = (name: string, seconds = 0.01) => ({
  name,
  description: 'two tasks',
  tasks: {
    a: { type: 'core/value', input: { n: '${input.n}' } },
    b: { type: 'core/delay', input: { seconds }, depends_on: ['a'] },
  },
});

describe.each(MODES)('a client that begins as %s', (mode) => {
  test('makes a workflow, runs it, watches it and reads what came', async () => {
    const client = clients[mode];
    const { workflow, execution } = await runWatched(client, `by ${mode}`);
    const uri = `harmonia://executions/${execution}`;
    const { contents } = await client.readResource({ uri });
    expect(contents).toMatchObject([{ uri, mimeType: 'application/json' }]);
    expect((contents[0] as { text: string }).text).toContain('"status": "completed"');
    const { resources } = await client.listResources();
    expect(resources.map((resource) => resource.uri)).toEqual(
      expect.arrayContaining([uri, `harmonia://workflows/${workflow}`, 'harmonia://docs/semantics']),
    );
  });

  test('finds tools with schemas and hints, templates of addresses, and prompts', async () => {
    const client = clients[mode];
    const { tools } = await client.listTools();
    const hints = Object.fromEntries(tools.map(({ name, annotations }) => [name, annotations]));
    expect(hints).toMatchObject({
      GetWorkflowDefinition: { readOnlyHint: true, destructiveHint: false, idempotentHint: true },
      DeleteWorkflowDefinition: { readOnlyHint: false, destructiveHint: true },
      CancelWorkflowExecution: { destructiveHint: true, idempotentHint: true },
      ExecuteComponentAction: { openWorldHint: true },
    });
    expect((await client.listResourceTemplates()).resourceTemplates).toHaveLength(4);
    const { prompts } = await client.listPrompts();
    expect(prompts.map(({ name }) => name)).toEqual(['build_workflow', 'diagnose_failure', 'optimise_workflow']);
    const { messages } = await client.getPrompt({ name: 'diagnose_failure', arguments: { execution_id: NOBODY } });
    expect(messages[0]).toMatchObject({ role: 'user', content: { text: expect.stringContaining(NOBODY) } });
    await expect(client.getPrompt({ name: 'diagnose_failure' })).rejects.toMatchObject({
      data: { code: 'validation_error', details: { faults: [{ pointer: '/arguments/execution_id' }] } },
    });
  });

  test('is told what is wrong with a call, where, and what mends it', async () => {
    const client = clients[mode];
    expect(await refusedTool(client, 'GetWorkflowDefinition', { workflow_id: NOBODY })).toMatchObject({
      code: 'workflow_not_found',
      details: { cure: expect.any(String) },
    });
    const tasks = { a: { type: 'core/nothing' }, b: { type: 'core/noop', depends_on: ['c'] } };
    const refusal = await refusedTool(client, 'CreateWorkflowDefinition', { name: 'x', description: '', tasks });
    expect(refusal.details.faults?.map(({ pointer }) => pointer)).toEqual(
      expect.arrayContaining(['/tasks/a/type', '/tasks/b/depends_on/0']),
    );
    await expect(client.callTool({ name: 'NoSuchTool', arguments: {} })).rejects.toMatchObject({
      data: { code: 'tool_not_found' },
    });
    await expect(client.readResource({ uri: 'harmonia://docs/../../package' })).rejects.toMatchObject({
      data: { code: 'resource_not_found' },
    });
  });
});

test('one who waits can leave: the execution goes on', async () => {
  const client = clients.auto;
  const { workflow_id: workflow } = await callTool(client, 'CreateWorkflowDefinition', twoTasks('slow', 60));
  const given = { workflow_id: workflow, input_data: { n: 1 } };
  const { execution_id: execution } = await callTool(client, 'ExecuteWorkflow', given);
  const short = { execution_id: execution, timeout_seconds: 0 };
  expect(await callTool(client, 'WaitForWorkflowExecution', short)).toMatchObject({ ended: false, status: 'running' });
  const leaving = new AbortController();
  const waiting = client.callTool(
    { name: 'WaitForWorkflowExecution', arguments: { execution_id: execution, timeout_seconds: 600 } },
    { signal: leaving.signal, onprogress: () => leaving.abort() },
  );
  await expect(waiting).rejects.toThrow();
  const one = { execution_id: execution };
  expect(await callTool(client, 'GetWorkflowExecutionStatus', one)).toMatchObject({ status: 'running' });
  expect(await callTool(client, 'PauseWorkflowExecution', one)).toMatchObject({ status: 'paused' });
  expect(await callTool(client, 'ResumeWorkflowExecution', one)).toMatchObject({ status: 'running' });
  expect(await callTool(client, 'CancelWorkflowExecution', { ...one, confirm: true })).toMatchObject({
    status: 'cancelled',
  });
  expect(await callTool(client, 'GetExecutionEvents', { ...one, limit: 2 })).toMatchObject({
    events: [{}, {}],
    next_since: expect.any(String),
  });
});

test('who has subscribed is told of workflows that come, and of one that changes', async () => {
  const { workflow_id: workflow } = await callTool(clients.auto, 'CreateWorkflowDefinition', twoTasks('watched'));
  const uri = `harmonia://workflows/${workflow as string}`;
  const told: string[] = [];
  let heard: () => void = () => undefined;
  const both = new Promise<void>((resolve) => (heard = resolve));
  const hear = (what: string): void => {
    if (!told.includes(what)) told.push(what);
    if (told.length === 2) heard();
  };
  const client = await connect('auto');
  client.setNotificationHandler('notifications/resources/list_changed', () => hear('list'));
  client.setNotificationHandler('notifications/resources/updated', ({ params }) => hear(params.uri));
  const subscription = await client.listen({ resourcesListChanged: true, resourceSubscriptions: [uri] });
  await callTool(client, 'UpdateWorkflowDefinition', { workflow_id: workflow, description: 'other' });
  await callTool(client, 'CreateWorkflowDefinition', twoTasks('one more'));
  await both;
  expect(told.sort()).toEqual([uri, 'list'].sort());
  await subscription.close();
  await client.close();
});

/** A request with headers that `fetch` does not let anyone choose. */
const ask = (headers: Record<string, string>, body: string, path = '/mcp'): Promise<{ status: number; text: string }> =>
  new Promise((resolve, reject) => {
    const type = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' };
    const sent = httpRequest(
      { port: service.port, host: '127.0.0.1', path, method: 'POST', headers: { ...type, ...headers } },
      (response) => {
        let text = '';
        response.on('data', (chunk: Buffer) => (text += chunk.toString('utf8')));
        response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
      },
    );
    sent.on('error', reject);
    sent.end(body);
  });

const LIST = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list' });

test.each([
  [{}, 200],
  [{ host: 'localhost:8007' }, 200],
  [{ host: '[::1]:8007' }, 200],
  [{ host: 'designer.test' }, 200],
  [{ origin: 'http://designer.test' }, 200],
  [{ host: 'rebound.evil.test' }, 403],
  [{ host: '127.0.0.1.evil.test:8007' }, 403],
  [{ host: 'a b' }, 403],
  [{ origin: 'https://evil.test' }, 403],
  [{ origin: 'null' }, 403],
  [{ host: 'rebound.evil.test', origin: 'http://rebound.evil.test' }, 403],
])('headers %j: %i', async (headers, status) => {
  expect(await ask(headers, LIST)).toMatchObject({ status });
  const call = JSON.stringify({ tool_name: 'ListComponents' });
  expect(await ask(headers, call, '/mcp/process')).toMatchObject({ status });
});

test.each([
  ['not JSON', '{', 400],
  ['an empty body', '', 415],
  ['no message', '{"a":1}', 400],
  ['a key that reaches a prototype', LIST.replace('{', '{"__proto__":{},'), 400],
  ['40 MB', `{"jsonrpc":"2.0","id":1,"method":"tools/list","params":{"x":"${'a'.repeat(40 * 2 ** 20)}"}}`, 413],
])('%s is refused', async (_what, body, status) => {
  // A service that has seen enough may hang up before all is sent.
  const answer = await ask({}, body).catch((error: NodeJS.ErrnoException) => ({ status: 413, text: error.code }));
  expect(answer).toMatchObject({ status });
});

test.each(['GET', 'DELETE', 'PUT'])('%s has no session to be about', async (method) => {
  const { status } = await service.send(method, '/mcp', undefined, { accept: 'text/event-stream' });
  expect(status).toBe(405);
});
