import { describe, expect, test } from '@jest/globals';
import type { CompiledWorkflow } from '../../src/engine/core/index.js';
import type { Json, JsonObject } from '../../src/kernel/index.js';
import {
  predictionOf,
  simulateWorkflow,
  type ObservedExecution,
  type ObservedStep,
  type Prediction,
  type SimulationOptions,
} from '../../src/llm/optimizer/simulate/index.js';
import { task } from '../world/core-world.js';
import { ENOUGH, execution, failedRun, historyOf, ran, skipped, workflow } from './histories.js';

/** What is predicted when every execution went the same way. */
const after = (
  compiled: CompiledWorkflow,
  steps: readonly ObservedStep[],
  options: SimulationOptions = {},
): Prediction =>
  afterAll(
    compiled,
    Array.from({ length: ENOUGH }, () => execution(steps)),
    options,
  );

const afterAll = (
  compiled: CompiledWorkflow,
  executions: readonly ObservedExecution[],
  options: SimulationOptions = {},
): Prediction =>
  predictionOf(simulateWorkflow(compiled, historyOf(compiled, executions), { resamples: 200, ...options }));

const p50 = ({ makespan }: Prediction): number | undefined => makespan?.p50;

const t = task();
const each = (map: JsonObject): Record<string, Json> => ({
  each: { map: { over: '${input.rows}', ...map }, tasks: { one: t } },
});
const items = (count: number, millis: number): ObservedStep[] => [
  ran('/each', count * millis, { attempt: 0 }),
  ...Array.from({ length: count }, (_, index) => ran(`/each[${index}]/one`, millis)),
];

describe('what is predicted of constructs', () => {
  test('a map goes over as many items as before, so many at a time', () => {
    expect(p50(after(workflow(each({})), items(5, 100)))).toBe(100);
    expect(p50(after(workflow(each({ concurrency: 2 })), items(5, 100)))).toBe(300);
  });

  test('a map over a list that is written down needs no history of its size', () => {
    const compiled = workflow({ each: { map: { over: [1, 2, 3, 4], concurrency: 1 }, tasks: { one: t } } });
    const predicted = after(compiled, [ran('/each[0]/one', 10)]);
    expect(p50(predicted)).toBe(40);
    expect(predicted.basis.guessed).toEqual([]);
  });

  test('a map over nothing is over at once', () => {
    expect(p50(after(workflow(each({})), [...items(0, 0), ran('/x', 5)]))).toBe(0);
  });

  test('a loop makes as many iterations as before, one after another, whatever tests it', () => {
    const steps = [ran('/again', 150, { attempt: 0 }), ...[0, 1, 2].map((n) => ran(`/again[${n}]/one`, 50))];
    for (const loop of [{ while: '${index < input.n}' }, { until: '${previous.one == 1}' }] as JsonObject[])
      expect(p50(after(workflow({ again: { loop, tasks: { one: t } } }), steps))).toBe(150);
  });

  test('a loop that reached its limit fails after its last iteration', () => {
    const compiled = workflow({ again: { loop: { while: '${true}', max_iterations: 2 }, tasks: { one: t } } });
    const limit = [{ kind: 'fatal', code: 'loop_limit', after: undefined }] as const;
    const again = ran('/again', 20, { status: 'failed', attempt: 0, failures: limit });
    const simulation = simulateWorkflow(
      compiled,
      historyOf(
        compiled,
        Array.from({ length: ENOUGH }, () => execution([again, ran('/again[0]/one', 10), ran('/again[1]/one', 10)])),
      ),
      { resamples: 10 },
    );
    expect(new Set(simulation.outcomes.map(({ end, makespan, attempts }) => `${end} ${makespan} ${attempts}`))).toEqual(
      new Set(['failed 20 2']),
    );
  });

  test('a loop in a loop, and a condition inside, are decided anew each time', () => {
    const compiled = workflow({
      outer: {
        loop: { while: '${index < input.n}' },
        tasks: { inner: { loop: { while: '${index < 2.0}' }, tasks: { one: task({ when: '${input.x}' }) } } },
      },
    });
    const steps = [0, 1].flatMap((n) => [
      ran(`/outer[${n}]/inner`, 0, { attempt: 0 }),
      ran(`/outer[${n}]/inner[0]/one`, 100),
      skipped(`/outer[${n}]/inner[1]/one`, 'condition'),
    ]);
    const { makespan, attempts } = after(compiled, [ran('/outer', 0, { attempt: 0 }), ...steps], { resamples: 1000 });
    expect(attempts).toBeCloseTo(2, 0);
    expect(makespan?.p95).toBeGreaterThanOrEqual(300);
    expect(makespan?.p50).toBe(200);
  });

  test('a condition that never held skips, one that always held runs', () => {
    const compiled = workflow({ a: task({ when: '${input.x}' }), b: task({ depends_on: ['a'] }) });
    expect(p50(after(compiled, [skipped('/a', 'condition'), ran('/b', 10)]))).toBe(10);
    expect(p50(after(compiled, [ran('/a', 7), ran('/b', 10)]))).toBe(17);
  });

  test('a switch takes its branches as often as before', () => {
    const compiled = workflow({
      pick: { switch: [{ when: '${input.x}', goto: 'slow' }, { goto: 'fast' }] },
      slow: t,
      fast: t,
    });
    const chose = (id: string, other: string, millis: number): ObservedExecution =>
      execution([ran('/pick', 0, { attempt: 0 }), ran(`/${id}`, millis), skipped(`/${other}`, 'branch')]);
    const executions = [
      ...Array.from({ length: 30 }, () => chose('slow', 'fast', 900)),
      ...Array.from({ length: 10 }, () => chose('fast', 'slow', 10)),
    ];
    const { outcomes } = simulateWorkflow(compiled, historyOf(compiled, executions), { resamples: 1000 });
    const slow = outcomes.filter(({ makespan }) => makespan === 900).length;
    expect(slow / 1000).toBeCloseTo(0.75, 1);
    expect(outcomes.filter(({ makespan }) => makespan === 10)).toHaveLength(1000 - slow);
  });

  test('a race is over with the first, a try goes on in its catch, a group is as long as its longest way', () => {
    const race = workflow({ first: { race: { a: t, b: t } } });
    expect(p50(after(race, [ran('/first/a', 300), ran('/first/b', 20)]))).toBe(20);
    const guard = workflow({ guard: { try: { risky: t }, catch: { mend: t }, finally: { tidy: t } } });
    const steps = [failedRun('/guard/try/risky', 40), ran('/guard/catch/mend', 5), ran('/guard/finally/tidy', 1)];
    expect(p50(after(guard, steps))).toBe(46);
    const group = workflow({ g: { tasks: { a: t, b: t, c: t }, concurrency: 2 }, z: task({ depends_on: ['g'] }) });
    expect(p50(after(group, [...['a', 'b', 'c'].map((id) => ran(`/g/${id}`, 30)), ran('/z', 1)]))).toBe(61);
  });
});

