import { describe, expect, test } from '@jest/globals';
import type { JsonObject } from '../../src/kernel/index.js';
import { planWorkflow, type PlanBasis } from '../../src/llm/assistants/plan/plan-workflow.js';
import { NO_FACTS } from '../../src/llm/optimizer/ir/index.js';
import { noHistory } from '../../src/llm/optimizer/simulate/index.js';
import { execution, historyOf, ran, skipped, UNTIL } from '../optimizer/histories.js';
import { mustCompile, task } from '../world/core-world.js';

/* What a plan says. Which tasks run is held against the engine in test/simulation/foresight. */

const HOSTS: Record<string, string[]> = { 'test/task': ['*'], 'test/retried': ['api.example.com'] };

const plan = (tasks: JsonObject, more: Partial<PlanBasis> = {}, rest: JsonObject = {}): JsonObject => {
  const compiled = mustCompile({ name: 'w', tasks, ...rest });
  const whereabouts = {
    hostsOf: (type: string) => HOSTS[type] ?? [],
    baseOf: (name: string) => (name === 'sophia' ? 'http://sophia.local:8014/' : undefined),
  };
  const basis = { compiled, history: noHistory(), whereabouts, limits: {}, facts: NO_FACTS, input: {} };
  const planned = planWorkflow({ ...basis, assume: undefined, now: UNTIL, ...more });
  if (!planned.ok) throw new Error(JSON.stringify(planned.error));
  return planned.value;
};

const hosts = (tasks: JsonObject, input: JsonObject = {}): string[] =>
  (plan(tasks, { input }).hosts as { host: string; from: string }[]).map(({ host, from }) => `${host} ${from}`);

describe('hosts', () => {
  const get = (url: string): JsonObject => task({ input: { url } });

  test('of URLs, as far as they are known', () => {
    expect(hosts({ a: get('https://a.example/${input.day}') }, { day: 'x' })).toEqual(['a.example input']);
    expect(hosts({ a: get('https://${input.host}:8443/x') }, { host: 'b.example' })).toEqual(['b.example:8443 input']);
    expect(hosts({ a: get('https://${input.host}/x') }, {})).toEqual([]);
    const reads = { ask: { type: 'core/noop' }, a: get('https://c.example/${tasks.ask.output}') };
    expect(hosts({ ...reads, b: get('https://d${tasks.ask.output}.example/') })).toEqual([
      ...['c.example input', 'd.example input'],
    ]);
  });

  test('where the host is not known before, all that the plugin may reach', () => {
    expect(
      hosts({ ask: task({ input: { url: 'https://e.example' } }), a: get('https://f${tasks.ask.output}') }),
    ).toEqual([...['* manifest', 'e.example input']]);
    expect(
      hosts({ ask: { type: 'core/noop' }, a: { type: 'test/retried', input: { path: '${input.x}' } } }, { x: 1 }),
    ).toEqual(['api.example.com manifest']);
  });

  test('of components, and of those that nobody knows', () => {
    const call = (component: string): JsonObject => ({ component, action: 'look', input: {} });
    expect(hosts({ a: call('sophia'), b: call('nobody') })).toEqual(['* component', 'sophia.local:8014 component']);
  });

  test('what can not run reaches nothing', () => {
    expect(hosts({ a: { ...get('https://a.example'), when: false } })).toEqual([]);
  });
});

test('names of credentials and secrets, never what they hold', () => {
  const planned = plan({ a: task({ input: { key: 'k ${secrets.api_key}', deep: [{ x: '${secrets.other}' }] } }) });
  expect(planned.secrets).toEqual([
    { name: 'api_key', tasks: ['/a'] },
    { name: 'other', tasks: ['/a'] },
  ]);
});

test('effects by class, and what nothing undoes', () => {
  const undone = task({ compensate: { type: 'test/task' } });
  const { effects } = plan({ a: task(), b: { type: 'core/noop' }, c: undone, d: { ...task(), when: false } });
  expect(effects).toEqual({
    ...{ pure: ['/b'], read: [], idempotent: [], write: ['/a', '/c', '/c!compensate'] },
    irreversible: ['/a'],
  });
});

test('waits on the way', () => {
  const { waits } = plan({
    ok: { approval: { by: ['ops'], within: 60 } },
    nap: { wait: { seconds: 5 }, depends_on: ['ok'] },
  });
  expect(waits).toMatchObject([
    { task: '/ok', for: 'approval', by: ['ops'], within_seconds: 60, chance: 'certain' },
    { task: '/nap', for: 'wait', seconds: 5 },
  ]);
});

describe('what it rests on', () => {
  const tasks = { a: task(), b: task({ when: '${tasks.a.output.more}' }), c: task({ when: '${input.big}' }) };

  test('without history there is no duration, and it says so', () => {
    const planned = plan(tasks);
    expect(planned.duration).toBeNull();
    expect(planned.confidence).toBeLessThanOrEqual(0.3);
    expect((planned.basis as { assumptions: string[] }).assumptions.join()).toMatch(/never seen/);
  });

  const compiled = mustCompile({ name: 'w', tasks });
  const runs = Array.from({ length: 40 }, (_, n) =>
    execution([
      ran('/a', 1000),
      n % 4 === 0 ? ran('/b', 3000) : skipped('/b', 'condition'),
      n % 2 === 0 ? ran('/c', 60_000) : skipped('/c', 'condition'),
    ]),
  );
  const history = historyOf(compiled, runs);

  test('shares come from recorded runs', () => {
    const planned = plan(tasks, { history, input: undefined as never });
    const shares = (planned.tasks as { task: string; share: number | null }[]).map((one) => [one.task, one.share]);
    expect(shares).toEqual([
      ['/a', null],
      ['/b', 0.25],
      ['/c', 0.5],
    ]);
    expect(planned.basis).toMatchObject({ executions: 40, window_days: 30 });
  });

  test('what the input decides is not left to chance', () => {
    const p95 = (input: JsonObject): number =>
      (plan(tasks, { history, input }).duration as { p95_seconds: number }).p95_seconds;
    expect(p95({ big: false })).toBeLessThan(10);
    expect(p95({ big: true })).toBeGreaterThan(50);
    const p50 = (plan(tasks, { history, input: { big: true } }).duration as { p50_seconds: number }).p50_seconds;
    expect(p50).toBeGreaterThan(50);
  });
});

test('results can be assumed', () => {
  const tasks = { a: task(), b: task({ when: '${tasks.a.output.more}' }), c: task({ depends_on: ['a'] }) };
  const chances = (assume: PlanBasis['assume']): string[] =>
    (plan(tasks, { assume }).tasks as { chance: string }[]).map(({ chance }) => chance);
  expect(chances(undefined)).toEqual(['certain', 'possible', 'certain']);
  expect(chances({ '/a': { output: { more: true } } })).toEqual(['certain', 'certain', 'certain']);
  expect(chances({ '/a': { failure: { code: 'gone' } } })).toEqual(['certain', 'impossible', 'impossible']);
});

test('core tasks that pass on what they are given are known', () => {
  const tasks = { a: { type: 'core/noop' }, b: task({ when: '${tasks.a.output == null}' }) };
  expect((plan(tasks).tasks as { chance: string }[]).map(({ chance }) => chance)).toEqual(['certain', 'certain']);
});
