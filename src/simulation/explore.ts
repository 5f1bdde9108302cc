import { Chance } from '../kernel/index.js';
import { randomPlan, type Targets } from './random/random-plan.js';
import { regressionOf, type Regression } from './regression.js';
import { Tally, type Statistics } from './report.js';
import { runSchedule, type ScheduleOptions } from './run-schedule.js';
import { NO_FAULTS, type FaultPlan } from './script/fault-plan.js';
import { shrink } from './shrink.js';
import { isFromOutside, isStepEvent } from './watch/history.js';
import { INVARIANTS, type Invariant, type Violation } from './watch/invariants.js';
import { SimulatedWorld, type Schedule, type ScheduleRun, type SimulationGround } from './world/simulated-world.js';

/** Schedules that run side by side: they share the turns of the event loop. */
const SIDE_BY_SIDE = 16;

/** A schedule in which something did not hold, as small as it could be made. */
export interface Counterexample extends Violation {
  /** The invariant in words. */
  readonly rule: string;
  /** Of the schedule that was found first. */
  readonly seed: number;
  /** The smallest schedule in which it still does not hold. */
  readonly minimal: Regression;
  /** Every micro-step of the minimal schedule, in words. */
  readonly trace: readonly string[];
}

/** What came of many schedules of one workflow. */
export interface Explored extends Statistics {
  /** How many schedules violated what. */
  readonly violations: Readonly<Partial<Record<Invariant, number>>>;
  /** The first of them, shrunk. */
  readonly counterexample?: Counterexample;
}

export interface Exploration extends ScheduleOptions {
  readonly first: Omit<Schedule, 'choices' | 'plan'>;
  readonly schedules: number;
  /** `random`: a few faults by chance, others in each schedule. */
  readonly plan: FaultPlan | 'random';
}

/** Runs schedules with the seeds `first.seed`, `first.seed + 1`, …; throws what refuses the start. */
export const explore = async (exploration: Exploration, ground: SimulationGround): Promise<Explored> => {
  const { first, schedules } = exploration;
  const tally = new Tally(first.workflow.compiled.document, exploration.plan !== 'random');
  const violations: Partial<Record<Invariant, number>> = {};
  let failed: { readonly schedule: Schedule; readonly violation: Violation } | undefined;
  const targets = exploration.plan === 'random' ? await targetsOf(first, ground) : undefined;
  const run = async (index: number): Promise<readonly [Schedule, ScheduleRun]> => {
    const seed = first.seed + index;
    const plan = targets ? randomPlan(new Chance(seed, 'plan'), targets) : (exploration.plan as FaultPlan);
    const schedule = { ...first, seed, plan };
    return [schedule, await runSchedule(schedule, ground, exploration)];
  };
  for (let from = 0; from < schedules; from += SIDE_BY_SIDE) {
    const count = Math.min(SIDE_BY_SIDE, schedules - from);
    for (const [schedule, result] of await Promise.all(
      Array.from({ length: count }, (_, index) => run(from + index)),
    )) {
      if (result.refusal !== undefined) throw result.refusal as Error;
      tally.add(schedule, result);
      const [violation] = result.violations;
      if (!violation) continue;
      violations[violation.invariant] = (violations[violation.invariant] ?? 0) + 1;
      failed ??= { schedule: { ...schedule, choices: result.choices }, violation };
    }
  }
  const counterexample = failed && (await minimal(failed, ground, exploration));
  return { ...tally.statistics(), violations, ...(counterexample && { counterexample }) };
};

const minimal = async (
  { schedule, violation }: { readonly schedule: Schedule; readonly violation: Violation },
  ground: SimulationGround,
  options: ScheduleOptions,
): Promise<Counterexample> => {
  const { invariant } = violation;
  const violated = ({ violations }: ScheduleRun): Violation | undefined =>
    violations.find((found) => found.invariant === invariant);
  const smallest = await shrink(schedule, async (candidate) => {
    return violated(await runSchedule(candidate, ground, options)) !== undefined;
  });
  const last = await runSchedule(smallest, ground, options);
  return {
    ...(violated(last) ?? violation),
    rule: INVARIANTS[invariant],
    seed: schedule.seed,
    minimal: regressionOf(smallest, ground, invariant),
    trace: last.trace,
  };
};

/** Where faults could strike, as a schedule without any shows. */
export const targetsOf = async (
  first: Omit<Schedule, 'choices' | 'plan'>,
  ground: SimulationGround,
): Promise<Targets> => {
  const run = await new SimulatedWorld({ ...first, plan: NO_FAULTS }, ground).run();
  if (run.refusal !== undefined) throw run.refusal as Error;
  const [steps, waits, events, places] = [new Set<string>(), new Set<string>(), new Set<string>(), new Set<string>()];
  let seconds = 0;
  for (const { events: written } of run.history.executions.values()) {
    for (const { event } of written) {
      seconds = Math.max(seconds, (event.at - (written[0]?.event.at ?? event.at)) / 1000);
      if (!isStepEvent(event)) continue;
      places.add(event.step);
      if (event.type === 'step_started') steps.add(event.step);
      if (event.type === 'step_armed' && isFromOutside(event.awaits)) waits.add(event.step);
      if (event.type === 'step_armed' && event.awaits.is === 'event') events.add(event.awaits.name);
    }
  }
  const lists = { steps: [...steps], waits: [...waits], events: [...events], places: [...places] };
  const hasNext = ground.next !== undefined;
  return { ...lists, microSteps: run.trace.length, commits: run.commits, seconds, hasNext };
};
