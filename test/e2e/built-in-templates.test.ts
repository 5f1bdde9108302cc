import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Json, JsonObject } from '../../src/kernel/index.js';
import { Caller } from '../world/caller.js';
import { TestService } from '../world/service.js';

const V = '/api/v1/templates';
const COMPONENTS = ['ENGRAM', 'RHETOR', 'ERGON', 'SYNTHESIS', 'ATHENA'];

/** Components that speak as the real ones do, and a web server with a page that is there and one that is not. */
let double: Server;
let base: string;
let service: TestService;
/** What Synthesis says of each run of the tests from now on; then they pass. */
const verdicts: string[] = [];
const asked: { path: string; params: JsonObject }[] = [];
const caller = new Caller(() => service);

/** The real calls, and what they answer; whoever calls anything else asks for something that is not there. */
const CALLS: Readonly<Record<string, () => JsonObject>> = {
  '/api/v1/generate': () => ({ response: 'so be it', model: 'm', usage: {} }),
  '/api/v1/memory': () => ({ id: 'm-1', status: 'success' }),
  '/api/v1/search': () => ({ results: [{ content: 'done before' }], count: 1 }),
  '/api/v1/query/': () => ({ answer: 'nothing is known' }),
  '/api/v1/agents/coder/run': () => ({ role: 'assistant', content: 'changed', timestamp: 'now' }),
  '/api/v1/executions': () => ({
    ...{ execution_id: 'e-1', status: verdicts.shift() ?? 'completed', message: 'ran', errors: ['1 of 3'] },
  }),
};

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
      const path = request.url ?? '';
      const answer = CALLS[path];
      if (answer) asked.push({ path, params: JSON.parse(text) as JsonObject });
      else response.statusCode = 404;
      response.end(JSON.stringify(answer?.() ?? {}));
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
  const pathsOf = (from: number): string[] => asked.slice(from).map(({ path }) => path.replace('/api/v1/', ''));
  const TEST = 'executions';
  const WORK = 'agents/coder/run';

  test('Feature Development', async () => {
    const from = asked.length;
    const values = { feature_name: 'Dark "mode"', requirements: 'Be ${dark}', agent: 'coder', approvers: ['ops'] };
    const execution = await caller.start(await make('Feature Development', values));
    await answer(execution, '/agree', true);
    expect(await caller.ended(execution)).toMatchObject({
      status: 'completed',
      output: { built: true, review: 'so be it' },
    });
    expect(pathsOf(from)).toEqual(['search', 'generate', WORK, TEST, 'generate', 'memory']);
    const [search, design, build, run] = asked.slice(from).map(({ params }) => params);
    expect(search).toEqual({ query: 'Dark "mode": Be ${dark}', namespace: 'development', limit: 5 });
    expect(design?.prompt).toContain('done before');
    expect(build?.content).toContain('by this design: so be it');
    expect(run).toMatchObject({
      plan: { steps: [{ parameters: { command: 'npm test' } }] },
      wait_for_completion: true,
    });
  });

  test('Feature Development is not built without a yes, and not when its tests fail', async () => {
    const from = asked.length;
    const values = { feature_name: 'x', requirements: 'y', agent: 'coder' };
    const execution = await caller.start(await make('Feature Development', values));
    await answer(execution, '/agree', false);
    expect(await caller.ended(execution)).toMatchObject({ status: 'completed', output: { built: false } });
    expect(pathsOf(from)).toEqual(['search', 'generate']);
    verdicts.push('failed');
    const bad = await caller.start(await make('Feature Development', values));
    await answer(bad, '/agree', true);
    expect(await caller.ended(bad)).toMatchObject({ status: 'failed', error: { code: 'step_failed' } });
    expect(pathsOf(from).slice(2)).toEqual(['search', 'generate', WORK, TEST]);
  });

  test('Bug Fix tries until the tests pass; a critical one asks nobody', async () => {
    const values = { bug_report: 'it burns', reproduction_steps: 'light it', agent: 'coder' };
    const urgent = await service.complete(await make('Bug Fix', { ...values, priority: 'critical' }));
    expect(urgent).toMatchObject({ status: 'completed', output: { fixed: true } });
    const from = asked.length;
    verdicts.push('failed', 'failed');
    const execution = await caller.start(await make('Bug Fix', values));
    await answer(execution, '/agree', true);
    expect(await caller.ended(execution)).toMatchObject({
      status: 'completed',
      output: { fixed: true, evidence: { status: 'completed' } },
    });
    expect(pathsOf(from)).toEqual(['query/', 'generate', WORK, TEST, WORK, TEST, WORK, TEST]);
    expect(asked[from + 4]?.params.content).toContain('npm test: [\\"1 of 3\\"]');
    verdicts.push('failed', 'failed');
    const hopeless = await caller.start(await make('Bug Fix', { ...values, priority: 'critical', fix_attempts: 2 }));
    expect(await caller.ended(hopeless)).toMatchObject({ status: 'failed' });
  });

  test('Code Refactoring is undone when it does not pass, and not begun when nothing passed before', async () => {
    const values = { code_location: 'src', refactoring_goals: 'shorter', agent: 'coder', test_command: 'make check' };
    const good = await caller.start(await make('Code Refactoring', values));
    await answer(good, '/agree', true);
    expect(await caller.ended(good)).toMatchObject({ status: 'completed' });
    const from = asked.length;
    verdicts.push('completed', 'failed');
    const bad = await caller.start(await make('Code Refactoring', values));
    await answer(bad, '/agree', true);
    expect(await caller.ended(bad)).toMatchObject({
      status: 'completed',
      output: { result: { undone: { reverted: true } } },
    });
    expect(pathsOf(from)).toEqual([TEST, 'generate', WORK, TEST, WORK]);
    expect(asked.at(-1)?.params.content).toBe('Take back what you did in src: changed');
    verdicts.push('failed');
    const broken = await caller.start(await make('Code Refactoring', values));
    expect(await caller.ended(broken)).toMatchObject({ status: 'failed', error: { code: 'step_failed' } });
  });
});
