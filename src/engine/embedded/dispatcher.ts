import type { ReadyOrder } from '../core/index.js';

/** A step that waits for a slot. */
export interface Waiting<T> {
  readonly of: T;
  readonly order: ReadyOrder;
}

/** The waiting steps of one priority: executions take turns, so that a wide one does not starve the others. */
class Turns<T> {
  private readonly queues = new Map<T, { readonly orders: ReadyOrder[]; head: number }>();

  push(of: T, order: ReadyOrder): void {
    const queue = this.queues.get(of);
    if (queue) queue.orders.push(order);
    else this.queues.set(of, { orders: [order], head: 0 });
  }

  take(): Waiting<T> | undefined {
    const first = this.queues.entries().next().value;
    if (!first) return undefined;
    const [of, queue] = first;
    const order = queue.orders[queue.head++] as ReadyOrder;
    this.queues.delete(of);
    // Set again: a Map keeps insertion order, so this execution's next turn comes after everybody else's.
    if (queue.head < queue.orders.length) this.queues.set(of, queue);
    return { of, order };
  }

  forget(of: T): void {
    this.queues.delete(of);
  }

  get isEmpty(): boolean {
    return this.queues.size === 0;
  }
}

/**
 * Grants slots to ready steps: higher priority first, then turn by turn over executions, then in the order in which
 * they became ready. A slot is taken and freed by transitions (semantics 25); this only counts them.
 */
export class Dispatcher<T> {
  private readonly priorities = new Map<number, Turns<T>>();
  private descending: number[] = [];
  private used = 0;

  constructor(private readonly slots: number) {}

  /** Steps that run. */
  get running(): number {
    return this.used;
  }

  push(of: T, order: ReadyOrder): void {
    let turns = this.priorities.get(order.priority);
    if (!turns) {
      turns = new Turns();
      this.priorities.set(order.priority, turns);
      this.descending = [...this.priorities.keys()].sort((a, b) => b - a);
    }
    turns.push(of, order);
  }

  /** Whether `next` would give one. */
  hasNext(): boolean {
    return (
      this.used < this.slots && this.descending.some((priority) => !(this.priorities.get(priority) as Turns<T>).isEmpty)
    );
  }

  /** The next step that may have a slot, if there is one and a slot is free. The caller counts the slot if it begins. */
  next(): Waiting<T> | undefined {
    if (this.used >= this.slots) return undefined;
    for (const priority of this.descending) {
      const turns = this.priorities.get(priority) as Turns<T>;
      if (!turns.isEmpty) return turns.take();
    }
    return undefined;
  }

  /** Slots taken (positive) or freed (negative) by a transition. */
  count(change: number): void {
    this.used += change;
  }

  /** Drops the waiting steps of an execution that ended or is reloaded. */
  forget(of: T): void {
    for (const turns of this.priorities.values()) turns.forget(of);
  }
}
