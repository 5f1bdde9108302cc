import { alwaysGoesOn, orderOf, surelyJoinsAlike, type BitRows } from '../dependence/index.js';
import type { CompiledTask, CompiledWorkflow } from '../../../engine/core/index.js';
import type { FailureChange, PlacedTask } from '../ir/index.js';
import type { ScopePair } from './correspondence.js';
import type { Predecessors } from './joins.js';
import type { Compared } from './schedules.js';

/**
 * What may happen in executions in which something fails, and could not before: tasks that do not wait any more for one
 * that may fail, or may be late when the time is over; what follows on them; and failures that do not happen because their
 * task is gone. Rather too many than too few.
 */
export const changesOnFailure = (
  { base }: { readonly base: CompiledWorkflow },
  { correspondence, joins }: Pick<Compared, 'correspondence' | 'joins'>,
): FailureChange[] => {
  const { claim, candidate, candidateOf } = correspondence;
  const order = orderOf(candidate);
  const changes: FailureChange[] = [];
  for (const [scope, changed] of joins) {
    for (const { path } of scope.gone)
      if (claim.gone[path]?.is === 'dead') changes.push({ is: 'fails_no_more', task: path });
    const overtakes = hasDeadline(base, scope) ? { order, candidateOf } : undefined;
    changes.push(...runsAnyway(scope, changed, overtakes), ...runsBesides(scope));
  }
  return changes;
};

/** Whether the time for what a scope holds may be over while something in it runs. */
const hasDeadline = ({ timeout }: CompiledWorkflow, { base }: ScopePair): boolean => {
  if (timeout !== undefined) return true;
  for (let at = base.container; at; at = at.home.container) if (at.task.timeout !== undefined) return true;
  return false;
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

/** The order of the candidate, and which of its tasks are those of the base. */
interface Overtaking {
  readonly order: BitRows;
  readonly candidateOf: ReadonlyMap<number, number>;
}

const runsAnyway = (
  { base, candidate, left }: ScopePair,
  changed: readonly Predecessors[],
  overtakes: Overtaking | undefined,
): FailureChange[] => {
  const although = new Map<number, string>();
  // When one of these fails, the construct that held it does not even begin.
  const areBefore = new Set(left.map((pair) => pair.base.task.index));
  for (const predecessors of changed) {
    const { dropped, added, pair } = predecessors;
    const isOvertaken = (at: number): boolean => {
      const now = overtakes?.candidateOf.get((base.tasks[at] as PlacedTask).index);
      return now !== undefined && !overtakes?.order.has(now, pair.candidate.index);
    };
    const failing = dropped.find((index) => !areBefore.has(index)) ?? added[0];
    const first = surelyJoinsAlike(predecessors, base, 'all') ? dropped.find(isOvertaken) : failing;
    if (first !== undefined) although.set(pair.candidate.task.index, (base.tasks[first] as PlacedTask).path);
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
