import type { CompiledTask, CompiledScope, Read } from '../../../engine/core/index.js';
import { isFatalScope } from '../dependence/index.js';
import type { PlacedScope, PlacedTask } from '../ir/index.js';
import { isPureWithin } from './purity.js';
import type { Finding, Study } from './study.js';

/** Pure tasks whose outputs nobody reads and for which nobody waits, and those that only they need. */
export const removeDeadTasks = (study: Study): Finding[] =>
  study.places.scopes.flatMap((home) => {
    const dead = deadIn(home, study);
    // Those that others read first stand last: a task goes after what follows it.
    const ops = dead.map(({ path }) => ({ op: 'remove_task', task: path }) as const);
    return ops.length === 0 ? [] : [{ kind: 'remove_dead_tasks', ops }];
  });

const deadIn = (home: PlacedScope, study: Study): PlacedTask[] => {
  const { scope, container } = home;
  if (!scope.output || container?.task.work.is === 'race' || !isFatalScope(home)) return [];
  const seen = new Set(
    readsOf(home, study)
      .filter(({ up }) => up === 0)
      .map(({ index }) => index),
  );
  const dead = new Set<number>();
  for (let size = -1; size !== dead.size;) {
    size = dead.size;
    for (const placed of [...home.tasks].reverse()) {
      const { index, feeds, opens, gates } = placed.task;
      const isNeeded = seen.has(index) || feeds.some((next) => !dead.has(next)) || opens.length + gates.length > 0;
      if (!isNeeded && isPureWithin(placed, study)) dead.add(index);
    }
  }
  return [...dead].map((index) => home.tasks[index] as PlacedTask);
};

/** What is read of a scope beside its tasks: its mapping, the condition of a loop, what is told of its end. */
const readsOf = ({ scope, container }: PlacedScope, { workflow }: Study): readonly Read[] => {
  const loop = container?.task.work.is === 'loop' ? container.task.work.test.reads : [];
  const asides = container ? [] : [workflow.onComplete, workflow.onFailure];
  return [...mappingOf(scope), ...loop, ...asides.flatMap((task: CompiledTask | undefined) => task?.reads ?? [])];
};

const mappingOf = ({ output }: CompiledScope): readonly Read[] => output?.reads ?? [];
