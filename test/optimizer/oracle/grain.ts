import type { CompiledTask, CompiledWorkflow, TaskPath } from '../../../src/engine/core/index.js';
import { placesOf, type Facts, type PlacedTask } from '../../../src/llm/optimizer/ir/index.js';
import { areIndependent, doingOf } from './trace.js';

/**
 * How finely time is divided. What nobody can observe is not tried in all its orders: in most workflows it makes no
 * difference when an attempt begins, how long after its effect it ends, and when a task runs at all that nobody hears
 * of. `test/optimizer/oracle.test.ts` compares with the finest grain.
 */
export interface Grain {
  /** It counts when an attempt begins: for its input, through variables or tasks that did not wait for all they read; for what is known. */
  readonly beginsApart: boolean;
  /** Something can happen between an effect and the end of its attempt: a cancellation, another completion that counts. */
  readonly endsApart: boolean;
  /** Tasks whose attempts, unless they fail, may as well be over at once: no effect in the workflow is before or after. */
  readonly atOnce: ReadonlySet<CompiledTask>;
  /** Something waits for the world. */
  readonly waits: boolean;
  /** A failure gives up at once what else goes on: what waits in the scope, other items of a map. */
  readonly givesUp: boolean;
}

export const FINEST: Grain = { beginsApart: true, endsApart: true, atOnce: new Set(), waits: true, givesUp: true };

const WAITS: ReadonlySet<string> = new Set(['event', 'approval', 'webhook', 'wait']);
const REPEATED: ReadonlySet<string> = new Set(['map', 'loop']);

const isLate = ({ work, timeout }: CompiledTask): boolean =>
  timeout !== undefined && work.is !== 'task' && !WAITS.has(work.is);

const isRepeated = ({ home }: PlacedTask): boolean => {
  const { container } = home;
  return container !== undefined && (REPEATED.has(container.task.work.is) || isRepeated(container));
};

/** Several steps that wait for events: who waits first is served first. */
const listensOften = (tasks: readonly PlacedTask[]): boolean => {
  const listening = tasks.filter(({ task }) => task.work.is === 'event');
  return listening.length > 1 || listening.some(isRepeated);
};

const quietTasks = (
  tasks: readonly PlacedTask[],
  stands: Readonly<Record<TaskPath, TaskPath>>,
  facts: Facts,
): ReadonlySet<CompiledTask> => {
  const all = tasks.flatMap((placed) => {
    const doing = doingOf(placed.task, stands[placed.path] ?? placed.path, facts);
    return doing ? [{ placed, doing }] : [];
  });
  const others = all.flatMap(({ placed, doing }) =>
    isRepeated(placed)
      ? [
          { placed, doing },
          { placed: undefined, doing },
        ]
      : [{ placed, doing }],
  );
  const quiet = new Set<CompiledTask>();
  for (const { task } of tasks)
    if (task.work.is === 'task' && !all.some(({ placed }) => placed.task === task)) quiet.add(task);
  for (const { placed, doing } of all) {
    const isAlone = others.every((other) => other.placed === placed || areIndependent(other.doing, doing, facts));
    if (isAlone && placed.task.work.is === 'task') quiet.add(placed.task);
  }
  return quiet;
};

export interface Divided {
  readonly compiled: CompiledWorkflow;
  readonly stands: Readonly<Record<TaskPath, TaskPath>>;
  readonly facts: Facts;
}

export const grainOf = ({ compiled, stands, facts }: Divided): Grain => {
  const { tasks } = placesOf(compiled);
  const some = (is: (task: CompiledTask) => boolean): boolean => tasks.some(({ task }) => is(task));
  // Of two that have begun neither knows the result of the other.
  const asksOften = tasks.some((placed) => placed.task.cache !== undefined && isRepeated(placed));
  const beginsApart = compiled.hasVariables || asksOften || some(({ join }) => join.is === 'count');
  const isCut =
    compiled.failFast || compiled.timeout !== undefined || some(({ work }) => work.is === 'race') || some(isLate);
  const endsApart = beginsApart || isCut || some(({ compensate }) => compensate !== undefined);
  const waits = some(({ work }) => WAITS.has(work.is));
  const isEven = !beginsApart && !isCut && !listensOften(tasks);
  return {
    beginsApart,
    endsApart,
    atOnce: isEven ? quietTasks(tasks, stands, facts) : new Set(),
    waits,
    givesUp: waits || some(({ work }) => work.is === 'map'),
  };
};
