import { describe, expect, test } from '@jest/globals';
import { foresee, patternOf, type Assume, type CompiledWorkflow, type Foresight } from '../../src/engine/core/index.js';
import type { JsonObject } from '../../src/kernel/index.js';
import { definePlugin, defineTask } from '../../src/plugin/contract/index.js';
import { PluginRegistry } from '../../src/plugin/host/index.js';
import {
  RANDOM_TASK_TYPE,
  randomWorkflow,
  SimulatedWorld,
  simulationSchemas,
  type Schedule,
  type SimulationGround,
  type TaskResults,
} from '../../src/simulation/index.js';
import { familyFrom } from '../../src/simulation/ground.js';
import { RANDOM_INPUT } from '../../src/simulation/random/random-workflow.js';
import { NO_FAULTS } from '../../src/simulation/script/fault-plan.js';
import { isStepEvent, type ExecutionHistory } from '../../src/simulation/watch/history.js';

/* What is foreseen of random workflows, held against what the engine does with them: predicted = done. */

const LONG = process.env.HARMONIA_TEST_LONG === '1';
const WORKFLOWS = LONG ? 20_000 : 800;
const SEED = 1;

const [PLUGIN = '', TASK = ''] = RANDOM_TASK_TYPE.split('/');
const registry = new PluginRegistry();
registry.add(
  definePlugin({
    id: PLUGIN,
    tasks: [defineTask({ id: TASK, description: 'Gives its input.', run: (input) => input })],
  }),
);

/** Steps that did the work that they stand for, by pattern. */
const begun = ({ events }: ExecutionHistory): ReadonlySet<string> => {
  const found = new Set<string>();
  for (const { event } of events) {
    if (!isStepEvent(event)) continue;
    const begins = ['step_started', 'step_opened', 'step_armed', 'step_completed'].includes(event.type);
    if (begins) found.add(patternOf(event.step));
  }
  return found;
};

/** Steps that failed for good. */
const failures = ({ events }: ExecutionHistory): string[] =>
  events.flatMap(({ event }) => (event.type === 'step_failed' ? [patternOf(event.step)] : []));

const isTimed = ({ events }: ExecutionHistory): boolean =>
  events.some(({ event }) => 'failure' in event && event.failure.kind === 'timeout');

const run = async (schedule: Omit<Schedule, 'plan' | 'choices'>, ground: SimulationGround) => {
  const result = await new SimulatedWorld({ ...schedule, plan: NO_FAULTS, choices: undefined }, ground).run();
  const own = [...result.history.executions.values()].find(({ parent }) => !parent);
  if (!own) throw new Error('no execution');
  return own;
};

interface Case {
  readonly compiled: CompiledWorkflow;
  readonly results: TaskResults;
  readonly execution: ExecutionHistory;
}

async function* cases(): AsyncIterable<Case & { readonly seed: number }> {
  for (let seed = SEED; seed < SEED + WORKFLOWS; seed++) {
    const { document, workflows, next, results } = randomWorkflow(seed);
    const { workflow, ...family } = familyFrom({ document, workflows, next }, registry);
    const ground = { registry, schemas: simulationSchemas, results, ...family, executions: 1, slots: 1 + (seed % 5) };
    const execution = await run({ workflow, input: RANDOM_INPUT, seed }, ground);
    yield { seed, compiled: workflow.compiled, results, execution };
  }
}

const foreseen = (compiled: CompiledWorkflow, input: JsonObject | undefined, assume?: Assume): Foresight => {
  const result = foresee(compiled, { input, now: 0, ...(assume && { assume }) });
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  return result.value;
};

/** What the tasks of an execution really came to: their outcomes are fixed. */
const asItWent = ({ events }: ExecutionHistory): Assume => {
  const outcomes = new Map<string, ReturnType<Assume>>();
  for (const { event } of events) {
    if (event.type === 'step_completed') outcomes.set(event.step, { is: 'completed', output: event.output });
    if (event.type === 'step_failed') outcomes.set(event.step, { is: 'failed', failure: event.failure });
  }
  return ({ address }) => (address === undefined ? undefined : outcomes.get(address));
};

const notDone = ({ tasks }: Foresight, done: ReadonlySet<string>): string[] =>
  tasks.filter(({ pattern, min }) => min > 0 && !done.has(pattern)).map(({ pattern }) => pattern);
const doneThough = ({ tasks }: Foresight, done: ReadonlySet<string>): string[] =>
  tasks.filter(({ pattern, max }) => max === 0 && done.has(pattern)).map(({ pattern }) => pattern);

describe(`what is foreseen of ${WORKFLOWS} random workflows, seeds from ${SEED}`, () => {
  test('what is impossible is never done; what is certain is done when nothing fails, or all outcomes are fixed', async () => {
    const wrong: string[] = [];
    const share = { certain: 0, impossible: 0, tasks: 0, fixed: 0, done: 0 };
    for await (const { seed, compiled, execution } of cases()) {
      const done = begun(execution);
      const isOver = execution.ended !== undefined;
      const isCalm = isOver && failures(execution).length === 0 && !isTimed(execution);
      const blind = foreseen(compiled, undefined);
      const known = foreseen(compiled, RANDOM_INPUT);
      const fixed = foreseen(compiled, RANDOM_INPUT, asItWent(execution));
      for (const [name, forecast] of Object.entries({ blind, known, fixed })) {
        for (const pattern of doneThough(forecast, done)) wrong.push(`${seed} ${name}: ${pattern} was impossible`);
      }
      for (const [name, forecast] of Object.entries({ blind, known })) {
        if (isCalm)
          for (const pattern of notDone(forecast, done)) wrong.push(`${seed} ${name}: ${pattern} was certain`);
      }
      if (isOver && !isTimed(execution))
        for (const pattern of notDone(fixed, done)) wrong.push(`${seed} fixed: ${pattern} was certain`);
      share.tasks += known.tasks.length;
      share.certain += known.tasks.filter(({ min }) => min > 0).length;
      share.impossible += known.tasks.filter(({ max }) => max === 0).length;
      share.fixed += fixed.tasks.filter(({ min }) => min > 0).length;
      share.done += done.size;
    }
    expect(wrong).toEqual([]);
    // Otherwise it would be easy.
    expect(share.certain / share.tasks).toBeGreaterThan(0.4);
    expect(share.impossible / share.tasks).toBeGreaterThan(0.05);
    expect(share.fixed / share.done).toBeGreaterThan(0.8);
  });
});
