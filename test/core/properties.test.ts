import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  decide,
  isTerminalStep,
  plan,
  replay,
  snapshot,
  startRun,
  type RunEvent,
  type RunRequest,
  type RunState,
} from '../../src/engine/core/index.js';
import type { Json } from '../../src/kernel/index.js';
import { carriedAt, compile, failure, mustCompile } from '../world/core-world.js';

const LONG = process.env.HARMONIA_TEST_LONG === '1';
const RUNS = LONG ? 10_000 : 300;

/** Random workflows: edges go from earlier to later tasks only, so they are acyclic by construction. */
const workflows = fc.integer({ min: 1, max: 9 }).chain((size) =>
  fc.tuple(
    ...Array.from({ length: size }, (_, index) =>
      fc.record({
        needs: fc.uniqueArray(fc.integer({ min: 0, max: Math.max(0, index - 1) }), { maxLength: index === 0 ? 0 : 3 }),
        join: fc.constantFrom('all', 'any'),
        when: fc.constantFrom(undefined, undefined, undefined, true, false),
        onError: fc.constantFrom('fail', 'continue', 'goto'),
        isSwitch: fc.boolean(),
        target: fc.integer({ min: 1, max: 3 }),
        retries: fc.integer({ min: 0, max: 2 }),
        timeout: fc.boolean(),
        lost: fc.constantFrom('retry', 'fail'),
      }),
    ),
  ),
);

type Plan = typeof workflows extends fc.Arbitrary<infer T> ? T : never;

const toDocument = (tasks: Plan, failFast: boolean): Json => {
  const id = (index: number): string => `t${index}`;
  const entries = tasks.map((task, index) => {
    const target = index + task.target < tasks.length ? id(index + task.target) : undefined;
    const depends_on = task.needs.map(id);
    const shared = {
      ...(depends_on.length > 0 && { depends_on, join: task.join }),
      ...(task.when !== undefined && { when: task.when }),
    };
    if (task.isSwitch && target) {
      return [
        id(index),
        {
          ...shared,
          switch: [
            { when: '${input.flip}', goto: target },
            ...(index + 1 < tasks.length ? [{ goto: id(index + 1) }] : []),
          ],
        },
      ];
    }
    const on_error = task.onError === 'goto' ? (target ? { goto: target } : 'fail') : task.onError;
    return [
      id(index),
      {
        type: 'test/task',
        ...shared,
        on_error,
        on_lost: task.lost,
        retry_policy: { max_retries: task.retries, initial_delay: 1, jitter: 0.5 },
        ...(task.timeout && { timeout: 5 }),
      },
    ];
  });
  return { name: 'random', fail_fast: failFast, tasks: Object.fromEntries(entries) as Json };
};

const choices = fc.array(fc.nat(1_000_000), { minLength: 1, maxLength: 200 });

interface History {
  readonly state: RunState;
  readonly events: RunEvent[];
}

/** Drives an execution to its end; every choice (who goes next, how it ends) comes from the numbers. */
const drive = (
  document: Json,
  numbers: readonly number[],
  onEvent: (state: RunState, event: RunEvent) => void = () => undefined,
): History => {
  const compiled = mustCompile(document);
  let cursor = 0;
  // Past the given numbers everything goes well, so that every run comes to an end.
  const pick = (bound: number): number => (cursor < numbers.length ? (numbers[cursor++] ?? 0) % bound : bound - 1);
  let now = 1000;
  const started = startRun({
    at: now,
    execution: 'e',
    compiled,
    workflow: { id: 'w', name: 'w', version: '1', definition: 'd' },
    input: { flip: pick(2) === 0 },
    metadata: {},
    options: {},
  });
  if (started.is !== 'accepted') throw new Error('refused');
  const { state } = started;
  const events = [...started.events];
  plan(state);
  for (let turn = 0; turn < 2000 && (state.status.is === 'running' || state.status.is === 'paused'); turn++) {
    now += pick(3000);
    const request = nextRequest(state, pick, now);
    const decision = decide(state, request);
    if (decision.is === 'accepted') for (const event of decision.events) onEvent(state, event);
    if (decision.is === 'accepted') events.push(...decision.events);
    plan(state);
  }
  return { state, events };
};

const nextRequest = (state: RunState, pick: (bound: number) => number, now: number): RunRequest => {
  const at = now;
  if (state.status.is === 'paused') return { is: 'resume', at };
  if (pick(25) === 0) return { is: 'pause', at };
  const running = state.root.steps.filter((step) => step.state.at === 'running');
  const waiting = state.root.steps.filter((step) => step.state.at === 'ready' || step.state.at === 'backing-off');
  const live = [...running, ...waiting];
  const step = live[pick(Math.max(1, live.length))];
  if (!step) return { is: 'cancel', at };
  const { address, generation } = step;
  if (step.state.at !== 'running')
    return {
      is: 'begin',
      at: step.state.at === 'backing-off' ? Math.max(at, step.state.until) : at,
      step: address,
      generation,
    };
  const about = { at, step: address, generation, attempt: step.state.tries.attempt };
  switch (pick(6)) {
    case 0:
      return { is: 'fail', ...about, failure: failure('transient') };
    case 1:
      return { is: 'fail', ...about, failure: failure('fatal') };
    case 2:
      return { is: 'lose', ...about };
    case 3:
      return { is: 'expire', ...about };
    default:
      return { is: 'succeed', ...about, output: address };
  }
};

const isValid = (tasks: Plan): boolean => compile(toDocument(tasks, false)).ok;
const inputs = [workflows.filter(isValid), fc.boolean(), choices] as const;

