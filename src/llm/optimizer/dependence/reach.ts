import type { Places, PlacedTask } from '../ir/index.js';
import { BitRows } from './bit-rows.js';
import type { Meetings } from './meetings.js';

/**
 * What may come before what through the order of the candidate and through effects that run at any time: an order of the
 * base that goes must not lead back this way, or a third task tells that it is gone.
 */
export class Reach {
  private readonly next: BitRows;
  private readonly reached: BitRows;
  /** Rows of `reached` that are worked out, and which of them is whose. */
  private readonly closed = new Set<number>();
  private readonly rowOf = new Map<number, number>();

  constructor({ tasks }: Places, order: BitRows, meetings: Meetings) {
    this.next = new BitRows(tasks.length);
    this.reached = new BitRows(tasks.length);
    const touching = tasks.filter(({ index }) => !meetings.isInert(index));
    for (const { index } of tasks) this.next.addRow(index, index, order);
    for (const one of touching)
      for (const other of touching) {
        if (meetings.prompts(other.index, one.index)) this.next.add(one.index, other.index);
        if (!meetings.meet(one.index, other.index)) continue;
        if (order.has(one.index, other.index)) continue;
        if (order.has(other.index, one.index) && !goesOn(other) && !runTogether(one, other)) continue;
        this.next.add(one.index, other.index);
      }
  }

  leads(from: number, to: number): boolean {
    let row = this.rowOf.get(from);
    if (row === undefined) this.rowOf.set(from, (row = this.close(from)));
    return this.reached.has(row, to);
  }

  /** Works out what one leads to: the row where that stands. */
  private close(from: number): number {
    this.reached.add(from, from);
    // Two that lead to each other lead to the same.
    const twin = this.reached.closeRow(from, this.next, (at) => this.closed.has(at) && this.reached.has(at, from));
    if (twin === undefined) this.closed.add(from);
    return twin ?? from;
  }
}

/**
 * What it does may be done after it has ended: a workflow that it does not wait for, or that the one it waits for starts
 * and does not wait for.
 */
const goesOn = ({ task }: PlacedTask): boolean => task.work.is === 'workflow';

/** Instances of the two run at the same time, whatever their order within an item: a map holds both. */
const runTogether = (one: PlacedTask, other: PlacedTask): boolean => {
  for (let at = one.home.container; at; at = at.home.container) {
    const { work } = at.task;
    if (work.is === 'map' && work.concurrency !== 1 && other.index > at.index && other.index < at.end) return true;
  }
  return false;
};
