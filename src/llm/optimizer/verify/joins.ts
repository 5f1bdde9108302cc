import type { CompiledTask } from '../../../engine/core/index.js';
import type { Objection } from '../ir/index.js';
import type { Pair, ScopePair } from './correspondence.js';
import { objection } from './objection.js';
import { joinsAlike, type ChangedNeeds, type Worlds } from '../dependence/index.js';

/** The predecessors of a task in the base and in the candidate, by the indices of the base. */
export interface Predecessors extends ChangedNeeds {
  readonly pair: Pair;
}

/** Tasks that do not wait for the same ones any more. Those that came out of a body are looked at with it (`moved.ts`). */
export const changedJoins = ({ base, candidate, pairs, renaming }: ScopePair): Predecessors[] => {
  const indexOf = (id: string): number | undefined => base.scope.byId.get(id)?.index;
  return pairs.flatMap((pair) => {
    const before = new Set(
      pair.base.task.needs.map((index) => {
        const { id } = base.scope.tasks[index] as CompiledTask;
        return indexOf(renaming.get(id) ?? id) as number;
      }),
    );
    const after = new Set(
      pair.candidate.task.needs.flatMap((index) => indexOf((candidate.scope.tasks[index] as CompiledTask).id) ?? []),
    );
    const dropped = [...before].filter((index) => !after.has(index));
    const added = [...after].filter((index) => !before.has(index));
    const kept = [...before].filter((index) => after.has(index));
    return dropped.length + added.length === 0 ? [] : [{ pair, kept, dropped, added }];
  });
};

/** Of how many of its predecessors a task waits for. */
export const haveOneJoin = ({ base, candidate }: Pair): boolean =>
  JSON.stringify(base.task.join) === JSON.stringify(candidate.task.join);

/**
 * Whether all tasks run in the same cases as before. Who is chosen by whom is not looked at: that is part of the words of
 * those who choose, which have been compared.
 */
export const checkJoins = (
  scope: ScopePair,
  changed: readonly Predecessors[],
  worlds: Worlds,
): Objection | undefined => {
  for (const pair of scope.pairs) if (!haveOneJoin(pair)) return objection('join_changed', pair.candidate.path);
  for (const predecessors of changed) {
    const { task, path } = predecessors.pair.candidate;
    if (task.join.is === 'count' || !joinsAlike(predecessors, scope.base, worlds))
      return objection('join_changed', path);
  }
  return undefined;
};
