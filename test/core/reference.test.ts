import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  decide,
  findStep,
  plan,
  replay,
  snapshot,
  startRun,
  type CompiledWorkflow,
  type RunEvent,
  type RunState,
  type Step,
} from '../../src/engine/core/index.js';
import type { Json } from '../../src/kernel/index.js';
import { carriedAt, compile, failure } from '../world/core-world.js';
import { fatesOf, type Fate, type PlainTask } from '../world/reference.js';

const RUNS = process.env.HARMONIA_TEST_LONG === '1' ? 10_000 : 300;

const holds = fc.oneof(
  { weight: 6, arbitrary: fc.constant(true) },
  { weight: 2, arbitrary: fc.constant(false) },
  { weight: 1, arbitrary: fc.constant('fails' as const) },
);

/** Edges go from earlier to later tasks only, so the graphs are acyclic by construction. */
const graphs = fc.integer({ min: 1, max: 12 }).chain((size) =>
  fc.tuple(
    ...Array.from({ length: size }, (_, index) => {
      const id = (other: number): string => `t${other}`;
      const later = fc.integer({ min: index + 1, max: Math.max(index + 1, Math.min(size - 1, index + 4)) }).map(id);
      const hasLater = index + 1 < size;
      return fc.record({
        id: fc.constant(id(index)),
        needs:
          index === 0
            ? fc.constant([] as string[])
            : fc.uniqueArray(fc.integer({ min: Math.max(0, index - 5), max: index - 1 }).map(id), { maxLength: 4 }),
        join: fc.constantFrom<'all' | number>('all', 'all', 'all', 1, 2, 3),
        when: holds,
        branches: hasLater
          ? fc.oneof(
              { weight: 2, arbitrary: fc.constant(undefined) },
              {
                weight: 1,
                arbitrary: fc.array(fc.record({ goto: later, when: holds }), { minLength: 1, maxLength: 3 }),
              },
            )
          : fc.constant(undefined),
        onError: fc.oneof(
          fc.constant('fail' as const),
          fc.constant('continue' as const),
          hasLater ? later.map((goto) => ({ goto })) : fc.constant('fail' as const),
        ),
        ends: fc.constantFrom<'completes' | 'fails'>('completes', 'completes', 'fails'),
      });
    }),
  ),
);

const condition = (when: boolean | 'fails'): Json => (when === 'fails' ? '${input.nothing.there}' : when);

const documentOf = (tasks: readonly PlainTask[]): Json => ({
  name: 'random',
  tasks: Object.fromEntries(
    tasks.map(({ id, needs, join, when, branches, onError }) => [
      id,
      {
        ...(branches
          ? { switch: branches.map(({ goto, when: test }) => ({ when: condition(test), goto })) }
          : { type: 'test/task' }),
        depends_on: needs,
        join,
        when: condition(when),
        on_error: onError,
      },
    ]),
  ) as Json,
});

const compiledOf = (tasks: readonly PlainTask[]): CompiledWorkflow | undefined => {
  const result = compile(documentOf(tasks));
  return result.ok ? result.value.compiled : undefined;
};

const inputs = [
  graphs.filter((tasks) => compiledOf(tasks) !== undefined),
  fc.infiniteStream(fc.nat(1_000_000)),
] as const;

const fateOf = ({ state }: Step): Fate | string => {
  switch (state.at) {
    case 'completed':
      return { is: 'completed', output: state.output as string | null };
    case 'failed': {
      const { handled } = state;
      return { is: 'failed', handled: handled === undefined ? 'no' : handled === 'continue' ? 'continue' : 'goto' };
    }
    case 'skipped':
      if (state.cause === 'operator') throw new Error('nobody said so');
      return { is: 'skipped', cause: state.cause };
    default:
      return state.at;
  }
};

/** Runs to the end, in an order that chance decides; each task ends as it is told to. */
const drive = (state: RunState, tasks: readonly PlainTask[], numbers: Iterator<number>): RunEvent[] => {
  const ends = new Map(tasks.map(({ id, ends }) => [`/${id}`, ends]));
  const events: RunEvent[] = [];
  for (let at = 2000; state.status.is === 'running'; at++) {
    const live = state.root.steps.filter(({ state: { at: where } }) => where === 'ready' || where === 'running');
    const step = live[(numbers.next().value as number) % live.length] as Step;
    const about = { at, step: step.address, generation: step.generation };
    const decision =
      step.state.at === 'ready'
        ? decide(state, { is: 'begin', ...about })
        : ends.get(step.address) === 'completes'
          ? decide(state, { is: 'succeed', ...about, attempt: 1, output: step.task.id })
          : decide(state, { is: 'fail', ...about, attempt: 1, failure: failure() });
    if (decision.is !== 'accepted') throw new Error(JSON.stringify(decision));
    events.push(...decision.events);
    plan(state);
  }
  return events;
};

const begin = (compiled: CompiledWorkflow, restore?: Parameters<typeof startRun>[0]['restore']) => {
  const started = startRun({
    at: 1000,
    execution: 'e',
    compiled,
    workflow: { id: 'w', name: 'w', version: '1', definition: 'd' },
    input: {},
    metadata: {},
    options: {},
    ...(restore && { restore }),
  });
  if (started.is !== 'accepted') throw new Error('refused');
  return started;
};

const expectFates = (state: RunState, tasks: readonly PlainTask[]): void => {
  const expected = fatesOf(tasks);
  for (const { id } of tasks) {
    expect([id, fateOf(findStep(state, `/${id}`) as Step)]).toEqual([id, expected.tasks.get(id)]);
  }
  expect(state.status.is).toBe(expected.execution);
  if (state.status.is === 'completed') expect(state.status.output).toEqual(expected.output);
};

describe('whatever the graph, the outcomes and the order', () => {
  test('the core gives the statuses, causes and outputs of the reference (semantics 7–12)', () => {
    fc.assert(
      fc.property(...inputs, (tasks, numbers) => {
        const { state } = begin(compiledOf(tasks) as CompiledWorkflow);
        drive(state, tasks, numbers);
        expectFates(state, tasks);
      }),
      { numRuns: RUNS },
    );
  });

  test('an execution restored from any position comes to the same end as one that was never stopped', () => {
    fc.assert(
      fc.property(...inputs, fc.nat(), (tasks, numbers, cut) => {
        const compiled = compiledOf(tasks) as CompiledWorkflow;
        const first = begin(compiled);
        const events = [...first.events, ...drive(first.state, tasks, numbers)];
        const seq = 1 + (cut % events.length);
        const journal = events.map((event, index) => ({ seq: index + 1, event }));
        const carried = carriedAt(compiled, journal, seq);
        const kept = carried.flatMap((event) => (event.type === 'step_kept' ? [event] : []));
        const again = begin(compiled, { from: { execution: 'e', checkpoint: 'c', seq }, carried });
        const done = new Set(kept.map(({ step }) => step));
        const tail = drive(again.state, tasks, numbers);
        for (const event of tail) if ('step' in event) expect(done).not.toContain(event.step);
        expectFates(again.state, tasks);
        const whole = replay(compiled, [...again.events, ...tail]);
        expect(snapshot(whole)).toEqual(snapshot(again.state));
      }),
      { numRuns: RUNS },
    );
  });
});
