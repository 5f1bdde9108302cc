import type { ReadyOrder } from '../core/index.js';

/** A step that waits for a slot. */
export interface Waiting<T> {
  readonly of: T;
  readonly order: ReadyOrder;
}

interface Queue {
  readonly orders: ReadyOrder[];
  head: number;
  /** Go first: they have waited for their key already. */
  first?: ReadyOrder[];
}

/** The waiting steps of one priority: executions take turns, so that a wide one does not starve the others. */
export class Turns<T> {
  private readonly queues = new Map<T, Queue>();

  push(of: T, order: ReadyOrder): void {
    const queue = this.queues.get(of);
    if (queue) queue.orders.push(order);
    else this.queues.set(of, { orders: [order], head: 0 });
  }

  /** Before all that wait of its execution, behind those that were put first before. */
  pushFirst(of: T, order: ReadyOrder): void {
    const queue = this.queues.get(of);
    if (!queue) this.queues.set(of, { orders: [], head: 0, first: [order] });
    else (queue.first ??= []).push(order);
  }

  /**
   * The next one. `blocks` is asked about one with limits; if it takes that one away, there is no answer, its execution
   * keeps its turn, and the caller looks again.
   */
  take(blocks?: (waiting: Waiting<T>) => boolean): Waiting<T> | undefined {
    const first = this.queues.entries().next().value;
    if (!first) return undefined;
    const [of, queue] = first;
    const promoted = queue.first?.shift();
    const order: ReadyOrder = promoted ?? (queue.orders[queue.head++] as ReadyOrder);
    const waiting = { of, order };
    const isBlocked = order.limits.length > 0 && blocks?.(waiting) === true;
    const isLeft = queue.head < queue.orders.length || (queue.first !== undefined && queue.first.length > 0);
    if (isBlocked && isLeft) return undefined;
    this.queues.delete(of);
    // Set again: a Map keeps insertion order, so this execution's next turn comes after everybody else's.
    if (isLeft) this.queues.set(of, queue);
    return isBlocked ? undefined : waiting;
  }

  has(of: T): boolean {
    return this.queues.has(of);
  }

  forget(of: T): void {
    this.queues.delete(of);
  }

  get isEmpty(): boolean {
    return this.queues.size === 0;
  }
}
