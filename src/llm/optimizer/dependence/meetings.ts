import type { PlacedTask, Places } from '../ir/index.js';
import { BitRows } from './bit-rows.js';
import type { Conflicts } from './conflict.js';
import { ancestorsOf } from './order.js';

/** Of which tasks that run at any time somebody could tell which was first. */
export class Meetings {
  private readonly watched: BitRows | undefined;

  constructor(
    places: Places,
    private readonly conflicts: Conflicts,
  ) {
    this.watched = watchedBy(places);
  }

  /** A step that waits for some of its predecessors only comes after both. */
  areWatched(one: number, other: number): boolean {
    return this.watched?.has(one, other) === true;
  }

  /** Nobody can tell when it ran: neither by what it does, nor by what it was there for, nor by what waits for it. */
  isInert(index: number): boolean {
    return this.conflicts.isInert(index) && !this.areWatched(index, index);
  }

  /** Of two that are not inert. Who is asked, or waits, may see all that others have done. */
  meet(one: number, other: number): boolean {
    return this.conflicts.needOrder(one, other) || this.areWatched(one, other);
  }
}

/**
 * Pairs of tasks before one step with `join: any` or a number, and of what they hold: which of the two was over first, the
 * step may tell. Undefined: there is no such step.
 */
const watchedBy = ({ tasks, scopes }: Places): BitRows | undefined => {
  let watched: BitRows | undefined;
  for (const { scope, tasks: siblings } of scopes)
    for (const { join, needs, gates } of scope.tasks) {
      if (join.is !== 'count' || join.needed === needs.length) continue;
      watched ??= new BitRows(tasks.length);
      const all = new BitRows(tasks.length, 1);
      const before = [...ancestorsOf(scope.tasks, [...needs, ...gates])].map((at) => siblings[at] as PlacedTask);
      for (const { index, end } of before) all.addRange(0, index, end);
      for (const row of all.columns(0)) watched.addRow(row, 0, all);
    }
  return watched;
};
