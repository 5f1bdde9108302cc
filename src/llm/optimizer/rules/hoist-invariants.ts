import type { CompiledTask, Work } from '../../../engine/core/index.js';
import { alwaysGoesOn, isFatalScope, topological } from '../dependence/index.js';
import { namesRead, usesOf, type PlacedScope, type PlacedTask } from '../ir/index.js';
import type { RewriteOp } from '../rewrite/index.js';
import { isPureWithin } from './purity.js';
import type { Finding, Study } from './study.js';

/**
 * Pure tasks in the bodies of maps and loops that do the same for each item and iteration: once, before it, is enough. What
 * they read of each other goes with them. One finding for each construct.
 */
export const hoistInvariants = (study: Study): Finding[] =>
  study.places.scopes.flatMap((home) => {
    const hoisted = invariantsIn(home, study);
    // A body holds something; what does the same for all items alone is not worth a map.
    if (hoisted.length === 0 || hoisted.length === home.tasks.length) return [];
    const ops = hoisted.map(({ path }): RewriteOp => ({ op: 'hoist_task', task: path }));
    const leaves = new Set(home.scope.leaves);
    if (!home.scope.output && hoisted.some(({ task }) => leaves.has(task)))
      ops.push({ op: 'spell_out_output', scope: home.path });
    return [{ kind: 'hoist_invariants', ops }];
  });

const invariantsIn = (home: PlacedScope, study: Study): PlacedTask[] => {
  const { container, scope } = home;
  if (!container || !mayHold(container)) return [];
  const names = ownNames(container.task.work);
  const found = new Set<number>();
  for (const index of topological(scope.tasks)) {
    const placed = home.tasks[index] as PlacedTask;
    const { task } = placed;
    const isAlone = task.gates.length + task.opens.length === 0 && task.join.is === 'all';
    if (!isAlone || !task.needs.every((need) => found.has(need)) || !isInvariant(placed, names)) continue;
    if (!isPureWithin(placed, study)) continue;
    if (alwaysGoesOn(task) || (isFatalScope(home) && mayBeAsked(task, container))) found.add(index);
  }
  return [...found].map((index) => home.tasks[index] as PlacedTask);
};

/** Its body may run more than once, and nothing bounds its time or lets it begin early. */
const mayHold = (container: PlacedTask): boolean => {
  const { work, timeout } = container.task;
  if ((work.is !== 'map' && work.is !== 'loop') || timeout !== undefined) return false;
  for (let at: PlacedTask | undefined = container; at; at = at.home.container)
    if (at.task.join.is !== 'all' || at.task.work.is === 'race') return false;
  return true;
};

const ownNames = (work: Work): readonly string[] => (work.is === 'map' ? [work.as, 'index'] : ['index', 'previous']);

const isInvariant = ({ task }: PlacedTask, names: readonly string[]): boolean => {
  const { chance, state } = usesOf(task);
  if (task.work.is !== 'task' || chance || state || task.limit || task.cache) return false;
  const read = namesRead(task);
  return names.every((name) => !read.has(name));
};

/** Whether the body will run is known beforehand, and the task has room for the question. */
const mayBeAsked = ({ when }: CompiledTask, { task }: PlacedTask): boolean => {
  const { work, gates, when: whether } = task;
  if (gates.length > 0 || (work.is === 'loop' && work.test.is === 'while')) return false;
  const isOpen = whether !== undefined || (work.is === 'map' && work.over.is === 'expression');
  return !isOpen || when === undefined;
};
