import { describe, expect, test } from '@jest/globals';
import { definePlugin, defineTask } from '../../src/plugin/contract/index.js';
import {
  orderDependence,
  replayRegression,
  simulate,
  sweepFaults,
  type FaultPlan,
  type SimulationOptions,
} from '../../src/simulation/index.js';
import type { Fault, Json } from '../../src/kernel/index.js';

const plugins = [
  definePlugin({
    id: 'shop',
    tasks: [
      defineTask({ id: 'pay', description: '', run: () => null }),
      defineTask({
        id: 'stock',
        description: '',
        effects: 'read',
        output: {
          type: 'object',
          properties: { items: { type: 'array', items: { const: 7 } }, ok: { type: 'boolean' } },
        },
        run: () => ({}),
      }),
    ],
  }),
];
const workflow = (tasks: Json, more: Record<string, Json> = {}): Json => ({ name: 'w', ...more, tasks });
const simulated = (document: Json, options: SimulationOptions = {}) => simulate(document, { plugins, ...options });
const faultsOf = async (work: Promise<unknown>): Promise<string[]> => {
  const error: unknown = await work.catch((thrown: unknown) => thrown);
  return (error as { faults: Fault[] }).faults.map(({ code, pointer }) => `${code} ${pointer}`);
};

const pay: Json = { pay: { type: 'shop/pay', input: { sum: 3 } } };
const patient: Json = {
  pay: { type: 'shop/pay', retry_policy: { max_retries: 2, initial_delay: 10, jitter: 0 }, timeout: 60 },
};
const onlyOnce = { attempts: [{ failure: { code: 'busy' } }, { output: 'paid' }], seconds: 2 };

describe('what the tasks of a simulation give', () => {
  const gives = async (tasks: Json, value: Json, options: SimulationOptions = {}): Promise<void> => {
    // The report names no outputs: one that is not what it must be fails the schema. `dyn`: not when it is saved.
    const endsIf = async (must: Json): Promise<unknown> => {
      const schema = { properties: { of: { const: must } } };
      const document = workflow(tasks, { output: { of: '${dyn(tasks.a.output)}' }, output_schema: schema });
      return (await simulated(document, { schedules: 1, ...options })).ends;
    };
    expect(await endsIf(value)).toEqual({ completed: 1 });
    expect(await endsIf('something else')).toEqual({ failed: 1 });
  };

  test('pure tasks are really run', () => gives({ a: { type: 'core/value', input: { n: '${1 + 1}' } } }, { n: 2 }));
  test('others give a sample of what their type promises', () =>
    gives({ a: { type: 'shop/stock' } }, { items: [7], ok: true }));
  test('else their input', () => gives({ a: { type: 'shop/pay', input: { sum: 3 } } }, { sum: 3 }));
  test('what the script says of the type', () =>
    gives({ a: { type: 'shop/pay' } }, 'paid', { results: { types: { 'shop/pay': { output: 'paid' } } } }));
  test('what the script says of the step, before that of the type', () =>
    gives({ a: { type: 'shop/pay' } }, 'mine', {
      results: { types: { 'shop/pay': { output: 'paid' } }, steps: { '/a': { output: 'mine' } } },
    }));
  test('what the script says of each attempt', () =>
    gives({ a: { type: 'shop/pay', retry_policy: { max_retries: 1 } } }, 'paid', {
      results: { steps: { '/a': onlyOnce } },
    }));
  test('what a journal has recorded', () => {
    const event = (type: string, at: number, more: object) => ({
      seq: 1,
      event: { type, at, step: '/a', generation: 1, ...more },
    });
    const events = [
      event('step_started', 0, { attempt: 1 }),
      event('attempt_failed', 500, {
        attempt: 1,
        failure: { kind: 'transient', code: 'busy', message: '' },
        retry_at: 1500,
      }),
      event('step_started', 1500, { attempt: 2 }),
      event('attempt_lost', 1600, { attempt: 2 }),
      event('step_started', 1700, { attempt: 3 }),
      event('step_completed', 2700, { attempt: 3, output: 'recorded' }),
    ];
    return gives({ a: { type: 'shop/pay', retry_policy: { max_retries: 1 } } }, 'recorded', { results: { events } });
  });
});

describe('virtual time', () => {
  test('a day passes at once, and durations are what the script says', async () => {
    const tasks = { nap: { type: 'core/delay', input: { seconds: 86_400 } }, ...(pay as object) };
    const { seconds } = await simulated(workflow(tasks), { schedules: 3, results: { seconds: 5 } });
    expect(seconds).toEqual({ p50: 86_400, p95: 86_400, max: 86_400 });
  });

  test('a crash does not start a delay anew', async () => {
    const tasks = { nap: { type: 'core/delay', input: { seconds: 100 } } };
    const faults: FaultPlan = { faults: [{ fault: 'crash', at: 60 }] };
    const { seconds, steps } = await simulated(workflow(tasks), { schedules: 3, faults });
    expect([seconds?.max, steps[0]?.mostAttempts]).toEqual([100, 2]);
  });

  test('percentiles make a distribution', async () => {
    const { seconds } = await simulated(workflow(pay), { schedules: 2000, results: { seconds: { p50: 10, p95: 40 } } });
    expect(seconds?.p50).toBeGreaterThan(8);
    expect(seconds?.p50).toBeLessThan(12);
    expect(seconds?.p95).toBeGreaterThan(30);
    expect(seconds?.p95).toBeLessThan(55);
  });
});

