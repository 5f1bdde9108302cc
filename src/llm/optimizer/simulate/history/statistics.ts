import type { FailureKind } from '../../../../engine/core/index.js';
import type { Instant, Millis } from '../../../../kernel/index.js';
import type { Crowd } from './crowds.js';
import { Histogram } from './histogram.js';
import { Rate } from './rate.js';
import type { Repeats } from './repeats.js';
import { Spending } from './spending.js';

export interface FailureClass {
  readonly kind: FailureKind;
  readonly code: string;
  weight: number;
  /** Failures, each counted once. */
  count: number;
  /** Of those attempts, as far as it is known how long they took. */
  readonly durations: Histogram;
}

/** Attempts of a step that are told apart. */
const MOST_ATTEMPTS = 10;

/** What is known of the runs of a task, or of all tasks of a type. Older runs weigh less. Times in ms. */
export class Statistics {
  /** Runs that were seen. */
  runs = 0;
  /** Attempts that succeeded, from begin to end; of a wait, for how long it waited. */
  readonly durations = new Histogram();
  /** Attempts that failed by themselves. */
  readonly failedDurations = new Histogram();
  /** Attempts that their timeout ended: how long they would have taken is not known, but that it is longer (right-censored). */
  readonly cut = new Histogram();
  /** Attempts that ended with their execution, which somebody canceled or whose own time was over: right-censored as well. */
  readonly abandoned = new Histogram();
  /** From when a step could begin until it did. */
  readonly queue = new Histogram();
  /** Failures among first attempts. */
  readonly firstFails = new Rate();
  /** Failures among attempts after a failed one. */
  readonly laterFails = new Rate();
  /** The same by the number of the attempt: the second at 0. Those beyond `MOST_ATTEMPTS` count for the last. */
  readonly failsAgain: Rate[] = [];
  /** Failures among attempts after one that failed with that code. */
  readonly failsAfter = new Map<string, Rate>();
  /** Failures among steps that had failed for good and that a re-execution ran once more. */
  readonly failsAnew = new Rate();
  /** What the failing side asked for: ms until the next attempt. */
  readonly retryAfter = new Histogram();
  /** Steps whose result was known already. */
  readonly recalled = new Rate();
  /** Absent: nobody looked at inputs, or none of its runs could be told apart by them. */
  repeats: Repeats | undefined;
  /** The innermost crowd that it runs in and whose size makes a difference to it. */
  crowded: Crowded | undefined;
  readonly classes = new Map<string, FailureClass>();
  /** The same of first attempts alone. */
  readonly firstClasses = new Map<string, FailureClass>();
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

  /** How an attempt ended that followed one with this failure. */
  addAfter(code: string, hasFailed: boolean, weight: number): void {
    const rate = this.failsAfter.get(code) ?? new Rate();
    rate.add(hasFailed, weight);
    this.failsAfter.set(code, rate);
  }

  addClass(failure: SeenFailure, { weight, isFirst }: { weight: number; isFirst: boolean }): void {
    countIn(this.classes, failure, weight);
    if (isFirst) countIn(this.firstClasses, failure, weight);
  }
}

type SeenFailure = Pick<FailureClass, 'kind' | 'code'> & {
  /** Undefined: not known. */
  readonly length: Millis | undefined;
};

const countIn = (classes: Map<string, FailureClass>, { kind, code, length }: SeenFailure, weight: number): void => {
  const key = `${kind} ${code}`;
  const known = classes.get(key) ?? { kind, code, weight: 0, count: 0, durations: new Histogram() };
  known.weight += weight;
  known.count += 1;
  if (length !== undefined) known.durations.add(length, weight);
  classes.set(key, known);
};

/** How attempts of a task go that others run beside. */
export interface Crowded {
  /** The map or the group, by its pattern; '' is the workflow. */
  readonly owner: string;
  readonly crowd: Crowd;
  /** What its attempts would have taken alone, ms; absent: durations are not known to grow. */
  readonly alone: Histogram | undefined;
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
  /** Of maps and groups, by pattern; '' is the workflow. */
  readonly crowds: ReadonlyMap<string, Crowd>;
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
  crowds: NOTHING,
  makespans: new Histogram(),
  failed: new Rate(),
  currency: undefined,
});