describe('what is predicted of failures and limits', () => {
  const policy = { max_retries: 2, backoff_strategy: 'fixed', initial_delay: 1, jitter: 0 };

  test('an attempt that always failed once is made again after the pause', () => {
    const compiled = workflow({ a: task({ retry_policy: policy }) });
    const failures = [{ kind: 'transient', code: 'busy', after: 30 }] as const;
    const predicted = after(compiled, [ran('/a', 10, { attempt: 2, retries: 1, failures })]);
    expect(predicted).toMatchObject({
      makespan: { p50: 1040 },
      attempts: 2,
      failedAttempts: 1,
      failure: { probability: 0 },
    });
  });

  test('what always fails for good fails the execution, in as many attempts as the policy makes', () => {
    const compiled = workflow({ a: task({ retry_policy: policy }) });
    const predicted = after(compiled, [failedRun('/a', 30, { attempt: 3, retries: 2 })]);
    expect(predicted).toMatchObject({ makespan: undefined, attempts: 3, failure: { probability: 1 } });
  });

  test('a timeout that is shorter than what a task took fails it', () => {
    const compiled = workflow({ a: task({ timeout: 0.1 }) });
    const { outcomes } = simulateWorkflow(
      compiled,
      historyOf(
        compiled,
        Array.from({ length: 40 }, () => execution([ran('/a', 500)])),
      ),
      { resamples: 3 },
    );
    expect(outcomes[0]).toMatchObject({ end: 'failed', makespan: 100, attempts: 1 });
  });

  test('the timeout of the workflow ends it', () => {
    const compiled = workflow({ a: t }, { timeout: 0.2 });
    const { outcomes } = simulateWorkflow(
      compiled,
      historyOf(
        compiled,
        Array.from({ length: 40 }, () => execution([ran('/a', 500)])),
      ),
      { resamples: 3 },
    );
    expect(outcomes[0]).toMatchObject({ end: 'failed', makespan: 200, busy: 200 });
  });

  test('a key, a rate, the concurrency of the workflow and that of a task type hold tasks up', () => {
    const three = (fields: Record<string, Json>, more: JsonObject = {}): CompiledWorkflow =>
      workflow(Object.fromEntries(['a', 'b', 'c'].map((id) => [id, task(fields)])), more);
    const steps = ['a', 'b', 'c'].map((id) => ran(`/${id}`, 100));
    expect(p50(after(three({ concurrency_key: 'db' }), steps))).toBe(300);
    expect(p50(after(three({ concurrency_key: '${input.x}' }), steps))).toBe(300);
    expect(p50(after(three({ concurrency_key: 'api', rate: { count: 1, per: 1 } }), steps))).toBe(2100);
    expect(p50(after(three({}, { concurrency: 2 }), steps))).toBe(200);
    expect(p50(after(three({}), steps, { limits: { perTask: { 'test/task': 1 } } }))).toBe(300);
    expect(p50(after(three({}), steps))).toBe(100);
  });

  test('a component has limits of its own, whichever action of it is called', () => {
    const call = (component: string, action: string): Json => ({ component, action });
    const compiled = workflow({ a: call('sophia', 'x'), b: call('sophia', 'y'), c: call('athena', 'x') });
    const steps = ['a', 'b', 'c'].map((id) => ran(`/${id}`, 100));
    expect(p50(after(compiled, steps, { limits: { perTask: { 'tekton/action:sophia': 1 } } }))).toBe(200);
    expect(p50(after(compiled, steps, { limits: { perTask: { 'tekton/action': 1 } } }))).toBe(300);
  });

  test('a key that depends on the item holds up nothing but its own', () => {
    const compiled = workflow({
      each: { map: { over: '${input.rows}', as: 'row' }, tasks: { one: task({ concurrency_key: '${row.id}' }) } },
    });
    expect(p50(after(compiled, items(4, 100)))).toBe(100);
  });

  test('the higher priority goes first', () => {
    const compiled = workflow({ a: t, b: task({ priority: 5 }), c: task({ depends_on: ['b'] }) });
    const steps = [ran('/a', 100), ran('/b', 10), ran('/c', 100)];
    const { makespan } = after(compiled, steps, { limits: { maxRunningTasks: 2 } });
    expect(makespan?.p50).toBe(110);
    expect(p50(after(compiled, steps, { limits: { maxRunningTasks: 1 } }))).toBe(210);
  });

  test('what was known from a cache takes no attempt', () => {
    const compiled = workflow({ a: task({ cache: { ttl: 60 } }) });
    expect(after(compiled, [ran('/a', 0, { attempt: 0 })])).toMatchObject({ attempts: 0, makespan: { p50: 0 } });
  });

  test('what completed is undone, and somebody told', () => {
    const compiled = workflow(
      { a: task({ compensate: { type: 'test/task' } }), b: task({ depends_on: ['a'] }) },
      { on_failure: { type: 'test/task' } },
    );
    const steps = [ran('/a', 10), failedRun('/b', 5), ran('/a!compensate', 7), ran('/on_failure', 3)];
    const { outcomes } = simulateWorkflow(
      compiled,
      historyOf(
        compiled,
        Array.from({ length: 40 }, () => execution(steps)),
      ),
      { resamples: 1 },
    );
    expect(outcomes[0]).toMatchObject({ end: 'failed', makespan: 25, attempts: 4 });
  });
});