describe('what is told of many schedules', () => {
  test('ends, failures, attempts, and what never ran', async () => {
    const tasks: Json = {
      ...(patient as Record<string, Json>),
      big: { depends_on: ['pay'], when: '${input.big}', type: 'core/noop' },
      choose: { depends_on: ['pay'], switch: [{ when: '${input.big}', goto: 'yes' }, { goto: 'no' }] },
      yes: { type: 'core/noop' },
      no: { type: 'core/fail', input: { code: 'refused' } },
    };
    const found = await simulated(workflow(tasks), {
      input: { big: false },
      schedules: 10,
      results: { steps: { '/pay': onlyOnce } },
    });
    expect(found).toMatchObject({
      ...{ schedules: 10, seed: 1, ends: { failed: 10 }, neverRan: ['/big', '/yes'], violations: {} },
      failures: [{ step: '/no', code: 'refused', count: 10 }],
    });
    expect(found.steps[0]).toEqual({ step: '/pay', ran: 10, failed: 0, skipped: 0, attempts: 20, mostAttempts: 2 });
    expect(found.counterexample).toBeUndefined();
  });

  test('outputs that depend on the order of things', async () => {
    const tasks = {
      ...{ a: { type: 'shop/pay' }, b: { type: 'shop/pay' } },
      first: {
        depends_on: ['a', 'b'],
        join: 'any',
        type: 'core/value',
        input: { a: '${tasks.a.status}', b: '${tasks.b.status}' },
      },
    };
    const found = await simulated(workflow(tasks), { schedules: 50 });
    expect(found.outputs).toBeGreaterThan(1);
    expect(found.orderDependence).toEqual(['/tasks/first/join']);
  });

  test('random faults, of which none breaks the engine', async () => {
    const found = await simulated(workflow(patient), { schedules: 200, faults: 'random' });
    expect(found.violations).toEqual({});
    expect(Object.keys(found.ends).sort()).toContain('completed');
  });
});

describe('planned faults', () => {
  const endsWith = async (faults: FaultPlan['faults'], tasks: Json = patient): Promise<unknown> =>
    (await simulated(workflow(tasks), { schedules: 5, faults: { faults } })).ends;

  test('an error is retried, an outage is not survived', async () => {
    expect(await endsWith([{ fault: 'error', step: '/pay' }])).toEqual({ completed: 5 });
    expect(await endsWith([{ fault: 'error', step: '/pay', attempt: 'every' }])).toEqual({ failed: 5 });
    expect(await endsWith([{ fault: 'error', step: '/pay', kind: 'fatal' }])).toEqual({ failed: 5 });
  });

  test('what gives no result is ended by its timeout, and hangs without one', async () => {
    expect(await endsWith([{ fault: 'timeout', step: '/pay' }])).toEqual({ completed: 5 });
    expect(await endsWith([{ fault: 'timeout', step: '/pay' }], pay)).toEqual({ hangs: 5 });
    expect(await endsWith([{ fault: 'slow', step: '/pay', attempt: 'every', seconds: 90 }])).toEqual({ failed: 5 });
  });

  test('crashes, duplicates, pauses and failing commits are survived', async () => {
    for (const fault of [
      { fault: 'crash', step: '/pay' },
      { fault: 'crash', step: '/pay', when: 'ended' },
      { fault: 'crash', after: 2 },
      { fault: 'crash', commit: 1 },
      { fault: 'crash', commit: 2, written: true },
      { fault: 'duplicate', step: '/pay' },
      { fault: 'duplicate' },
      { fault: 'storage', commit: 1, written: true },
      { fault: 'storage', commit: 2, seconds: 30 },
      { fault: 'pause', at: 0, seconds: 500 },
    ] as const)
      expect(await endsWith([fault], pay)).toEqual({ completed: 5 });
    expect(await endsWith([{ fault: 'cancel', at: 0 }], pay)).toEqual({ canceled: 5 });
  });

  test('that never struck are told', async () => {
    const faults = [
      { fault: 'error', step: '/pay', attempt: 9 },
      { fault: 'error', step: '/pay' },
    ] as const;
    const { neverStruck } = await simulated(workflow(patient), { schedules: 5, faults: { faults } });
    expect(neverStruck).toEqual([faults[0]]);
  });

  test('what a crash changes is a violation, unless time or order decides', async () => {
    // Of a task that gives something else when it is run again, as no script does.
    let runs = 0;
    const count = defineTask({ id: 'count', description: '', effects: 'pure', run: () => (runs += 1) });
    const own = [definePlugin({ id: 'odd', tasks: [count] })];
    const faults: FaultPlan = { faults: [{ fault: 'crash', step: '/a' }] };
    const run = (more: Record<string, Json>) =>
      simulate(workflow({ a: { type: 'odd/count', ...more } }), { plugins: own, schedules: 1, faults });
    expect((await run({})).violations).toEqual({ result: 1 });
    expect((await run({ timeout: 5 })).violations).toEqual({ result: 1 });
    expect((await run({ on_lost: 'fail' })).violations).toEqual({});
  });

  test('an end that the plan forbids is shrunk to the fault that does it, and can be replayed', async () => {
    const faults: FaultPlan = {
      expect: 'completed',
      faults: [
        { fault: 'crash', after: 4 },
        { fault: 'duplicate', step: '/pay' },
        { fault: 'error', step: '/pay', attempt: 'every' },
        { fault: 'slow', step: '/pay', seconds: 5 },
      ],
    };
    const { counterexample, violations } = await simulated(workflow(patient), { schedules: 20, seed: 7, faults });
    expect(violations).toEqual({ expect: 20 });
    expect(counterexample).toMatchObject({ invariant: 'expect', seed: 7 });
    expect(counterexample?.minimal.plan).toEqual({
      ...{ expect: 'completed', faults: [{ fault: 'error', step: '/pay', attempt: 'every' }] },
    });
    const saved: unknown = JSON.parse(JSON.stringify(counterexample?.minimal));
    expect((await replayRegression(saved, { plugins })).violations).toMatchObject([{ invariant: 'expect' }]);
  });

  test('every single fault of every step', async () => {
    const tasks = { ...(pay as object), later: { ...(patient as { pay: object }).pay, depends_on: ['pay'] } };
    const { undisturbed, rows } = await sweepFaults(workflow(tasks), { plugins });
    expect(undisturbed).toEqual({ end: 'completed' });
    const injected = { end: 'failed', code: 'injected' };
    const completed = { end: 'completed' };
    expect(rows).toEqual([
      {
        step: '/pay',
        faults: { error: injected, outage: injected, timeout: { end: 'hangs' }, slow: completed, crash: completed },
      },
      {
        step: '/later',
        faults: { error: completed, outage: injected, timeout: completed, slow: completed, crash: completed },
      },
    ]);
  });
});

