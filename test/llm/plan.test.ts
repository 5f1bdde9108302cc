import { describe, expect, test } from '@jest/globals';
import { HarmoniaError, type JsonObject } from '../../src/kernel/index.js';
import { planFamily, type Family, type PlanBasis } from '../../src/llm/assistants/plan/plan-workflow.js';
import { NO_FACTS } from '../../src/llm/optimizer/ir/index.js';
import { noHistory } from '../../src/llm/optimizer/simulate/index.js';
import type { RunnableDefinition } from '../../src/llm/ports/index.js';
import { execution, historyOf, ran, skipped, UNTIL } from '../optimizer/histories.js';
import { mustCompile, task } from '../world/core-world.js';

/* What a plan says. Which tasks run is held against the engine in test/simulation/foresight. */

const HOSTS: Record<string, string[]> = { 'test/task': ['*'], 'test/retried': ['api.example.com'] };

const nobody = (name: string) => Promise.reject(new HarmoniaError('workflow_not_found', { id: name }));

const tried = async (
  tasks: JsonObject,
  { definitions = { acceptedByName: nobody }, ...more }: Partial<PlanBasis & Family> = {},
  rest: JsonObject = {},
): ReturnType<typeof planFamily> => {
  const compiled = mustCompile({ name: 'w', tasks, ...rest });
  const whereabouts = {
    hostsOf: (type: string) => HOSTS[type] ?? [],
    baseOf: (name: string) => (name === 'sophia' ? 'http://sophia.local:8014/' : undefined),
  };
  const basis = { compiled, history: noHistory(), whereabouts, limits: {}, facts: NO_FACTS, input: {} };
  const family = { definition: 'w', definitions };
  return planFamily({ ...basis, assume: undefined, now: UNTIL, ...more }, family);
};

const plan = async (...about: Parameters<typeof tried>): Promise<JsonObject> => {
  const planned = await tried(...about);
  if (!planned.ok) throw new Error(JSON.stringify(planned.error));
  return planned.value;
};

const hosts = async (tasks: JsonObject, input: JsonObject = {}): Promise<string[]> =>
  ((await plan(tasks, { input })).hosts as { host: string; from: string }[]).map(({ host, from }) => `${host} ${from}`);

describe('hosts', () => {
  const get = (url: string): JsonObject => task({ input: { url } });

  test('of URLs, as far as they are known', async () => {
    expect(await hosts({ a: get('https://a.example/${input.day}') }, { day: 'x' })).toEqual(['a.example input']);
    expect(await hosts({ a: get('https://${input.host}:8443/x') }, { host: 'b.example' })).toEqual([
      'b.example:8443 input',
    ]);
    expect(await hosts({ a: get('https://${input.host}/x') }, {})).toEqual([]);
    const reads = { ask: { type: 'core/noop' }, a: get('https://c.example/${tasks.ask.output}') };
    expect(await hosts({ ...reads, b: get('https://d${tasks.ask.output}.example/') })).toEqual([
      ...['c.example input', 'd.example input'],
    ]);
  });

  test('where the host is not known before, all that the plugin may reach', async () => {
    expect(
      await hosts({ ask: task({ input: { url: 'https://e.example' } }), a: get('https://f${tasks.ask.output}') }),
    ).toEqual([...['* manifest', 'e.example input']]);
    expect(
      await hosts({ ask: { type: 'core/noop' }, a: { type: 'test/retried', input: { path: '${input.x}' } } }, { x: 1 }),
    ).toEqual(['api.example.com manifest']);
  });

  test('of components, and of those that nobody knows', async () => {
    const call = (component: string): JsonObject => ({ component, action: 'look', input: {} });
    expect(await hosts({ a: call('sophia'), b: call('nobody') })).toEqual([
      '* component',
      'sophia.local:8014 component',
    ]);
  });

  test('what can not run reaches nothing', async () => {
    expect(await hosts({ a: { ...get('https://a.example'), when: false } })).toEqual([]);
  });
});

test('names of credentials and secrets, never what they hold', async () => {
  const planned = await plan({
    a: task({ input: { key: 'k ${secrets.api_key}', deep: [{ x: '${secrets.other}' }] } }),
  });
  expect(planned.secrets).toEqual([
    { name: 'api_key', tasks: ['/a'] },
    { name: 'other', tasks: ['/a'] },
  ]);
});