describe('what is predicted of waits', () => {
  test('a wait of so many seconds takes them, another what it took before', () => {
    const compiled = workflow({ nap: { wait: { seconds: 60 } }, ok: { approval: {}, depends_on: ['nap'] } });
    expect(p50(after(compiled, [ran('/nap', 5, { attempt: 0 }), ran('/ok', 700, { attempt: 0 })]))).toBe(60_700);
  });

  test('an answer that comes too late is none', () => {
    const compiled = workflow({ paid: { event: { name: 'paid', within: 1 }, on_error: 'continue' } });
    expect(p50(after(compiled, [ran('/paid', 5000, { attempt: 0 })]))).toBe(1000);
  });

  test('a sub-workflow takes what it took before; nobody waits for one that is only started', () => {
    const child = (wait: boolean): Json => ({ workflow: { name: 'audit', input: {}, wait } });
    expect(p50(after(workflow({ c: child(true) }), [ran('/c', 350, { attempt: 0 })]))).toBe(350);
    expect(p50(after(workflow({ c: child(false) }), [ran('/c', 350, { attempt: 0 })]))).toBe(0);
  });

  test('what never came is waited for for ever: such a run does not complete', () => {
    const compiled = workflow({ hook: { webhook: {} } });
    const never = ran('/hook', 0, {
      status: 'failed',
      attempt: 0,
      failures: [{ kind: 'timeout', code: 'timeout', after: 100 }],
    });
    const { outcomes } = simulateWorkflow(
      compiled,
      historyOf(
        compiled,
        Array.from({ length: 40 }, () => execution([never])),
      ),
      { resamples: 2 },
    );
    expect(outcomes[0]?.end).toBe('waits');
  });
});

describe('without history', () => {
  test('every task weighs one, no figure is a time, and confidence is low', () => {
    const compiled = workflow({ a: t, b: task({ depends_on: ['a'], when: '${input.x}' }) });
    const predicted = afterAll(compiled, []);
    expect(predicted.unit).toBe('weights');
    expect(predicted.makespan?.p95).toBe(2);
    expect(predicted.confidence).toBeLessThanOrEqual(0.3);
    expect(predicted.basis).toMatchObject({ executions: 0, assumed: ['/a', '/b'], guessed: ['/b'] });
  });

  test('a run that costs too much is given up, and said so', () => {
    const compiled = workflow({ each: { map: { over: '${input.rows}' }, tasks: { one: t } } });
    const history = historyOf(
      compiled,
      Array.from({ length: 3 }, () => execution(items(500, 10))),
    );
    const { basis, makespan } = predictionOf(simulateWorkflow(compiled, history, { maxDecisions: 100 }));
    expect(makespan).toBeUndefined();
    expect(basis).toMatchObject({ exhausted: basis.resamples, isCutShort: true });
  });
});
