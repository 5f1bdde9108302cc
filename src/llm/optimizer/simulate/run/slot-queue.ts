import type { Limit, Rate, ReadyOrder } from '../../../../engine/core/index.js';
import type { Instant } from '../../../../kernel/index.js';

/** Orders of one priority with the same limits, in the order in which they became ready. */
interface Line {
  readonly priority: number;
  readonly limits: readonly Limit[];
  readonly waiting: { readonly turn: number; readonly order: ReadyOrder }[];
  head: number;
}

/** Keeps what began under a key, as far back as its longest rate looks. */
class Key {
  running = 0;
  private readonly began: Instant[] = [];
  private longest = 0;

  begin(at: Instant, rate: Rate | undefined): void {
    this.running += 1;
    if (rate) this.longest = Math.max(this.longest, rate.per);
    if (this.longest === 0) return;
    this.began.push(at);
    while (this.began.length > 0 && (this.began[0] as number) + this.longest <= at) this.began.shift();
  }

  /** When a rate has room: now, or later. */
  opensAt({ count, per }: Rate, at: Instant): Instant {
    const oldest = this.began[this.began.length - count];
    return oldest === undefined ? at : Math.max(at, oldest + per);
  }
}

const lineKey = ({ priority, limits }: ReadyOrder): string => `${priority} ${JSON.stringify(limits)}`;

/**
 * Grants slots to the ready steps of one execution as the engine's dispatcher does: higher priority first, then in the
 * order in which they became ready. A step whose limits have no room holds up nobody behind it.
 */
export class SlotQueue {
  private readonly lines = new Map<string, Line>();
  private readonly keys = new Map<string, Key>();
  private readonly held = new Map<string, readonly Limit[]>();
  /** Lines that no closed limit is known to hold up, and those that one does, by its key. */
  private readonly open = new Set<Line>();
  private readonly closed = new Map<string, Set<Line>>();
  private turn = 0;
  private used = 0;
  private isRated = false;

  constructor(private readonly slots: number) {}

  push(order: ReadyOrder): void {
    const key = lineKey(order);
    let line = this.lines.get(key);
    if (!line) {
      line = { priority: order.priority, limits: order.limits, waiting: [], head: 0 };
      this.lines.set(key, line);
      this.isRated ||= order.limits.some(({ rate }) => rate !== undefined);
    }
    if (line.head === line.waiting.length) this.open.add(line);
    line.waiting.push({ turn: this.turn++, order });
  }

  /** The next step that may begin; it counts as begun. */
  next(at: Instant): ReadyOrder | undefined {
    if (this.used >= this.slots) return undefined;
    for (let line = this.first(); line; line = this.first()) {
      const closedBy = this.closedKey(line, at);
      if (closedBy === undefined) return this.begin(line, at);
      this.open.delete(line);
      const others = this.closed.get(closedBy);
      if (others) others.add(line);
      else this.closed.set(closedBy, new Set([line]));
    }
    return undefined;
  }

  /** When a rate that holds something up has room; undefined: nothing waits for the clock. */
  opensAt(at: Instant): Instant | undefined {
    if (!this.isRated) return undefined;
    let soonest: Instant | undefined;
    for (const lines of this.closed.values())
      for (const { limits } of lines) {
        const opens = Math.max(...limits.map(({ key, rate }) => (rate && this.keys.get(key)?.opensAt(rate, at)) ?? at));
        if (opens > at) soonest = Math.min(soonest ?? Infinity, opens);
      }
    return soonest;
  }

  /** The clock has gone on: what rates held up may try again. */
  retry(): void {
    for (const lines of this.closed.values()) for (const line of lines) this.open.add(line);
    this.closed.clear();
  }

  free(step: string): void {
    const limits = this.held.get(step);
    if (!limits) return;
    this.held.delete(step);
    this.used -= 1;
    for (const { key } of limits) {
      const known = this.keys.get(key);
      if (known) known.running -= 1;
      for (const line of this.closed.get(key) ?? []) this.open.add(line);
      this.closed.delete(key);
    }
  }

  private first(): Line | undefined {
    let first: Line | undefined;
    for (const line of this.open) {
      const [turn, before] = [turnOf(line), first && turnOf(first)];
      if (!first || line.priority > first.priority || (line.priority === first.priority && turn < (before ?? 0)))
        first = line;
    }
    return first;
  }

  private closedKey({ limits }: Line, at: Instant): string | undefined {
    const closed = limits.find(({ key, concurrency = Infinity, rate }) => {
      const known = this.keys.get(key);
      return known && (known.running >= concurrency || (rate && known.opensAt(rate, at) > at));
    });
    return closed?.key;
  }

  private begin(line: Line, at: Instant): ReadyOrder {
    const { order } = line.waiting[line.head++] as Line['waiting'][number];
    if (line.head === line.waiting.length) {
      line.waiting.length = 0;
      line.head = 0;
      this.open.delete(line);
    }
    this.free(order.step);
    this.used += 1;
    this.held.set(order.step, order.limits);
    for (const { key, rate } of order.limits) {
      let known = this.keys.get(key);
      if (!known) this.keys.set(key, (known = new Key()));
      known.begin(at, rate);
    }
    return order;
  }
}

const turnOf = ({ waiting, head }: Line): number => waiting[head]?.turn ?? Infinity;
