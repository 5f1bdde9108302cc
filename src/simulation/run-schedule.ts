import type { RunEvent } from '../engine/core/index.js';
import type { Json } from '../kernel/index.js';
import { isInvisible, NO_FAULTS } from './script/fault-plan.js';
import { endsStep, isStepEvent, type ExecutionHistory } from './watch/history.js';
import type { Violation } from './watch/invariants.js';
import { SimulatedWorld, type Schedule, type ScheduleRun, type SimulationGround } from './world/simulated-world.js';

/** How a simulated execution stood at the end of its schedule. */
export type EndOfRun = 'completed' | 'failed' | 'canceled' | 'hangs' | 'paused' | 'waits';

/**
 * `unless-timed-out`: a timeout that was met, with or without faults, may have decided. `unless-failed`: so may a failure
 * that nobody handled, since it ends what waits and what other items of a map do.
 */
export type Comparing = 'always' | 'unless-timed-out' | 'unless-failed' | 'never';

export interface ScheduleOptions {
  /** Whether the result must be the same as without faults, when the plan has nothing but faults that must not be noticed. */
  readonly compares: Comparing;
}

/** Runs one schedule, and judges how it ended. */
export const runSchedule = async (
  schedule: Schedule,
  ground: SimulationGround,
  { compares }: ScheduleOptions,
): Promise<ScheduleRun> => {
  const run = await new SimulatedWorld(schedule, ground).run();
  if (run.violations.length > 0 || run.refusal !== undefined) return run;
  const violations: Violation[] = [...expectation(schedule, run)];
  const { faults } = schedule.plan;
  if (compares !== 'never' && run.struck.size > 0 && faults.every(isInvisible)) {
    const undisturbed = await new SimulatedWorld({ ...schedule, plan: NO_FAULTS, choices: undefined }, ground).run();
    const decides = DECIDES[compares];
    const decided = [run, undisturbed].some(({ history }) =>
      [...history.executions.values()].some(({ events }) => events.some(({ event }) => decides(event))),
    );
    if (!decided) violations.push(...difference(run, undisturbed));
  }
  return { ...run, violations };
};

/** How each execution that somebody outside asked for ended, by its id. */
export const endsOf = (run: ScheduleRun): ReadonlyMap<string, EndOfRun> => {
  const ends = new Map<string, EndOfRun>();
  for (const [id, { ended, parent }] of run.history.executions) {
    if (parent) continue;
    const type = ended?.event.type;
    if (type) ends.set(id, type.replace('execution_', '') as EndOfRun);
    else ends.set(id, run.standing.get(id) ?? 'hangs');
  }
  return ends;
};

const isTimeout = (event: RunEvent): boolean => 'failure' in event && event.failure.kind === 'timeout';
const isUnhandled = (event: RunEvent): boolean =>
  (event.type === 'step_failed' && event.handled === undefined) || event.type === 'execution_failed';

/** Events after which results need not be the same. */
const DECIDES: Readonly<Record<Comparing, (event: RunEvent) => boolean>> = {
  always: () => false,
  'unless-timed-out': isTimeout,
  'unless-failed': (event) => isTimeout(event) || isUnhandled(event),
  never: () => true,
};

const expectation = ({ plan }: Schedule, run: ScheduleRun): readonly Violation[] => {
  const { expect } = plan;
  if (expect === undefined) return [];
  return [...endsOf(run)]
    .filter(([, end]) => end !== expect)
    .map(([id, end]) => ({ invariant: 'expect', message: `${id} must be ${expect}; it is ${end}${because(run, id)}` }));
};

const because = ({ history }: ScheduleRun, id: string): string => {
  const end = history.of(id)?.ended?.event;
  return end?.type === 'execution_failed' ? `: ${end.failure.message}` : '';
};

const difference = (run: ScheduleRun, undisturbed: ScheduleRun): readonly Violation[] => {
  const violations: Violation[] = [];
  for (const [id, execution] of undisturbed.history.executions) {
    const [should, is] = [resultOf(execution), resultOf(run.history.of(id))];
    const differing = Object.keys({ ...should, ...is }).find((name) => should[name] !== is[name]);
    if (differing === undefined) continue;
    const [wanted = 'absent', got = 'absent'] = [should[differing], is[differing]];
    violations.push({
      invariant: 'result',
      message: `${differing} of ${id} is ${got.slice(0, 200)}; without faults it is ${wanted.slice(0, 200)}`,
    });
  }
  return violations;
};

/** What an execution came to, but for times, attempts and the order of things. */
export const resultOf = (execution: ExecutionHistory | undefined): Readonly<Record<string, string>> => {
  const result: Record<string, string> = {};
  for (const { event } of execution?.events ?? []) {
    if (!isStepEvent(event) || !endsStep(event)) continue;
    result[`${event.step} (${event.generation})`] = untimed(plain(event as unknown as Record<string, Json>));
  }
  const end = execution?.ended?.event;
  if (end?.type === 'execution_failed') result.end = JSON.stringify(['failed', [...end.steps].sort()]);
  else if (end) result.end = untimed(plain(end as unknown as Record<string, Json>));
  return result;
};

/** An approval says when it was given. */
const untimed = (value: Json): string => JSON.stringify(value).replace(/"\d{4}-\d\d-\d\dT[\d:.]+Z"/g, '"some time"');

/** Without what tells of time and order. */
const plain = (event: Record<string, Json>): Json => {
  // Of several failures inside a construct, or in a sub-workflow, the first counts.
  const isPassedOn = event.attempt === 0;
  const entries = Object.entries(event).filter(
    ([field]) => !PASSING.has(field) && !(isPassedOn && field === 'failure'),
  );
  return Object.fromEntries(entries);
};

const PASSING: ReadonlySet<string> = new Set(['at', 'attempt', 'because', 'set', 'cache_until', 'cached', 'consumed']);
