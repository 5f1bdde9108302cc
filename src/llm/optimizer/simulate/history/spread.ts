import type { Millis } from '../../../../kernel/index.js';

interface Moments {
  count: number;
  mean: number;
  /** Sum of squared distances from the mean (Welford, 1962). */
  squares: number;
}

/** How far durations of one type of task differ: from run to run of one task, and from task to task. */
export class Spread {
  private readonly tasks = new Map<string, Moments>();

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
}