describe('whatever the workflow and whatever happens', () => {
  test('every execution ends, and every step of it (E4)', () => {
    fc.assert(
      fc.property(...inputs, (tasks, failFast, numbers) => {
        const { state } = drive(toDocument(tasks, failFast), numbers);
        expect(['completed', 'failed', 'canceled']).toContain(state.status.is);
        expect(state.root.steps.every((step) => isTerminalStep(step.state))).toBe(true);
        expect([...state.due].length).toBe(0);
      }),
      { numRuns: RUNS },
    );
  });

  test('the state is the fold of the journal; replay(prefix) + tail = replay(all), byte for byte (E6)', () => {
    fc.assert(
      fc.property(...inputs, fc.nat(), (tasks, failFast, numbers, cut) => {
        const document = toDocument(tasks, failFast);
        const { state, events } = drive(document, numbers);
        const compiled = mustCompile(document);
        const whole = JSON.stringify(snapshot(replay(compiled, events)));
        expect(JSON.stringify(snapshot(state))).toBe(whole);
        const prefix = 1 + (cut % events.length);
        const resumed = replay(compiled, events.slice(0, prefix));
        expect(resumed.seq).toBe(prefix);
        expect(JSON.stringify(snapshot(replay(compiled, [...events.slice(0, prefix), ...events.slice(prefix)])))).toBe(
          whole,
        );
      }),
      { numRuns: RUNS },
    );
  });

  test('a finished step never runs again, attempts count up, and nothing follows the end (E2)', () => {
    fc.assert(
      fc.property(...inputs, (tasks, failFast, numbers) => {
        const { events } = drive(toDocument(tasks, failFast), numbers);
        const ended = new Set<string>();
        const attempts = new Map<string, number>();
        events.forEach((event, index) => {
          if ('step' in event) expect(ended.has(event.step)).toBe(false);
          if (event.type === 'step_started') {
            expect(event.attempt).toBe((attempts.get(event.step) ?? 0) + 1);
            attempts.set(event.step, event.attempt);
          }
          if (event.type === 'step_completed' || event.type === 'step_failed' || event.type === 'step_skipped')
            ended.add(event.step);
          if (/^execution_(completed|failed|canceled)$/.test(event.type)) expect(index).toBe(events.length - 1);
        });
      }),
      { numRuns: RUNS },
    );
  });

  test('a step starts only after what it waits for (E3)', () => {
    fc.assert(
      fc.property(...inputs, (tasks, failFast, numbers) => {
        drive(toDocument(tasks, failFast), numbers, (state, event) => {
          if (event.type !== 'step_started' || event.attempt > 1) return;
          const step = state.root.steps.find(({ address }) => address === event.step);
          if (!step) throw new Error(event.step);
          const sources = step.task.needs.map((index) => state.root.steps[index]?.state);
          const completed = sources.filter((source) => source?.at === 'completed').length;
          if (step.task.join.is === 'count') expect(completed).toBeGreaterThanOrEqual(step.task.join.needed);
          else expect(sources.every((source) => source && isTerminalStep(source))).toBe(true);
        });
      }),
      { numRuns: RUNS },
    );
  });

  test('restoring from any position keeps what had completed, runs the rest, and ends', () => {
    fc.assert(
      fc.property(...inputs, fc.nat(), (tasks, failFast, numbers, cut) => {
        const document = toDocument(tasks, failFast);
        const compiled = mustCompile(document);
        const { events } = drive(document, numbers);
        const journal = events.map((event, index) => ({ seq: index + 1, event }));
        const seq = 1 + (cut % events.length);
        const carried = carriedAt(compiled, journal, seq);
        const kept = carried.flatMap((event) => (event.type === 'step_kept' ? [event] : []));
        const prefix = journal.slice(0, seq).map(({ event }) => event);
        const completed = prefix.flatMap((event) => (event.type === 'step_completed' ? [event.step] : []));
        expect(kept.map(({ step }) => step)).toEqual(expect.arrayContaining(completed));
        const first = events[0];
        if (first?.type !== 'execution_started') throw new Error('no start');
        const restored = startRun({
          at: 99_000,
          execution: 'r',
          compiled,
          workflow: first.workflow,
          input: first.input,
          metadata: {},
          options: {},
          restore: { from: { execution: 'e', checkpoint: 'c', seq }, carried },
        });
        if (restored.is !== 'accepted') throw new Error('refused');
        const { state } = restored;
        for (let turn = 0; turn < 1000 && state.status.is === 'running'; turn++) {
          const step = state.root.steps.find(({ state: { at } }) => at === 'ready' || at === 'running');
          if (!step) break;
          expect(completed).not.toContain(step.address);
          const about = { at: 99_000, step: step.address, generation: 1 };
          decide(
            state,
            step.state.at === 'running'
              ? { is: 'succeed', ...about, attempt: 1, output: null }
              : { is: 'begin', ...about },
          );
        }
        expect(['completed', 'failed']).toContain(state.status.is);
      }),
      { numRuns: RUNS },
    );
  });

  test('a refused request changes nothing (E8)', () => {
    fc.assert(
      fc.property(...inputs, (tasks, failFast, numbers) => {
        const { state } = drive(toDocument(tasks, failFast), numbers.slice(0, 20));
        const before = JSON.stringify(snapshot(state));
        const wrong: RunRequest[] = [
          { is: 'begin', at: 9e9, step: '/nope', generation: 1 },
          { is: 'succeed', at: 9e9, step: '/t0', generation: 7, attempt: 1, output: 1 },
          { is: 'succeed', at: 9e9, step: '/t0', generation: 1, attempt: 99, output: 1 },
          { is: 'resume', at: 9e9 },
        ];
        for (const request of wrong) expect(decide(state, request).is).toBe('refused');
        expect(JSON.stringify(snapshot(state))).toBe(before);
      }),
      { numRuns: RUNS },
    );
  });
});
