import { looksAtOnce, type PlacedTask, type Places } from '../ir/index.js';
import { BitRows } from './bit-rows.js';
import type { Conflicts } from './conflict.js';
import { ancestorsOf, orderOf } from './order.js';

/** Of which tasks that run at any time somebody could tell which was first. */
export class Meetings {
  private readonly watched: BitRows | undefined;
  private readonly prompting: BitRows | undefined;

  constructor(
    places: Places,
    private readonly conflicts: Conflicts,
  ) {
    this.watched = watchedBy(places);
    this.prompting = promptingIn(places);
  }

  /** A step that waits for some of its predecessors only comes after both. */
  areWatched(one: number, other: number): boolean {
    return this.watched?.has(one, other) === true;
  }

  /** With the end of the one the other may look at variables, before anything else can happen. */
  prompts(one: number, other: number): boolean {
    return this.prompting?.has(other, one) === true;
  }

  /** Nobody can tell when it ran: neither by what it does, nor by what it was there for, nor by what waits for it. */
  isInert(index: number): boolean {
    const isWaitedFor = this.areWatched(index, index) || this.prompting?.has(index, index) === true;
    return this.conflicts.isInert(index) && !isWaitedFor;
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

/** Row: who looks at variables as soon as it may; columns: what is before it. On the diagonal: who is before some such. */
const promptingIn = (places: Places): BitRows | undefined => {
  const looking = places.tasks.filter(({ task }) => looksAtOnce(task));
  if (looking.length === 0) return undefined;
  const order = orderOf(places);
  const prompting = new BitRows(places.tasks.length);
  for (const { index } of places.tasks)
    for (const looker of looking) {
      if (!order.has(index, looker.index)) continue;
      prompting.add(looker.index, index);
      prompting.add(index, index);
    }
  return prompting;
};
