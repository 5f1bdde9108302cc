import type { Instant, Timer } from '../../kernel/index.js';
import type { Rate } from '../core/index.js';
import { RateWindow } from './rate-window.js';
import type { Turns } from './turns.js';

/** Blocked orders of one priority with the same limits. They wait at one gate together, whatever their number. */
export interface Line<T> {
  readonly id: string;
  readonly priority: number;
  readonly turns: Turns<T>;
  gate: Gate<T>;
}

/** One bound of a key, and the lines that it blocks: higher priority first, then turn by turn. */
export class Gate<T> {
  /** Orders that were let through and have not begun yet. */
  promised = 0;
  /** Rings when a window has room again. */
  timer: Timer | undefined;
  private readonly lines = new Map<number, Set<Line<T>>>();
  /** Ascending. */
  private readonly priorities: number[] = [];

  constructor(
    readonly key: Key<T>,
    readonly bound: number | RateWindow,
  ) {}

  /** How many more may begin at that time. */
  room(at: Instant): number {
    return typeof this.bound === 'number' ? this.bound - this.key.running : this.bound.room(at);
  }

  get first(): Line<T> | undefined {
    const highest = this.priorities.at(-1);
    return highest === undefined ? undefined : this.lines.get(highest)?.values().next().value;
  }

  /** Behind all lines of its priority. */
  add(line: Line<T>): void {
    line.gate = this;
    const { priority } = line;
    const lines = this.lines.get(priority);
    if (lines) return void lines.add(line);
    this.lines.set(priority, new Set([line]));
    this.priorities.splice(this.placeOf(priority), 0, priority);
  }

  remove(line: Line<T>): void {
    const { priority } = line;
    const lines = this.lines.get(priority);
    if (!lines?.delete(line) || lines.size > 0) return;
    this.lines.delete(priority);
    this.priorities.splice(this.placeOf(priority), 1);
  }

  /** Nobody waits for it, and it need not remember anything. */
  isIdle(at: Instant): boolean {
    if (this.priorities.length > 0 || this.promised > 0) return false;
    return typeof this.bound === 'number' || this.bound.isOver(at);
  }

  /** Position of the first priority that is not lower. */
  private placeOf(priority: number): number {
    let [low, high] = [0, this.priorities.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.priorities[middle] as number) < priority) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

const idOf = ({ count, per }: Rate): string => `${count}/${per}`;

/** What is known of a key while somebody uses it. */
export class Key<T> {
  /** Attempts that run under it. */
  running = 0;
  /** By bound; only those that somebody waits at. */
  private readonly concurrency = new Map<number, Gate<T>>();
  private readonly rates = new Map<string, Gate<T>>();

  constructor(readonly name: string) {}

  /** The gate of orders that wait for fewer than `bound` to run. */
  gate(bound: number): Gate<T> {
    const known = this.concurrency.get(bound);
    if (known) return known;
    const gate = new Gate(this, bound);
    this.concurrency.set(bound, gate);
    return gate;
  }

  findGate(bound: number): Gate<T> | undefined {
    return this.concurrency.get(bound);
  }

  findRate(rate: Rate): Gate<T> | undefined {
    return this.rates.get(idOf(rate));
  }

  /** The key has this rate from now on, until nothing has begun within its window: then it may be forgotten. */
  addRate(rate: Rate): void {
    if (!this.findRate(rate)) this.rates.set(idOf(rate), new Gate(this, new RateWindow(rate)));
  }

  get isRated(): boolean {
    return this.rates.size > 0;
  }

  /** Something begins under the key: it counts for all of its rates, also when it has none itself. */
  begin(at: Instant): void {
    for (const { bound } of this.rates.values()) if (typeof bound !== 'number') bound.record(at);
  }

  /** Forgets the gates that nobody needs; answers whether that leaves nothing to know. */
  tidy(at: Instant): boolean {
    for (const gates of [this.concurrency, this.rates])
      for (const [id, gate] of gates as Map<unknown, Gate<T>>) if (gate.isIdle(at)) gates.delete(id as never);
    return this.running === 0 && this.concurrency.size === 0 && this.rates.size === 0;
  }

  silence(): void {
    for (const { timer } of this.rates.values()) timer?.cancel();
  }
}
