import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { action } from '../../../plugins/tekton-component/src/action.js';
import { componentBases, createComponentService } from '../../../src/integration/index.js';
import type { Json, JsonObject } from '../../../src/kernel/index.js';
import { runTask, type TaskRun } from '../../../src/plugin/testing/index.js';
import { TestService } from '../../world/service.js';

interface Heard {
  readonly call: string;
  readonly body: Json;
  readonly key: string | undefined;
}

let server: Server;
let hermes: Server;
const heard: Heard[] = [];
const atHermes: Heard[] = [];
/** Answers by call, such as `GET /api/x`; others are 404, as the frameworks of the components say it. */
let answers: Record<string, Json> = {};
let tools: Json = [];

const listen = async (into: Heard[], answerOf: (call: string) => Json | undefined): Promise<Server> => {
  const listener = createServer((request, response) => {
    let text = '';
    request.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
    request.on('end', () => {
      const call = `${request.method} ${request.url}`;
      const key = request.headers['idempotency-key'] as string | undefined;
      into.push({ call, body: text === '' ? null : (JSON.parse(text) as Json), key });
      const answer = answerOf(call);
      response.writeHead(answer === undefined ? 404 : 200, { 'content-type': 'application/json' });
      response.end(JSON.stringify(answer ?? { detail: 'Not Found' }));
    });
  });
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  return listener;
};
const portOf = (one: Server): string => String((one.address() as AddressInfo).port);

beforeAll(async () => {
  server = await listen(heard, (call) => (Object.hasOwn(answers, call) ? answers[call] : undefined));
  hermes = await listen(atHermes, (call) => {
    if (call === 'GET /api/mcp/v2/tools') return tools;
    return call === 'POST /api/mcp/v2/tools/t1/execute'
      ? { success: true, tool_id: 't1', result: { done: 1 } }
      : undefined;
  });
});
beforeEach(() => {
  heard.length = 0;
  atHermes.length = 0;
  answers = {};
  tools = [];
});
afterAll(() => {
  server.close();
  hermes.close();
});

const NAMES = ['RHETOR', 'ENGRAM', 'ATHENA', 'ERGON', 'METIS', 'SYNTHESIS', 'TELOS', 'NUMA', 'APOLLO'];
const environment = (): Record<string, string> => ({
  TEKTON_HOST: '127.0.0.1',
  HERMES_PORT: portOf(hermes),
  ...Object.fromEntries(NAMES.map((name) => [`${name}_PORT`, portOf(server)])),
});
const call = (component: string, name: string, params: JsonObject = {}): Promise<TaskRun> =>
  runTask(
    action,
    { component, action: name, params },
    { services: { components: createComponentService({ baseOf: componentBases(environment()) }) } },
  );
const failureOf = ({ outcome }: TaskRun): object => (outcome.is === 'failed' ? outcome.failure : {});

describe('an action that the table knows', () => {
  test.each<[string, string, JsonObject, string, Json]>([
    [
      'rhetor',
      'generate_text',
      { prompt: 'Hi', max_tokens: 5 },
      'POST /api/v1/generate',
      { component: 'harmonia', capability: 'generate_text', prompt: 'Hi', max_tokens: 5 },
    ],
    [
      'rhetor',
      'summarize_text',
      { text: 'long', model: 'm' },
      'POST /api/v1/generate',
      {
        component: 'harmonia',
        capability: 'summarize_text',
        prompt: 'Summarise the following text.\n\nlong',
        model: 'm',
      },
    ],
    ['rhetor', 'chat', { messages: [] }, 'POST /api/v1/chat', { messages: [] }],
    [
      'engram',
      'store_memory',
      { content: 'c', namespace: 'n' },
      'POST /api/v1/memory',
      { content: 'c', namespace: 'n' },
    ],
    [
      'engram',
      'retrieve_memory',
      { id: 'a/b?c', namespace: 'n 1' },
      'GET /api/v1/memory/a%2Fb%3Fc?namespace=n+1',
      null,
    ],
    ['engram', 'search_memories', { query: 'q', limit: 3 }, 'POST /api/v1/search', { query: 'q', limit: 3 }],
    ['athena', 'update_entity', { entity_id: 7, name: 'x' }, 'PUT /api/v1/entities/7', { name: 'x' }],
    ['Athena', 'query_knowledge', { question: 'q' }, 'POST /api/v1/query/', { question: 'q' }],
    ['ergon', 'run_agent', { agent_id: 'a', content: 'go' }, 'POST /api/v1/agents/a/run', { content: 'go' }],
    ['metis', 'decompose_task', { task_id: 't', depth: 2 }, 'POST /api/v1/tasks/t/decompose', { depth: 2 }],
    ['synthesis', 'execute_plan', { plan: {} }, 'POST /api/v1/executions', { plan: {} }],
    ['telos', 'list_projects', {}, 'GET /api/v1/projects', null],
    ['numa', 'companion_chat', { message: 'm' }, 'POST /api/companion-chat', { message: 'm' }],
    ['apollo', 'send_message', { message: 'm' }, 'POST /api/message', { message: 'm' }],
  ])('%s %s', async (component, name, params, expected, body) => {
    answers = { [expected]: { id: 'x', status: 'success', data: { ok: true } } };
    expect((await call(component, name, params)).outcome).toEqual({ is: 'completed', output: { ok: true } });
    const key = expected.startsWith('GET') ? undefined : 'execution:/task:1';
    expect(heard).toEqual([{ call: expected, body, key }]);
    expect(atHermes).toEqual([]);
  });

  test('whose thing is not there fails with what the component says, and nowhere else is asked', async () => {
    expect(failureOf(await call('engram', 'retrieve_memory', { id: 'x' }))).toMatchObject({
      kind: 'fatal',
      code: 'component_error',
      details: { status: 404 },
    });
    expect([heard.length, atHermes.length]).toEqual([1, 0]);
  });

  test.each<[string, JsonObject]>([
    ['none', {}],
    ['an empty one', { id: '' }],
    ['one that leads up', { id: '..' }],
    ['an object', { id: { a: 1 } }],
    ['half a character', { id: 'a\ud800' }],
  ])('a param of its path that is %s is refused, and nothing is called', async (_what, params) => {
    expect(failureOf(await call('engram', 'retrieve_memory', params))).toMatchObject({
      kind: 'fatal',
      code: 'schema_mismatch',
      message: expect.stringContaining('"id"') as unknown,
    });
    expect(heard).toEqual([]);
  });

  test('names of prototypes are none of the table', async () => {
    for (const name of ['constructor', '__proto__', 'toString'])
      expect(failureOf(await call('rhetor', name))).toMatchObject({ code: 'action_not_found' });
  });
});

