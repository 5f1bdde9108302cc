import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Json, JsonObject } from '../../src/kernel/index.js';
import { Caller } from '../world/caller.js';
import { TestService } from '../world/service.js';

const V = '/api/v1/templates';
const COMPONENTS = ['ENGRAM', 'RHETOR', 'ERGON', 'SYNTHESIS', 'ATHENA', 'SOPHIA'];

/** A component that speaks the real protocol, and a web server with a page that is there and one that is not. */
let double: Server;
let base: string;
let service: TestService;
let failing: string | undefined;
const asked: { action: string; params: JsonObject }[] = [];
const caller = new Caller(() => service);

/** The real calls of some actions; the others come by the platform's own protocol. */
const CALLS: Readonly<Record<string, string>> = {
  '/api/v1/generate': 'generate_text',
  '/api/v1/memory': 'store_memory',
  '/api/v1/search': 'search_memories',
  '/api/v1/query/': 'query_knowledge',
};
const actionOf = (url: string, { action }: JsonObject): string => CALLS[url] ?? String(action);

beforeAll(async () => {
  double = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk: Buffer) => (text += chunk.toString('utf8')));
    request.on('end', () => {
      response.setHeader('content-type', 'application/json');
      if (request.method === 'GET') {
        response.statusCode = request.url === '/page' ? 200 : 404;
        response.end('{}');
        return;
      }
      const body = JSON.parse(text) as JsonObject;
      const action = actionOf(request.url ?? '', body);
      asked.push({ action, params: body });
      if (action === failing) response.statusCode = 422;
      response.end(JSON.stringify({ status: 'success', data: { action } }));
    });
  });
  double.listen(0, '127.0.0.1');
  await once(double, 'listening');
  const port = String((double.address() as AddressInfo).port);
  base = `http://127.0.0.1:${port}`;
  const environment: Record<string, string> = { TEKTON_HOST: '127.0.0.1', HARMONIA_HTTP_ALLOW: '127.0.0.1' };
  for (const component of COMPONENTS) environment[`${component}_PORT`] = port;
  service = await TestService.start(environment);
});
afterAll(async () => {
  await service.stop();
  double.close();
});

const idOf = async (name: string): Promise<string> => {
  const { body } = await service.get(`${V}?q=${encodeURIComponent(name)}&source=harmonia`);
  const items = body.items as unknown as { id: string; name: string }[];
  return items.find((item) => item.name === name)?.id ?? '';
};

/** The workflow that a built-in template with these values is. */
const make = async (name: string, values: JsonObject): Promise<string> => {
  const { status, body } = await service.post(`${V}/${await idOf(name)}/instantiate`, { parameter_values: values });
  if (status !== 201) throw new Error(JSON.stringify(body));
  return body.workflow_id as string;
};

const outputOf = async (name: string, values: JsonObject): Promise<Json> => {
  const execution = await service.complete(await make(name, values));
  expect(execution).toMatchObject({ status: 'completed' });
  return execution.output as Json;
};

const answer = async (execution: string, step: string, approved: boolean): Promise<void> => {
  await caller.waits(execution, step);
  const { status, body } = await caller.post(execution, 'approvals', { step, approved, by: 'ops' });
  if (status >= 300) throw new Error(JSON.stringify(body));
};

test('nine are there, in three categories', async () => {
  const { body } = await service.get(`${V}?source=harmonia&sort_by=name&sort_order=asc`);
  const items = body.items as unknown as { name: string; category: string; source: string; is_public: boolean }[];
  expect(items.map(({ name, category }) => [name, category])).toEqual([
    ['Ask Before Going On', 'first steps'],
    ['Book and Undo', 'first steps'],
    ['Bug Fix', 'maintenance'],
    ['Check a Web Address', 'first steps'],
    ['Code Refactoring', 'maintenance'],
    ['Feature Development', 'development'],
    ['Process a List', 'first steps'],
    ['Repeat with a Pause', 'first steps'],
    ['Run Another Workflow', 'first steps'],
  ]);
});

