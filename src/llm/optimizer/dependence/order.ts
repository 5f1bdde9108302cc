import type { CompiledTask } from '../../../engine/core/index.js';
import type { Places, PlacedScope, PlacedTask } from '../ir/index.js';
import { BitRows } from './bit-rows.js';

/**
 * Which tasks end before which others start, in every execution in which both run: row a, column b, by the numbers of
 * `placesOf`. Instances of the same item or iteration are meant.
 *
 * A step that is skipped does not always wait: one that a switch did not choose is skipped although what it depends on
 * is still running (semantics 8 and 9), and so is one whose `join` is out of reach. An order leads through such a step only
 * to those that run because it ran.
 */
export const orderOf = (places: Places): BitRows => {
  let order = orders.get(places);
  if (!order) {
    order = computedOrder(places);
    orders.set(places, order);
  }
  return order;
};

/** Read by all and changed by nobody once it is made. */
const orders = new WeakMap<Places, BitRows>();

/** What a task waits for: indices of siblings. */
export type NeedsOf = (placed: PlacedTask) => readonly number[];

/** The order that there would be if tasks waited for others than they do, of those that come before them as it is. */
export const orderIf = (places: Places, needsOf: NeedsOf): BitRows => computedOrder(places, needsOf);

const computedOrder = (places: Places, needsOf: NeedsOf = ({ task }) => task.needs): BitRows => {
  const order = new BitRows(places.tasks.length);
  for (const scope of places.scopes) orderSiblings(scope, order, needsOf);
  for (const placed of places.tasks) if (placed.task.work.is === 'try') orderPhases(places, placed, order);
  return order;
};

const orderSiblings = ({ tasks, scope }: PlacedScope, order: BitRows, needsOf: NeedsOf): void => {
  const { beforeStart } = endedBefore(tasks, topological(scope.tasks), needsOf);
  // Nothing holds anything: big graphs are of this kind, and pair by pair they take five times as long.
  if (tasks.length === order.size) {
    const afterEnd = beforeStart.transposed();
    for (const { index } of tasks) order.addRow(index, index, afterEnd);
    return;
  }
  for (const { task, index: from, end } of tasks)
    beforeStart.each(task.index, (earlier) => {
      const { index, end: after } = tasks[earlier] as PlacedTask;
      for (let inner = index; inner < after; inner++) order.addRange(inner, from, end);
    });
};

/** By index in the scope, row the later one: what has ended when it starts, and when it ends, if only by being skipped. */
interface EndedBefore {
  readonly beforeStart: BitRows;
  readonly beforeEnd: BitRows;
}

const endedBefore = (tasks: readonly PlacedTask[], sequence: readonly number[], needsOf: NeedsOf): EndedBefore => {
  const beforeStart = new BitRows(tasks.length);
  const beforeEnd = new BitRows(tasks.length);
  for (const at of sequence) {
    const placed = tasks[at] as PlacedTask;
    const { gates, join } = placed.task;
    const needs = needsOf(placed);
    const hear = (source: number, of: BitRows, rows: readonly BitRows[]): void => {
      for (const row of rows) {
        row.add(at, source);
        row.addRow(at, source, of);
      }
    };
    const both = [beforeStart, beforeEnd];
    for (const gate of gates) hear(gate, beforeEnd, both);
    if (join.is === 'all') for (const need of needs) hear(need, beforeEnd, gates.length === 0 ? both : [beforeStart]);
    else if (join.needed === needs.length) for (const need of needs) hear(need, beforeStart, [beforeStart]);
    // It runs only because this one did.
    const cause = gates.length === 1 ? gates : join.is === 'all' && needs.length === 1 ? needs : [];
    for (const only of cause) hear(only, beforeStart, [beforeStart]);
  }
  return { beforeStart, beforeEnd };
};

/** The phases of a `try` follow one another. */
const orderPhases = ({ scopes }: Places, container: PlacedTask, order: BitRows): void => {
  const phases = scopes.filter((scope) => scope.container === container).map(({ tasks }) => tasks);
  phases.forEach((tasks, at) => {
    const [first, last] = [phases[at + 1]?.[0], phases.at(-1)?.at(-1)];
    const [from, to] = [tasks[0], tasks.at(-1)];
    if (!first || !last || !from || !to) return;
    for (let index = from.index; index < to.end; index++) order.addRange(index, first.index, last.end);
  });
};

const sorted = new WeakMap<readonly CompiledTask[], readonly number[]>();

/** Indices of tasks, each after what it waits for. */
export const topological = (tasks: readonly CompiledTask[]): readonly number[] => {
  let indices = sorted.get(tasks);
  if (!indices) {
    indices = sort(tasks);
    sorted.set(tasks, indices);
  }
  return indices;
};

/** Kahn 1962. */
const sort = (tasks: readonly CompiledTask[]): number[] => {
  const open = tasks.map(({ needs, gates }) => needs.length + gates.length);
  const ready = open.flatMap((count, index) => (count === 0 ? [index] : []));
  for (let head = 0; head < ready.length; head++) {
    const { feeds, opens } = tasks[ready[head] as number] as CompiledTask;
    for (const next of [...feeds, ...opens]) if (--(open[next] as number) === 0) ready.push(next);
  }
  return ready;
};

/** What waits, by whatever edge and however long, for one of these: indices in the scope, themselves included. */
export const ancestorsOf = (tasks: readonly CompiledTask[], of: readonly number[]): Set<number> => {
  const found = new Set(of);
  for (const at of found) {
    const { needs, gates } = tasks[at] as CompiledTask;
    for (const before of [...needs, ...gates]) found.add(before);
  }
  return found;
};