describe('what cannot be simulated is refused, with every place', () => {
  test('a document', async () => {
    expect(await faultsOf(simulated(workflow({ a: { type: 'no/such' } })))).toEqual([
      'task_type_unknown /tasks/a/type',
    ]);
  });

  test('an input', async () => {
    const document = workflow(pay, { input_schema: { type: 'object', required: ['day'] } });
    expect(await faultsOf(simulated(document))).toEqual(['schema_mismatch /input']);
    expect(await faultsOf(sweepFaults(document, { plugins }))).toEqual(['schema_mismatch /input']);
  });

  test('a plan', async () => {
    const faults = {
      faults: [
        { fault: 'fire' },
        { fault: 'slow', step: '/pay' },
        { fault: 'crash', at: 1, after: 2 },
        { fault: 'cancel', at: 1, step: '/pay' },
      ],
    };
    const found = await faultsOf(simulated(workflow(pay), { faults: faults as unknown as FaultPlan }));
    expect([...new Set(found)]).toEqual([
      ...[
        'schema_mismatch /faults/0/fault',
        'schema_mismatch /faults/1',
        'schema_mismatch /faults/2',
        'schema_mismatch /faults/3',
      ],
    ]);
    const elsewhere: FaultPlan = { faults: [{ fault: 'timeout', step: '/nobody' }] };
    expect(await faultsOf(simulated(workflow(pay), { faults: elsewhere }))).toEqual(['unknown_task /faults/0/step']);
  });

  test('a script, and a regression', async () => {
    const results = { steps: { pay: {}, '/pay': { seconds: -1 } } };
    expect(await faultsOf(simulated(workflow(pay), { results }))).toContain('schema_mismatch /steps/~1pay/seconds');
    expect(await faultsOf(replayRegression({ seed: 1 }))).toContain('schema_mismatch ');
  });
});

test('where time or order decides is found, and names of tasks and inputs are none', () => {
  const document = {
    name: 'w',
    tasks: {
      race: { type: 'core/noop', input: { timeout: 1 } },
      a: { type: 'core/noop', timeout: 3, retry_policy: { max_elapsed: 4 } },
      b: { type: 'core/value', depends_on: ['a', 'race'], join: 'any', input: { at: '${string(now())}' } },
      c: { type: 'core/noop', depends_on: ['a'], join: 'all', on_lost: 'retry' },
    },
  };
  expect(orderDependence(document)).toEqual([
    ...['/tasks/a/retry_policy/max_elapsed', '/tasks/b/join', '/tasks/b/input/at'],
  ]);
});
