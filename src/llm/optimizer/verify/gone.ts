import type { CompiledTask } from '../../../engine/core/index.js';
import { usesOf, type Facts, type Objection, type PlacedTask } from '../ir/index.js';
import { touchOf } from '../dependence/index.js';
import { differenceOf, wordsOf, type Correspondence, type ScopePair } from './correspondence.js';
import { objection } from './objection.js';
import { alwaysGoesOn, isFatalScope } from '../dependence/index.js';

/** Whether the tasks that the candidate lacks may be missing. */
export const checkGone = (scope: ScopePair, correspondence: Correspondence, facts: Facts): Objection | undefined => {
  for (const gone of scope.gone) {
    const refused =
      notPure(gone, correspondence, facts) ??
      (correspondence.claim.gone[gone.path]?.is === 'duplicate' ? noDuplicate(gone, scope) : stillNeeded(gone, scope));
    if (refused) return refused;
  }
  return undefined;
};

/** Also what a construct holds. A race has no bystanders: who takes part in it may win it. */
const notPure = (gone: PlacedTask, { base }: Correspondence, facts: Facts): Objection | undefined => {
  if (gone.home.container?.task.work.is === 'race') return objection('race_changed', gone.path);
  for (let index = gone.index; index < gone.end; index++) {
    const inner = base.tasks[index] as PlacedTask;
    const touch = touchOf(inner, facts);
    const isPure = touch.effects === 'pure' && touch.state !== 'sets' && !touch.isBarrier;
    if (!isPure) return objection('not_pure', inner.path);
  }
  return undefined;
};

const stillNeeded = ({ path, task, home }: PlacedTask, { gone }: ScopePair): Objection | undefined => {
  const areGone = new Set(gone.map(({ task: other }) => other.index));
  const followers = [...task.feeds, ...task.opens];
  if (followers.some((index) => !areGone.has(index))) return objection('still_needed', path);
  if (!isFatalScope(home) && !alwaysGoesOn(task)) return objection('failure_is_caught', path);
  return undefined;
};

/** Two uninterpreted calls of one function with one argument: one value (congruence). */
const noDuplicate = (gone: PlacedTask, { base, renaming, candidate }: ScopePair): Objection | undefined => {
  const twin = base.scope.byId.get(renaming.get(gone.task.id) ?? '');
  const kept = twin && base.tasks[twin.index];
  if (!kept || !candidate.scope.byId.has(kept.task.id)) return objection('duplicate_of_nothing', gone.path);
  if (gone.task.work.is !== 'task' || usesOf(gone.task).chance || usesOf(gone.task).state)
    return objection('not_a_duplicate', gone.path);
  const difference = differenceOf(wordsOf(gone, renaming), wordsOf(kept, renaming));
  if (difference) return objection('not_a_duplicate', gone.path, difference);
  const edges = (task: CompiledTask): string => {
    const ids = (indices: readonly number[]): string[] => [
      ...new Set(
        indices.map((index) => {
          const { id } = base.scope.tasks[index] as CompiledTask;
          return renaming.get(id) ?? id;
        }),
      ),
    ];
    return JSON.stringify([ids(task.needs).sort(), ids(task.gates).sort(), task.join]);
  };
  if (edges(gone.task) !== edges(kept.task)) return objection('not_a_duplicate', gone.path, 'edges');
  const counted = gone.task.feeds.some((index) => base.scope.tasks[index]?.join.is === 'count');
  return counted || gone.task.opens.length > 0 || gone.task.join.is === 'count'
    ? objection('still_needed', gone.path)
    : undefined;
};
