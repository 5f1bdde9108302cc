import type { Instant } from '../../kernel/index.js';
import type { ReadyOrder } from '../core/index.js';

/** A step that waits for a slot. */
export interface Waiting<T> {
  readonly of: T;
  readonly order: ReadyOrder;
  /** Since when. */
  readonly since: Instant;
}

interface Queue<T> {
  readonly orders: Waiting<T>[];
  head: number;
  /** Go first: they have waited for their key already. */
  first?: Waiting<T>[];
}

/** The waiting steps of one priority: executions take turns, so that a wide one does not starve the others. */
export class Turns<T> {
  private readonly queues = new Map<T, Queue<T>>();
  private waiting = 0;

  /** Orders that wait. */
  get length(): number {
    return this.waiting;
  }

  push(of: T, order: ReadyOrder, since: Instant): void {
    const queue = this.queues.get(of);
    this.waiting += 1;
    const waiting = { of, order, since };
    if (queue) queue.orders.push(waiting);
    else this.queues.set(of, { orders: [waiting], head: 0 });
  }

  /** Before all that wait of its execution, behind those that were put first before. */
  pushFirst(waiting: Waiting<T>): void {
    const queue = this.queues.get(waiting.of);
    this.waiting += 1;
    if (!queue) this.queues.set(waiting.of, { orders: [], head: 0, first: [waiting] });
    else (queue.first ??= []).push(waiting);
  }

  /**
   * The next one. `blocks` is asked about one with limits; if it takes that one away, there is no answer, its execution
   * keeps its turn, and the caller looks again.
   */
  take(blocks?: (waiting: Waiting<T>) => boolean): Waiting<T> | undefined {
    const first = this.queues.entries().next().value;
    if (!first) return undefined;
    const [of, queue] = first;
    const waiting = queue.first?.shift() ?? nextOf(queue);
    this.waiting -= 1;
    const isBlocked = waiting.order.limits.length > 0 && blocks?.(waiting) === true;
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
    const queue = this.queues.get(of);
    if (!queue) return;
    this.waiting -= queue.orders.length - queue.head + (queue.first?.length ?? 0);
    this.queues.delete(of);
  }

  get isEmpty(): boolean {
    return this.queues.size === 0;
  }
}

/** There is one: a queue without any is deleted. */
const nextOf = <T>(queue: Queue<T>): Waiting<T> => queue.orders[queue.head++] as Waiting<T>;
