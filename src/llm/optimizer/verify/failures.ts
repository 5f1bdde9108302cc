import { alwaysGoesOn, surelyJoinsAlike } from '../dependence/index.js';
import type { CompiledTask } from '../../../engine/core/index.js';
import type { FailureChange, PlacedTask } from '../ir/index.js';
import type { Correspondence, ScopePair } from './correspondence.js';
import type { Predecessors } from './joins.js';

/**
 * What may happen in executions in which something fails, and could not before: tasks that do not wait any more for one
 * that may fail, what follows on them, and failures that do not happen because their task is gone. Rather too many than
 * too few.
 */
export const changesOnFailure = (
  { claim }: Correspondence,
  joins: ReadonlyMap<ScopePair, readonly Predecessors[]>,
): FailureChange[] => {
  const changes: FailureChange[] = [];
  for (const [scope, changed] of joins) {
    for (const { path } of scope.gone)
      if (claim.gone[path]?.is === 'dead') changes.push({ is: 'fails_no_more', task: path });
    changes.push(...runsAnyway(scope, changed), ...runsBesides(scope));
  }
  return changes;
};

/** A construct that is skipped since a task that it held has failed before it stands in nobody's way: a failed one did. */
const runsBesides = ({ candidate: { container }, left }: ScopePair): FailureChange[] => {
  const failing = left.find(({ base }) => !alwaysGoesOn(base.task));
  if (!failing || !container) return [];
  const { feeds } = container.task;
  return feeds.flatMap((index): FailureChange[] => {
    const { path, task } = container.home.tasks[index] as PlacedTask;
    return task.needs.length > 1 ? [{ is: 'runs_anyway', task: path, although: failing.base.path }] : [];
  });
};

const runsAnyway = ({ base, candidate, left }: ScopePair, changed: readonly Predecessors[]): FailureChange[] => {
  const although = new Map<number, string>();
  // When one of these fails, the construct that held it does not even begin.
  const areBefore = new Set(left.map((pair) => pair.base.task.index));
  for (const predecessors of changed) {
    const first = predecessors.dropped.find((index) => !areBefore.has(index)) ?? predecessors.added[0];
    if (first === undefined || surelyJoinsAlike(predecessors, base, 'all')) continue;
    although.set(predecessors.pair.candidate.task.index, (base.tasks[first] as PlacedTask).path);
  }
  for (const [index, former] of although) {
    const { feeds, opens } = candidate.scope.tasks[index] as CompiledTask;
    for (const next of [...feeds, ...opens]) if (!although.has(next)) although.set(next, former);
  }
  return [...although].map(([index, former]) => ({
    is: 'runs_anyway',
    task: (candidate.tasks[index] as PlacedTask).path,
    although: former,
  }));
};
