import type { FailureKind } from '../../../../engine/core/index.js';
import type { Instant } from '../../../../kernel/index.js';
import { Histogram } from './histogram.js';
import { Spending } from './spending.js';

/** How often something was so, in weighted cases. */
export class Rate {
  yes = 0;
  of = 0;
  /** Cases, each counted once. */
  cases = 0;

  add(isSo: boolean, weight: number): void {
    this.of += weight;
    this.cases += 1;
    if (isSo) this.yes += weight;
  }

  /** Undefined when nothing was seen. */
  get share(): number | undefined {
    return this.of === 0 ? undefined : this.yes / this.of;
  }
}

export interface FailureClass {
  readonly kind: FailureKind;
  readonly code: string;
  weight: number;
}

/** Attempts of a step that are told apart. */
const MOST_ATTEMPTS = 10;

/** What is known of the runs of a task, or of all tasks of a type. Older runs weigh less. Times in ms. */
export class Statistics {
  /** Runs that were seen. */
  runs = 0;
  /** Attempts that succeeded, from begin to end; of a wait, for how long it waited. */
  readonly durations = new Histogram();
  /** Attempts that failed. */
  readonly failedDurations = new Histogram();
  /** From when a step could begin until it did. */
  readonly queue = new Histogram();
  /** Failures among first attempts. */
  readonly firstFails = new Rate();
  /** Failures among attempts after a failed one. */
  readonly laterFails = new Rate();
  /** The same by the number of the attempt: the second at 0. Those beyond `MOST_ATTEMPTS` count for the last. */
  readonly failsAgain: Rate[] = [];
  /** Steps whose result was known already. */
  readonly recalled = new Rate();
  readonly classes = new Map<string, FailureClass>();
  /** What attempts used that succeeded, and executions that a step started. */
  readonly spending = new Spending();
  readonly failedSpending = new Spending();

  /** How an attempt after the first ended. */
  addLater(attempt: number, hasFailed: boolean, weight: number): void {
    this.laterFails.add(hasFailed, weight);
    const place = Math.min(attempt, MOST_ATTEMPTS) - 2;
    while (this.failsAgain.length <= place) this.failsAgain.push(new Rate());
    this.failsAgain[place]?.add(hasFailed, weight);
  }

  addClass({ kind, code }: Omit<FailureClass, 'weight'>, weight: number): void {
    const key = `${kind} ${code}`;
    const known = this.classes.get(key);
    if (known) known.weight += weight;
    else this.classes.set(key, { kind, code, weight });
  }
}

/** All tasks of one type. */
export interface TypeStatistics {
  readonly all: Statistics;
  /**
   * Of durations, how far tasks of the type differ from one another, against how far runs of one task do: the ratio of
   * the variances of their logarithms, within to between. Undefined: fewer than two tasks were seen twice.
   */
  readonly withinToBetween: number | undefined;
  /** As so many runs of a task its type's share of failures counts, 0..5: less the more its tasks differ. */
  readonly priorRuns: number;
}

/** How the way through a workflow was decided, by the pattern of the step. */
export interface Decisions {
  /** Whether `when` held, where it was asked. */
  readonly conditions: ReadonlyMap<string, Rate>;
  /** Weight of each chosen target; the empty id: none. */
  readonly branches: ReadonlyMap<string, ReadonlyMap<string, number>>;
  /** Items of maps and iterations of loops. */
  readonly sizes: ReadonlyMap<string, Histogram>;
  /** Loops that ended because of their limit. */
  readonly limits: ReadonlyMap<string, Rate>;
}

/** What recorded executions say about a workflow. Depends on nothing but the observations. */
export interface WorkflowHistory {
  readonly until: Instant;
  readonly windowDays: number;
  /** Executions of the workflow that it rests on. */
  readonly executions: number;
  /** By pattern: `/each[*]/fetch`. */
  readonly tasks: ReadonlyMap<string, Statistics>;
  /** By type key (`typeKeyOf`). */
  readonly types: ReadonlyMap<string, TypeStatistics>;
  readonly decisions: Decisions;
  /** Of straight executions that completed, from start to end, ms. */
  readonly makespans: Histogram;
  /** Failures among executions that completed or failed. */
  readonly failed: Rate;
  /** Of all costs: the one that most of them are in; those in others are left out. Undefined: no cost was ever recorded. */
  readonly currency: string | undefined;
}

const NOTHING: ReadonlyMap<string, never> = new Map<string, never>();

/** Before anything was seen. */
export const noHistory = (until: Instant = 0): WorkflowHistory => ({
  until,
  windowDays: 0,
  executions: 0,
  tasks: NOTHING,
  types: NOTHING,
  decisions: { conditions: NOTHING, branches: NOTHING, sizes: NOTHING, limits: NOTHING },
  makespans: new Histogram(),
  failed: new Rate(),
  currency: undefined,
});