describe('an action that the table does not know', () => {
  test('is a generic one, where the component has it', async () => {
    answers = { 'POST /api/actions/fix': { status: 'success', data: 1 } };
    expect((await call('engram', 'fix', { a: 1 })).outcome).toEqual({ is: 'completed', output: 1 });
    expect(heard[0]?.body).toMatchObject({ action: 'fix', params: { a: 1 } });
    expect(atHermes).toEqual([]);
  });

  test.each<[string, JsonObject]>([
    ['component.action', { id: 't1', name: 'ergon.create_task' }],
    ['component_Action', { id: 't1', name: 'ergon_CreateTask' }],
    ['its component in the metadata', { id: 't1', name: 'CreateTask', metadata: { component: 'ergon' } }],
  ])('is a tool of Hermes, by the name %s', async (_how, tool) => {
    tools = [{ id: 't0', name: 'CreateTask', metadata: { component: 'metis' } }, tool];
    expect((await call('ergon', 'create_task', { a: 1 })).outcome).toEqual({ is: 'completed', output: { done: 1 } });
    expect(atHermes.at(-1)).toMatchObject({
      call: 'POST /api/mcp/v2/tools/t1/execute',
      body: { parameters: { a: 1 }, context: { step: '/task' } },
      key: 'execution:/task:1',
    });
  });

  test('is called at the component itself where Hermes knows only its address', async () => {
    tools = [{ id: 't1', name: 'ergon.create_task', endpoint: `http://127.0.0.1:${portOf(server)}/tools/create` }];
    answers = { 'POST /tools/create': { success: true, result: 'made' } };
    expect((await call('ergon', 'create_task')).outcome).toEqual({ is: 'completed', output: 'made' });
    expect(atHermes.map(({ call: one }) => one)).toEqual(['GET /api/mcp/v2/tools']);
  });

  test('is looked for in the list that was last seen, where there is one: nobody waits for Hermes', async () => {
    const seen: Json[] = [{ id: 't1', name: 'ergon.create_task' }];
    const components = createComponentService({ baseOf: componentBases(environment()), hermesTools: () => seen });
    const ask = (): Promise<TaskRun> =>
      runTask(action, { component: 'ergon', action: 'create_task', params: {} }, { services: { components } });
    expect((await ask()).outcome).toEqual({ is: 'completed', output: { done: 1 } });
    seen.length = 0;
    expect(failureOf(await ask())).toMatchObject({ kind: 'fatal', code: 'action_not_found' });
    expect(atHermes.map(({ call: one }) => one)).toEqual(['POST /api/mcp/v2/tools/t1/execute']);
  });

  test.each<[string, Json]>([
    ['no tools', []],
    ['no list', { tools: [] }],
    ['tools of others', [{ id: 't1', name: 'metis.create_task' }, null, 5]],
    ['an address of a stranger', [{ id: 't1', name: 'ergon.create_task', endpoint: 'http://169.254.169.254/' }]],
    ['an id that leads up', [{ id: '..', name: 'ergon.create_task' }]],
  ])('is not there when Hermes lists %s: nothing is made up', async (_what, list) => {
    tools = list;
    expect(failureOf(await call('ergon', 'create_task'))).toMatchObject({ kind: 'fatal', code: 'action_not_found' });
  });
});

test('in a workflow of the real service', async () => {
  const service = await TestService.start(environment());
  answers = { 'POST /api/v1/memory': { id: 'm1', status: 'stored' } };
  try {
    const workflow = await service.workflow({
      name: 'remember',
      tasks: { keep: { component: 'engram', action: 'store_memory', input: { content: '${input.what}' } } },
    });
    expect(await service.complete(workflow, { what: 'this' })).toMatchObject({
      status: 'completed',
      task_status: { keep: { output: { id: 'm1' } } },
    });
    expect(heard.at(-1)?.body).toEqual({ content: 'this' });
  } finally {
    await service.stop();
  }
});
