import { describe, expect, test } from '@jest/globals';
import { findStep } from '../../src/engine/core/index.js';
import type { Json } from '../../src/kernel/index.js';
import { importDocument } from '../../src/workflow/index.js';
import { CoreWorld } from '../world/core-world.js';

/** What users of upstream expect of their documents when they run; docs/dialects.md says it in words. */
const run = (source: Json, input: Json = {}): CoreWorld => {
  const result = importDocument(source);
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  return new CoreWorld(result.value.document, input);
};

/** Runs whatever is ready until nothing is. `outcome` gives the output of a step, or `undefined` when it fails. */
const drive = (world: CoreWorld, outcome: (step: string) => Json | undefined = () => ({})): CoreWorld => {
  for (;;) {
    const ready = world.state.root.steps.map(({ address }) => address).filter((step) => world.status(step) === 'ready');
    if (ready.length === 0) return world;
    for (const step of ready) {
      world.begin(step);
      const output = outcome(step.slice(1));
      if (output === undefined) world.fail(step);
      else world.finish(step, output);
    }
  }
};

const act = (id: string, more: Record<string, Json> = {}): Json => ({
  id,
  type: 'action',
  component: 'c',
  action: 'x',
  ...more,
});
const to = (target: string, condition: Json = 'true'): Json => ({ to: target, condition });

describe('a step that judges itself by its transitions', () => {
  const source = {
    name: 'x',
    steps: [
      act('work', {
        transitions: [to('good', 'state.work.success == true'), to('bad', 'state.work.success == false')],
      }),
      act('good', { transitions: [to('end')] }),
      act('bad', { parameters: { why: '${state.work.error.code}' }, transitions: [to('end')] }),
      { id: 'end', type: 'end' },
    ],
  };

  test.each<[string, Json | undefined, Record<string, string>]>([
    ['completed', {}, { good: 'completed', bad: 'skipped branch' }],
    ['says success', { success: true }, { good: 'completed', bad: 'skipped branch' }],
    ['says no success', { success: false }, { good: 'skipped branch', bad: 'completed' }],
    ['failed', undefined, { work: 'failed handled', good: 'skipped branch', bad: 'completed' }],
  ])('%s', (_what, output, expected) => {
    const world = drive(run(source), (step) => (step === 'work' ? output : {}));
    expect(world.statuses()).toMatchObject({ ...expected, end: 'completed' });
    expect(world.state.status).toMatchObject({ is: 'completed' });
  });

  test('hands the reason on', () => {
    const world = drive(run(source), (step) => (step === 'work' ? undefined : {}));
    const started = world.orders.find((order) => order.is === 'run' && order.step === '/bad');
    expect(started).toMatchObject({ input: { params: { why: 'broken' } } });
    expect(findStep(world.state, '/bad')?.state.at).toBe('completed');
  });
});

describe('a task that is reached in two ways', () => {
  const source = {
    name: 'x',
    steps: [
      act('make', { transitions: [to('tell', '${input.tell}'), to('use', '${!input.tell}')] }),
      act('tell', { transitions: [to('use')] }),
      act('use', { transitions: [to('end')] }),
      { id: 'end', type: 'end' },
    ],
  };
  test.each<[boolean, Record<string, string>]>([
    [true, { tell: 'completed', make_to_use: 'skipped branch', use: 'completed', end: 'completed' }],
    [false, { tell: 'skipped branch', make_to_use: 'completed', use: 'completed', end: 'completed' }],
  ])('runs, whichever way is taken (%s)', (tell, expected) => {
    expect(drive(run(source, { tell })).statuses()).toMatchObject(expected);
  });

  test('does not run when no way is taken', () => {
    const none = {
      name: 'x',
      steps: [
        act('a', { transitions: [to('b', 'false'), to('c', 'false')] }),
        act('b', { transitions: [to('c')] }),
        act('c'),
      ],
    };
    expect(drive(run(none)).statuses()).toMatchObject({ a: 'completed', b: 'skipped branch', c: 'skipped upstream' });
  });
});

describe('an inclusive decision', () => {
  const source = {
    name: 'x',
    steps: [
      {
        id: 'pick',
        type: 'decision',
        mode: 'all',
        transitions: [to('a', 'input.a'), to('b', 'input.b')],
        default: 'none',
      },
      ...['a', 'b', 'none'].map((id) => act(id, { next: 'end' })),
      { id: 'end', type: 'end' },
    ],
  };
  test.each<[Record<string, boolean>, string[]]>([
    [{ a: true, b: true }, ['a', 'b']],
    [{ a: false, b: true }, ['b']],
    [{ a: false, b: false }, ['none']],
  ])('%j takes %j', (input, expected) => {
    const statuses = drive(run(source, input)).statuses();
    expect(['a', 'b', 'none'].filter((id) => statuses[id] === 'completed')).toEqual(expected);
    expect(statuses.end).toBe('completed');
  });
});

describe('variables of the state', () => {
  const steps: Json = [
    { id: 'first', component: 'c', outputs: { n: 'total', rows: 'report.rows' } },
    {
      id: 'second',
      component: 'c',
      inputs: { n: '${total}' },
      outputs: { n: 'total', note: 'report.note' },
      conditions: { big: '${total > 10}', on: '${inputs.on}' },
    },
    {
      id: 'third',
      component: 'c',
      inputs: { n: '${total}', report: '${report}', mode: '${mode}', text: 'n = {{ total }}' },
    },
  ];
  const source = { name: 'x', initialState: { mode: 'fast', total: 1 }, steps };
  const inputOf = (world: CoreWorld, step: string): unknown => {
    const order = world.orders.find((candidate) => candidate.is === 'run' && candidate.step === step);
    return order && 'input' in order ? (order.input as { params?: Json }).params : undefined;
  };

  test('are what the last step that ran has set', () => {
    const world = drive(run(source, { on: true }), (step) => ({
      n: step === 'first' ? 20 : 30,
      rows: [1],
      note: 'ok',
    }));
    expect(inputOf(world, '/second')).toEqual({ n: 20 });
    expect(inputOf(world, '/third')).toEqual({
      n: 30,
      report: { rows: [1], note: 'ok' },
      mode: 'fast',
      text: 'n = 30',
    });
  });

  test('are what was set before when a step is skipped, and their first value when it sets none', () => {
    const skipped = drive(run(source, { on: false }), () => ({ n: 20, rows: [1] }));
    expect(skipped.statuses()).toMatchObject({ second: 'skipped condition', third: 'completed' });
    expect(inputOf(skipped, '/third')).toMatchObject({ n: 20, report: { rows: [1], note: null } });
    const unset = drive(run(source, { on: true }), () => ({}));
    expect(inputOf(unset, '/third')).toMatchObject({ n: 1, report: { rows: null, note: null } });
  });
});

test('a join for any goes on with the first, one for two with the second', () => {
  const source = {
    name: 'x',
    tasks: [
      ...['a', 'b', 'c'].map((id) => act(id)),
      { id: 'any', type: 'join', join_type: 'any', sources: ['a', 'b', 'c'] },
      { id: 'two', type: 'join', join_type: 2, sources: ['a', 'b', 'c'] },
    ],
  };
  const world = run(source).begin('/a', '/b', '/c');
  world.finish('/b', {});
  expect(world.statuses()).toMatchObject({ any: 'ready', two: 'pending' });
  world.finish('/c', {});
  expect(world.statuses()).toMatchObject({ two: 'ready' });
});
