import type { CompiledTask } from '../../../engine/core/index.js';
import type { Places, PlacedScope, PlacedTask } from '../ir/index.js';
import { BitRows } from './bit-rows.js';

/**
 * Which tasks end before which others start, in every execution in which both run: row a, column b, by the numbers of
 * `placesOf`. Instances of the same item or iteration are meant.
 *
 * A step that is skipped does not always wait: one that a switch did not choose is skipped although what it depends on
 * is still running (semantics 8 and 9), and so is one whose `join` is out of reach. An order does not lead through such.
 */
export const orderOf = (places: Places): BitRows => {
  const order = new BitRows(places.tasks.length);
  for (const scope of places.scopes) orderSiblings(scope, order);
  for (const placed of places.tasks) if (placed.task.work.is === 'try') orderPhases(places, placed, order);
  return order;
};

const orderSiblings = ({ tasks, scope }: PlacedScope, order: BitRows): void => {
  const after = new BitRows(tasks.length);
  for (const at of [...topological(scope.tasks)].reverse()) {
    const task = scope.tasks[at] as CompiledTask;
    for (const next of [...task.feeds, ...task.opens]) {
      const follower = scope.tasks[next] as CompiledTask;
      const gated = task.opens.includes(next);
      if (gated || startsAfterAll(follower)) after.add(at, next);
      if (gated || (startsAfterAll(follower) && follower.gates.length === 0)) after.addRow(at, next);
    }
  }
  const rows = new BitRows(order.size);
  tasks.forEach((placed, at) => {
    for (const later of after.columns(at)) {
      const { index, end } = tasks[later] as PlacedTask;
      rows.addRange(placed.index, index, end);
    }
    for (let inner = placed.index; inner < placed.end; inner++) order.addRow(inner, placed.index, rows);
  });
};

const startsAfterAll = ({ join, needs }: CompiledTask): boolean => join.is === 'all' || join.needed === needs.length;

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

/** Indices of tasks, each after what it waits for. */
export const topological = (tasks: readonly CompiledTask[]): number[] => {
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