test('effects by class, and what nothing undoes', async () => {
  const undone = task({ compensate: { type: 'test/task' } });
  const { effects } = await plan({ a: task(), b: { type: 'core/noop' }, c: undone, d: { ...task(), when: false } });
  expect(effects).toEqual({
    ...{ pure: ['/b'], read: [], idempotent: [], write: ['/a', '/c', '/c!compensate'] },
    irreversible: ['/a'],
  });
});

test('waits on the way', async () => {
  const { waits } = await plan({
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

  test('without history there is no duration, and it says so', async () => {
    const planned = await plan(tasks);
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

  test('shares come from recorded runs', async () => {
    const planned = await plan(tasks, { history, input: undefined as never });
    const shares = (planned.tasks as { task: string; share: number | null }[]).map((one) => [one.task, one.share]);
    expect(shares).toEqual([
      ['/a', null],
      ['/b', 0.25],
      ['/c', 0.5],
    ]);
    expect(planned.basis).toMatchObject({ executions: 40, window_days: 30 });
  });

  test('what the input decides is not left to chance', async () => {
    const p95 = async (input: JsonObject): Promise<number> =>
      ((await plan(tasks, { history, input })).duration as { p95_seconds: number }).p95_seconds;
    expect(await p95({ big: false })).toBeLessThan(10);
    expect(await p95({ big: true })).toBeGreaterThan(50);
    const p50 = ((await plan(tasks, { history, input: { big: true } })).duration as { p50_seconds: number })
      .p50_seconds;
    expect(p50).toBeGreaterThan(50);
  });
});

test('results of tasks that are not there are refused in their place', async () => {
  const child = { workflow: { name: 'other' } };
  const tasks = {
    a: { type: 'core/noop' },
    each: { map: { over: '${[1]}' }, tasks: { b: { type: 'core/noop' } } },
    child,
  };
  const faults = async (...names: string[]): Promise<readonly string[]> => {
    const assume = Object.fromEntries(names.map((name) => [name, { output: null }]));
    const planned = await tried(tasks, { assume });
    return planned.ok ? [] : planned.error.map(({ pointer }) => pointer);
  };
  expect(await faults('/a', '/each[*]/b', '/each[3]/b', '/child > /x')).toEqual([]);
  expect(await faults('/A', 'a', '/each/b', '/a > /x')).toEqual([
    ...['/assume/~1A', '/assume/a', '/assume/~1each~1b', '/assume/~1a > ~1x'],
  ]);
});

test('results can be assumed', async () => {
  const tasks = { a: task(), b: task({ when: '${tasks.a.output.more}' }), c: task({ depends_on: ['a'] }) };
  const chances = async (assume: PlanBasis['assume']): Promise<string[]> =>
    ((await plan(tasks, { assume })).tasks as { chance: string }[]).map(({ chance }) => chance);
  expect(await chances(undefined)).toEqual(['certain', 'possible', 'certain']);
  expect(await chances({ '/a': { output: { more: true } } })).toEqual(['certain', 'certain', 'certain']);
  expect(await chances({ '/a': { failure: { code: 'gone' } } })).toEqual(['certain', 'impossible', 'impossible']);
});

test('core tasks that pass on what they are given are known', async () => {
  const tasks = { a: { type: 'core/noop' }, b: task({ when: '${tasks.a.output == null}' }) };
  expect(((await plan(tasks)).tasks as { chance: string }[]).map(({ chance }) => chance)).toEqual([
    'certain',
    'certain',
  ]);
});

describe('sub-workflows', () => {
  const get = (url: string): JsonObject => task({ input: { url } });
  const call = (name: string, input: JsonObject = {}, more: JsonObject = {}): JsonObject => ({
    workflow: { name, input, ...more },
  });
  /** A plan over these other workflows. */
  const family = (tasks: JsonObject, others: Readonly<Record<string, JsonObject>>, more: Partial<PlanBasis> = {}) => {
    const acceptedByName = (name: string, range?: string): Promise<RunnableDefinition> => {
      const document = others[name];
      if (!document) return nobody(name);
      const compiled = mustCompile({ name, ...document });
      const pinned = { id: name, version: range === undefined ? '2.0.0' : '1.4.0', definition: name };
      return Promise.resolve({ pinned, compiled });
    };
    return plan(tasks, { definitions: { acceptedByName }, ...more });
  };
  const [audit, again] = [
    {
      tasks: {
        look: get('https://${input.host}/x'),
        note: { type: 'core/noop', input: { key: '${secrets.k}' }, when: '${input.host == "b.example"}' },
      },
    },
    {
      tasks: {
        look: get('https://${input.host}/x'),
        more: { when: '${input.n > 0}', ...call('again', { host: '${input.host}', n: '${input.n - 1}' }) },
      },
    },
  ];
  const hostsOf = ({ hosts: all }: JsonObject): string[] =>
    (all as { host: string; chance: string; tasks: string[] }[]).map(
      ({ host, chance, tasks }) => `${host} ${chance} ${tasks.join()}`,
    );

  test('what they reach and use is in the plan, by the input that they are given and the version that would be started', async () => {
    const planned = await family(
      {
        a: call('audit', { host: 'a.example' }, { version: '^1' }),
        b: { when: '${input.b}', ...call('audit', { host: 'b.example' }) },
      },
      { audit },
      { input: { b: true } },
    );
    expect(hostsOf(planned)).toEqual(['a.example certain /a > /look', 'b.example certain /b > /look']);
    expect(planned.secrets).toEqual([{ name: 'k', tasks: ['/b > /note'] }]);
    expect(planned.workflows).toMatchObject([
      {
        task: '/a',
        version: '^1',
        planned_version: '1.4.0',
        outcome: 'planned',
        tasks: [{ chance: 'certain' }, { task: '/a > /note', chance: 'impossible' }],
      },
      { task: '/b', version: null, planned_version: '2.0.0' },
    ]);
    expect(
      hostsOf(
        await family(
          { b: { when: '${input.b}', ...call('audit', { host: 'b.example' }) } },
          { audit },
          { input: undefined },
        ),
      ),
    ).toEqual(['b.example possible /b > /look']);
  });

  test('of several inputs each is gone through; of one that is not known, anything', async () => {
    const each = (over: string): JsonObject => ({
      each: { map: { over, as: 'h' }, tasks: { one: call('audit', { host: '${h}' }) } },
    });
    const input = { hosts: ['a.example', 'b.example'] };
    const planned = await family(each('${input.hosts}'), { audit }, { input });
    expect(hostsOf(planned)).toEqual([
      'a.example certain /each[*]/one > /look',
      'b.example certain /each[*]/one > /look',
    ]);
    expect(planned.workflows).toMatchObject([{ tasks: [{ chance: 'certain' }, { chance: 'possible' }] }]);
    expect(hostsOf(await family(each('${input.hosts}'), { audit }, { input: undefined }))).toEqual([
      '* possible /each[*]/one > /look',
    ]);
  });

  test('one that comes again below itself is planned for anything, and told to repeat', async () => {
    const planned = await family({ a: call('again', { host: 'a.example', n: 3 }) }, { again });
    expect(hostsOf(planned)).toEqual(['* certain /a > /more > /look', 'a.example certain /a > /look']);
    const [first] = planned.workflows as JsonObject[];
    const [second] = first?.workflows as JsonObject[];
    const [third] = second?.workflows as JsonObject[];
    expect([first, second, third].map((one) => [one?.task, one?.outcome])).toEqual([
      ['/a', 'planned'],
      ['/a > /more', 'planned'],
      ['/a > /more > /more', 'repeats'],
    ]);
  });

  test('one that is not there, or does not take its input, is refused; one too many may reach anything', async () => {
    const strict = { input_schema: { type: 'object', required: ['n'] }, tasks: { a: get('https://a.example') } };
    const refused = await family({ a: call('nobody'), b: call('strict') }, { strict });
    expect(refused.workflows).toMatchObject([
      { outcome: 'refused', refusal: { code: 'workflow_not_found' }, tasks: [] },
      { outcome: 'refused', refusal: { code: 'validation_error' } },
    ]);
    expect(refused.hosts).toEqual([]);
    const many = Object.fromEntries(
      Array.from({ length: 101 }, (_, n) => [`t${n}`, call('audit', { host: 'a.example' })]),
    );
    const planned = await family(many, { audit });
    expect((planned.hosts as JsonObject[]).map(({ host, from }) => [host, from])).toEqual([
      ['*', 'workflow'],
      ['a.example', 'input'],
    ]);
  });

  test('results of their tasks can be assumed by their names', async () => {
    const branch = { tasks: { ask: task(), then: task({ when: '${tasks.ask.output.more}' }) } };
    const planned = await family(
      { a: call('branch') },
      { branch },
      { assume: { '/a > /ask': { output: { more: false } } } },
    );
    expect(planned.workflows).toMatchObject([{ tasks: [{ chance: 'certain' }, { chance: 'impossible' }] }]);
  });
});
