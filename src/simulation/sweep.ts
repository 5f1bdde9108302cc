import { targetsOf } from './explore.js';
import { causeOf } from './report.js';
import { endsOf, runSchedule, type EndOfRun, type ScheduleOptions } from './run-schedule.js';
import type { PlannedFault } from './script/fault-plan.js';
import type { Violation } from './watch/invariants.js';
import type { Schedule, ScheduleRun, SimulationGround } from './world/simulated-world.js';

/** The single faults of a sweep. `outage`: every attempt fails; `slow`: the first takes an hour longer. */
export const SWEPT = {
  error: (step: string): PlannedFault => ({ fault: 'error', step }),
  outage: (step: string): PlannedFault => ({ fault: 'error', step, attempt: 'every' }),
  timeout: (step: string): PlannedFault => ({ fault: 'timeout', step }),
  slow: (step: string): PlannedFault => ({ fault: 'slow', step, seconds: 3600 }),
  crash: (step: string): PlannedFault => ({ fault: 'crash', step }),
} as const;

export type SweptFault = keyof typeof SWEPT;

/** What a single fault does to the execution. */
export interface SweepCell {
  /** How the execution ended. */
  readonly end: EndOfRun;
  /** Why, when it failed. */
  readonly code?: string;
  /** Absent: all invariants held. */
  readonly violation?: Violation;
}

/** What every single fault of one step does. */
export interface SweepRow {
  /** Address of the step: `/fetch`. */
  readonly step: string;
  /** By fault. */
  readonly faults: Readonly<Record<SweptFault, SweepCell>>;
}

/** What every single fault of every step does. */
export interface Sweep {
  /** Without any fault. */
  readonly undisturbed: SweepCell;
  /** One for each step that ran, in the order in which they began. */
  readonly rows: readonly SweepRow[];
  /** Steps that ran and were left out, because there are so many. */
  readonly leftOut: number;
}

/** Steps that are swept. */
const MOST_STEPS = 500;

/** Runs the workflow once for each step that ran and each kind of single fault. */
export const sweep = async (
  first: Omit<Schedule, 'choices' | 'plan'>,
  ground: SimulationGround,
  options: ScheduleOptions,
): Promise<Sweep> => {
  const cell = async (faults: readonly PlannedFault[]): Promise<SweepCell> =>
    cellOf(await runSchedule({ ...first, plan: { faults } }, ground, options));
  const { steps } = await targetsOf(first, ground);
  const rows: SweepRow[] = [];
  for (const step of steps.slice(0, MOST_STEPS)) {
    const cells = Object.entries(SWEPT).map(async ([name, make]) => [name, await cell([make(step)])] as const);
    rows.push({ step, faults: Object.fromEntries(await Promise.all(cells)) as SweepRow['faults'] });
  }
  return { undisturbed: await cell([]), rows, leftOut: Math.max(0, steps.length - MOST_STEPS) };
};

const cellOf = (run: ScheduleRun): SweepCell => {
  const [[id, end] = ['', 'hangs' as const]] = endsOf(run);
  const event = run.history.of(id)?.ended?.event;
  const code = event?.type === 'execution_failed' ? causeOf(event.failure, event.steps).code : undefined;
  const [violation] = run.violations;
  return { end, ...(code !== undefined && { code }), ...(violation && { violation }) };
};
