import type { Millis } from '../../../../kernel/index.js';

/** As many runs of its type count at most beside a task's own when its share of failures is worked out. */
export const MOST_PRIOR_RUNS = 5;

interface Outcomes {
  runs: number;
  failed: number;
}

interface Moments {
  count: number;
  mean: number;
  /** Sum of squared distances from the mean (Welford, 1962). */
  squares: number;
}

/** How far tasks of one type differ: in durations, from run to run and from task to task; in their shares of failures. */
export class Spread {
  private readonly tasks = new Map<string, Moments>();
  private readonly outcomes = new Map<string, Outcomes>();

  /** Whether a first attempt failed. */
  addOutcome(task: string, hasFailed: boolean): void {
    const outcomes = this.outcomes.get(task) ?? { runs: 0, failed: 0 };
    outcomes.runs += 1;
    if (hasFailed) outcomes.failed += 1;
    this.outcomes.set(task, outcomes);
  }

  add(task: string, duration: Millis): void {
    const moments = this.tasks.get(task) ?? { count: 0, mean: 0, squares: 0 };
    const value = Math.log(Math.max(1, duration));
    const distance = value - moments.mean;
    moments.count += 1;
    moments.mean += distance / moments.count;
    moments.squares += distance * (value - moments.mean);
    this.tasks.set(task, moments);
  }

  /**
   * Variance within tasks over variance between them, both of logarithms: the `k` of Bühlmann's credibility n/(n + k).
   * Undefined when fewer than two tasks ran twice. Infinite when tasks do not differ beyond chance.
   */
  get withinToBetween(): number | undefined {
    const tasks = [...this.tasks.values()].filter(({ count }) => count > 1);
    if (tasks.length < 2) return undefined;
    const sum = (of: (moments: Moments) => number): number => tasks.reduce((all, moments) => all + of(moments), 0);
    const within = sum(({ squares }) => squares) / sum(({ count }) => count - 1);
    const middle = sum(({ mean }) => mean) / tasks.length;
    const ofMeans = sum(({ mean }) => (mean - middle) ** 2) / (tasks.length - 1);
    const between = ofMeans - (within * sum(({ count }) => 1 / count)) / tasks.length;
    if (between > 0) return within / between;
    return within === 0 ? 0 : Infinity;
  }

  /**
   * As so many runs the type's share of failures counts for a task that has seldom run: the strength of the beta
   * distribution that shares of its tasks have (by moments). 0: they differ as much as can be, so one says nothing of
   * another.
   */
  get priorRuns(): number {
    const tasks = [...this.outcomes.values()].filter(({ runs }) => runs > 1);
    if (tasks.length < 2) return MOST_PRIOR_RUNS;
    const sum = (of: (outcomes: Outcomes) => number): number => tasks.reduce((all, one) => all + of(one), 0);
    const middle = sum(({ failed, runs }) => failed / runs) / tasks.length;
    const noise = (middle * (1 - middle) * sum(({ runs }) => 1 / runs)) / tasks.length;
    const between = sum(({ failed, runs }) => (failed / runs - middle) ** 2) / (tasks.length - 1) - noise;
    if (between <= 0) return MOST_PRIOR_RUNS;
    return Math.min(MOST_PRIOR_RUNS, Math.max(0, (middle * (1 - middle)) / between - 1));
  }
}
