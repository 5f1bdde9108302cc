import type { CompiledScope, CompiledTask, CompiledWorkflow } from '../../../../engine/core/index.js';
import { nextAttempt } from '../../../../retry-policy/index.js';
import type { Millis } from '../../../../kernel/index.js';
import type { WorkflowHistory } from '../history/statistics.js';
import { skeletonOf, type Skeleton } from '../run/skeleton.js';
import { bodiesOf } from '../places.js';
import type { TaskModel } from '../run/task-model.js';

/** How long a task and what follows from it takes. */
export interface TaskRank {
  /** The task alone, retries included, ms; of a construct, the longest way through its bodies. */
  readonly weight: Millis;
  /** The longest way from its begin to the end of the workflow, ms: who has most before it should begin first. */
  readonly rank: Millis;
}

const MOST_RETRIES = 20;

/** Expected time of all attempts and of the pauses between them. */
const expectedTime = (task: CompiledTask, model: TaskModel): Millis => {
  let [time, probability] = [0, 1];
  for (let retries = 0; retries <= MOST_RETRIES && probability > 1e-6; retries++) {
    time += probability * model.meanDuration;
    probability *= model.fails(retries + 1);
    if (!task.retry || probability === 0) break;
    const { kind, code } = model.classes[0] ?? { kind: 'transient', code: '' };
    const failure = { retries, elapsed: time, kind, code, retryAfter: undefined };
    const next = nextAttempt({ ...task.retry, jitter: 0 }, failure, '');
    if (next.is === 'give-up') break;
    time += probability * next.delay;
  }
  return time;
};

class Ranks {
  readonly ranks = new Map<string, TaskRank>();
  private readonly weights = new Map<CompiledTask, Millis>();

  constructor(
    private readonly skeleton: Skeleton,
    private readonly history: WorkflowHistory,
  ) {}

  /** The longest way through a scope, and the rank of each task in it when so much follows after the scope. */
  rank(scope: CompiledScope, prefix: string, after: Millis): Millis {
    const ways = this.waysThrough(scope, prefix);
    for (const task of scope.tasks) {
      const pattern = prefix + task.path;
      const way = ways[task.index] as number;
      this.ranks.set(pattern, { weight: this.weight(task, pattern), rank: way + after });
      const follows = way - this.weight(task, pattern) + after;
      for (const body of bodiesOf(task)) this.rank(body.scope, pattern + body.suffix, follows);
    }
    return Math.max(0, ...ways);
  }

  private waysThrough(scope: CompiledScope, prefix: string): readonly Millis[] {
    const ways = new Map<number, Millis>();
    // Without recursion: a chain may have 10,000 tasks.
    const open = scope.tasks.map(({ index }) => index);
    while (open.length > 0) {
      const index = open.at(-1) as number;
      const task = scope.tasks[index] as CompiledTask;
      const next = [...task.feeds, ...task.opens];
      const missing = ways.has(index) ? [] : next.filter((follower) => !ways.has(follower));
      if (missing.length > 0) {
        open.push(...missing);
        continue;
      }
      open.pop();
      if (ways.has(index)) continue;
      const longest = next.reduce((most, follower) => Math.max(most, ways.get(follower) as number), 0);
      ways.set(index, this.weight(task, prefix + task.path) + longest);
    }
    return scope.tasks.map(({ index }) => ways.get(index) as number);
  }

  private weight(task: CompiledTask, pattern: string): Millis {
    const known = this.weights.get(task);
    if (known !== undefined) return known;
    const share = task.when ? (this.history.decisions.conditions.get(pattern)?.share ?? 0.5) : 1;
    const weight = share * this.lengthOf(task, pattern);
    this.weights.set(task, weight);
    return weight;
  }

  private lengthOf(task: CompiledTask, pattern: string): Millis {
    const { work } = task;
    const model = this.skeleton.models.get(pattern);
    if (model) return expectedTime(task, model);
    if (work.is === 'wait' && work.seconds?.is === 'constant') return Number(work.seconds.value) * 1000;
    const bodies = bodiesOf(task).map(({ scope, suffix }) => Math.max(0, ...this.waysThrough(scope, pattern + suffix)));
    const sum = bodies.reduce((all, length) => all + length, 0);
    if (work.is !== 'map' && work.is !== 'loop') return work.is === 'try' ? sum - this.caught(task, pattern) : sum;
    const size = this.history.decisions.sizes.get(pattern)?.mean ?? 1;
    return sum * (work.is === 'loop' ? size : Math.ceil(size / (work.concurrency ?? Math.max(1, size))));
  }

  /** `catch` seldom runs: it is no part of the usual way. */
  private caught({ work }: CompiledTask, pattern: string): Millis {
    if (work.is !== 'try' || !work.catch) return 0;
    return Math.max(0, ...this.waysThrough(work.catch, `${pattern}/catch`));
  }
}

/**
 * Upward ranks (Topcuoglu, Hariri and Wu, HEFT, 2002) of all tasks by pattern, from expected times: list scheduling by
 * them comes close to the shortest makespan when slots are short. In the unit that `predictionOf` says.
 */
export const upwardRanks = (compiled: CompiledWorkflow, history: WorkflowHistory): ReadonlyMap<string, TaskRank> => {
  const ranks = new Ranks(skeletonOf(compiled, history), history);
  ranks.rank(compiled.scope, '', 0);
  return ranks.ranks;
};
