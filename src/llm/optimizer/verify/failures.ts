import { surelyJoinsAlike } from '../dependence/index.js';
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
    changes.push(...runsAnyway(scope, changed));
  }
  return changes;
};

const runsAnyway = ({ base, candidate }: ScopePair, changed: readonly Predecessors[]): FailureChange[] => {
  const although = new Map<number, string>();
  for (const predecessors of changed) {
    const first = predecessors.dropped[0] ?? predecessors.added[0];
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
