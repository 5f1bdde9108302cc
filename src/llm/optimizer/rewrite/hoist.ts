import type { CompiledTask } from '../../../engine/core/index.js';
import { siblingsRead } from '../dependence/index.js';
import type { PlacedTask } from '../ir/index.js';

/** Whether what a task holds can be put beside it: its scope is one body that runs for items, iterations, or once. */
export const holdsHoistable = ({ task }: PlacedTask): boolean => ['group', 'map', 'loop'].includes(task.work.is);

/** What is waited for once tasks of a body stand beside their container. */
export interface Beside {
  /** What the container has to name in `depends_on`, beside what is named there: nothing in it reads that any more. */
  readonly needed: (declared: readonly string[]) => string[];
  /** What a hoisted task has to name: all that the container waited for, and it does not read. */
  readonly needs: (placed: PlacedTask) => string[];
}

export const beside = (container: PlacedTask, hoisted: readonly PlacedTask[]): Beside => {
  const { scope } = container.home;
  const idOf = (index: number): string => (scope.tasks[index] as CompiledTask).id;
  const waitedFor = container.task.needs.map(idOf);
  const out = hoisted.filter(({ home }) => home.container === container);
  return {
    needed: (declared) => {
      const areOut = new Set(out.map(({ task }) => task));
      const read = new Set([...siblingsRead(container, areOut)].map(idOf));
      const stay = out.flatMap(({ task, home }) => (isReadIn(home, task, areOut) ? [] : [task.id]));
      return [...waitedFor.filter((id) => !read.has(id)), ...stay].filter((id) => !declared.includes(id));
    },
    needs: ({ task }) => {
      const read = new Set(task.reads.flatMap(({ up, index }) => (up === 1 ? [idOf(index)] : [])));
      return waitedFor.filter((id) => !read.has(id));
    },
  };
};

/** Whether what stays of a body reads the task. */
const isReadIn = (
  { tasks, scope, container }: PlacedTask['home'],
  { index }: CompiledTask,
  without: ReadonlySet<CompiledTask>,
): boolean => {
  const work = container?.task.work;
  const reads = [...(scope.output?.reads ?? []), ...(work?.is === 'loop' ? work.test.reads : [])];
  if (reads.some((read) => read.up === 0 && read.index === index)) return true;
  return tasks.some((placed) => !without.has(placed.task) && siblingsRead(placed).has(index));
};

/**
 * What a hoisted task has to ask before it runs: whether the body would. Undefined: it need not, or can not, or asks something
 * else already.
 */
export const guardOf = ({ task }: PlacedTask, { task: container }: PlacedTask): string | undefined => {
  if (task.when !== undefined || task.onError.some(({ remedy }) => remedy.is === 'continue')) return undefined;
  const { when, work } = container;
  const asks = when?.is === 'expression' ? [when.expression.source] : [];
  const isWorkedOut = work.is === 'map' && work.over.is === 'expression';
  const source = isWorkedOut && work.over.is === 'expression' ? work.over.expression.source : undefined;
  const filled = source === undefined ? [] : [`size(${source}) > 0`];
  if (asks.length + filled.length === 0) return undefined;
  return asks.length === 0 || filled.length === 0
    ? `\${${[...asks, ...filled].join('')}}`
    : `\${(${asks.join('')}) && ${filled.join('')}}`;
};
