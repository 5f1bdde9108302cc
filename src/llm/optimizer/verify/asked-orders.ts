import { BitRows, topological } from '../dependence/index.js';
import type { CompiledTask } from '../../../engine/core/index.js';
import type { PlacedTask } from '../ir/index.js';
import type { ScopePair } from './correspondence.js';
import type { Predecessors } from './joins.js';

/**
 * Adds the orders that edges which are gone asked for, by the numbers of the base: of what is before such an edge to what
 * is after it. Not all of them hold in every execution, since a step that is skipped does not always wait; those that hold
 * in some are lost with the edge, too.
 */
export const addAskedOrders = (joins: ReadonlyMap<ScopePair, readonly Predecessors[]>, orders: BitRows): void => {
  for (const [{ base }, changed] of joins) {
    if (changed.length === 0) continue;
    const { tasks } = base.scope;
    const asked = new BitRows(tasks.length);
    const after = new BitRows(tasks.length);
    const latestFirst = [...topological(tasks)].reverse();
    for (const at of latestFirst) {
      after.add(at, at);
      for (const next of nextOf(tasks[at] as CompiledTask)) after.addRow(at, next);
    }
    for (const { pair, dropped } of changed)
      for (const source of dropped) asked.addRow(source, pair.base.task.index, after);
    for (const at of latestFirst) {
      for (const next of nextOf(tasks[at] as CompiledTask)) asked.addRow(at, next);
      if (tasks.length === orders.size) orders.addRow(at, at, asked);
      else addWithin(base.tasks, { from: at, asked }, orders);
    }
  }
};

const nextOf = ({ feeds, opens }: CompiledTask): number[] => [...feeds, ...opens];

/** What the one holds is before what the others hold. */
const addWithin = (
  tasks: readonly PlacedTask[],
  { from, asked }: { readonly from: number; readonly asked: BitRows },
  orders: BitRows,
): void => {
  const { index, end } = tasks[from] as PlacedTask;
  asked.each(from, (to) => {
    const later = tasks[to] as PlacedTask;
    for (let inner = index; inner < end; inner++) orders.addRange(inner, later.index, later.end);
  });
};