describe('without any component', () => {
  test('Check a Web Address', async () => {
    expect(await outputOf('Check a Web Address', { url: `${base}/page` })).toEqual({ healthy: true });
    expect(await outputOf('Check a Web Address', { url: `${base}/none`, attempts: 0 })).toEqual({ healthy: false });
    const missing = { url: `${base}/none`, expected_status: 404, attempts: 0 };
    expect(await outputOf('Check a Web Address', missing)).toEqual({ healthy: true });
  });

  test('Process a List', async () => {
    expect(await outputOf('Process a List', { items: [1, '${x}', { a: 2 }], label: 'thing', concurrency: 2 })).toEqual({
      count: 3,
      results: [1, '${x}', { a: 2 }].map((value) => ({ done: { label: 'thing', value } })),
    });
    expect(await outputOf('Process a List', {})).toMatchObject({ count: 3 });
  });

  test('Repeat with a Pause', async () => {
    expect(await outputOf('Repeat with a Pause', { times: 4, pause: 0.01 })).toEqual({ rounds: 4 });
  });

  test.each([true, false])('Ask Before Going On, and the answer is %s', async (approved) => {
    const values = { question: 'Shall we? ${x}', approvers: ['ops'] };
    const execution = await caller.start(await make('Ask Before Going On', values));
    await caller.waits(execution, '/ask');
    const { body } = await service.get('/api/v1/approvals');
    expect(JSON.stringify(body)).toContain('Shall we? ${x}');
    await answer(execution, '/ask', approved);
    expect(await caller.ended(execution)).toMatchObject({ status: 'completed', output: { approved } });
  });

  test('Book and Undo', async () => {
    const workflow = await make('Book and Undo', { traveller: 'Grace' });
    const execution = await caller.start(workflow);
    expect(await caller.ended(execution)).toMatchObject({
      status: 'completed',
      output: { trip: { stay: { booked: false, because: 'no_seat' } } },
    });
    expect((await caller.story(execution)).join('\n')).toContain('compensate');
    expect(await outputOf('Book and Undo', { seats_left: true })).toMatchObject({ trip: { booked: { booked: true } } });
  });

  test('Run Another Workflow', async () => {
    const child = await make('Process a List', { items: [1, 2] });
    const { body } = await service.get(`/api/v1/workflows/${child}`);
    const { name } = body.data as unknown as { name: string };
    expect(await outputOf('Run Another Workflow', { workflow: name })).toMatchObject({
      report: { workflow: name, gave: { count: 2 } },
    });
  });
});

describe('with components', () => {
  const actionsOf = (from: number): string[] => asked.slice(from).map(({ action }) => action);

  test('Feature Development', async () => {
    const from = asked.length;
    const values = { feature_name: 'Dark "mode"', requirements: 'Be ${dark}', approvers: ['ops'] };
    const execution = await caller.start(await make('Feature Development', values));
    await answer(execution, '/agree', true);
    expect(await caller.ended(execution)).toMatchObject({ status: 'completed', output: { built: true } });
    expect(actionsOf(from)).toEqual([
      ...['search_memories', 'generate_text', 'create_task', 'run_component_tests', 'generate_text', 'store_memory'],
    ]);
    expect(JSON.stringify(asked.slice(from))).toContain('Be ${dark}');
  });

  test('Feature Development is not built without a yes', async () => {
    const from = asked.length;
    const execution = await caller.start(await make('Feature Development', { feature_name: 'x', requirements: 'y' }));
    await answer(execution, '/agree', false);
    expect(await caller.ended(execution)).toMatchObject({ status: 'completed', output: { built: false } });
    expect(actionsOf(from)).toEqual(['search_memories', 'generate_text']);
  });

  test('Bug Fix; a critical one asks nobody', async () => {
    const values = { bug_report: 'it burns', reproduction_steps: 'light it' };
    const urgent = await service.complete(await make('Bug Fix', { ...values, priority: 'critical' }));
    expect(urgent).toMatchObject({ status: 'completed', output: { fixed: true } });
    const execution = await caller.start(await make('Bug Fix', values));
    await answer(execution, '/agree', true);
    expect(await caller.ended(execution)).toMatchObject({ status: 'completed', output: { fixed: true } });
  });

  test('Code Refactoring is undone when it does not pass', async () => {
    const values = { code_location: 'src', refactoring_goals: 'shorter' };
    const good = await caller.start(await make('Code Refactoring', values));
    await answer(good, '/agree', true);
    expect(await caller.ended(good)).toMatchObject({ status: 'completed' });
    const from = asked.length;
    failing = 'run_component_tests';
    const bad = await caller.start(await make('Code Refactoring', values));
    await answer(bad, '/agree', true);
    expect(await caller.ended(bad)).toMatchObject({
      status: 'completed',
      output: { result: { undone: { reverted: true } } },
    });
    failing = undefined;
    expect(actionsOf(from)).toContain('update_task');
  });
});
