import type { Instant, Timers } from '../../kernel/index.js';
import type { Limit, ReadyOrder } from '../core/index.js';
import { Key, type Gate, type Line } from './gate.js';
import { Turns, type Waiting } from './turns.js';

/** Keys with rates that are looked at, when something begins, whether their windows are over. */
const SWEPT = 2;

/** Where an execution waits. */
interface Place<T> {
  readonly lines: Set<Line<T>>;
  /** Its orders that were let through, and by which gate. */
  readonly promises: Map<ReadyOrder, Gate<T>>;
}

export interface LimiterPorts<T> {
  readonly timers: Timers;
  /** An order that was blocked may try again. */
  readonly release: (waiting: Waiting<T>) => void;
  /** Somebody was released by the clock. */
  readonly onRoom: () => void;
}

const lineOf = ({ priority, limits }: ReadyOrder): string => `${priority} ${JSON.stringify(limits)}`;

/**
 * Counts what runs and begins under each key, and keeps what a key blocks.
 *
 * Blocked orders with the same limits form a line, which waits at one gate: the bound that was found closed. They cost
 * nothing until it opens; then as many of them are released as it has room for. The released compete for slots like all
 * others, and one that finds another gate closed takes its whole line there. So each transition costs a few steps,
 * however many wait. An order with several limits holds none of them while it waits for another.
 *
 * Invariant: a gate that somebody waits at has no room, or has promised it, or its timer is set.
 */
export class Limiter<T> {
  private readonly keys = new Map<string, Key<T>>();
  private readonly rated = new Set<Key<T>>();
  private readonly lines = new Map<string, Line<T>>();
  private readonly places = new Map<T, Place<T>>();
  /** Released the order that was granted last: until that has begun, or turned out to be void, its room is promised. */
  private unsettled: Gate<T> | undefined;
  private at: Instant = 0;
  private stopped = false;

  constructor(private readonly ports: LimiterPorts<T>) {}

  /** Orders that wait at a gate. */
  get waiting(): number {
    let sum = 0;
    for (const { turns } of this.lines.values()) sum += turns.length;
    return sum;
  }

  /** Keys that it knows anything of. */
  get size(): number {
    return this.keys.size;
  }

  /** Whether the order has to wait behind others with its limits; then it does. */
  joins({ of, order, since }: Waiting<T>): boolean {
    const line = this.lines.get(lineOf(order));
    if (!line) return false;
    line.turns.push(of, order, since);
    this.placeOf(of).lines.add(line);
    return true;
  }

  /** Whether some limit of the order, whose turn it is, has no room now; then it waits for that one. */
  blocks(waiting: Waiting<T>): boolean {
    const releasedBy = this.redeem(waiting);
    const line = this.lines.get(lineOf(waiting.order));
    const gate = this.closedGate(waiting.order, line);
    if (!gate) {
      this.unsettled = releasedBy;
      return false;
    }
    this.park(waiting, { line, gate, isFirst: releasedBy !== undefined });
    if (releasedBy) this.giveBack(releasedBy);
    return true;
  }

  /** Call when it is settled what became of the last granted order, with the time if that has gone on. */
  settle(at: Instant = this.at): void {
    this.at = Math.max(this.at, at);
    const gate = this.unsettled;
    if (!gate) return;
    this.unsettled = undefined;
    this.giveBack(gate);
  }

  /** An attempt runs under these limits. `begins`: just now, so it counts for the rates. */
  take(limits: readonly Limit[], { begins }: { readonly begins: boolean }): void {
    for (const { key: name, rate } of limits) {
      const key = this.keyOf(name);
      key.running += 1;
      if (!begins) continue;
      if (rate) key.addRate(rate);
      if (!key.isRated) continue;
      key.begin(this.at);
      this.rated.add(key);
      this.sweep();
    }
  }

  free(limits: readonly Limit[]): void {
    for (const { key: name } of limits) {
      const key = this.keyOf(name);
      const opening = key.findGate(key.running);
      key.running -= 1;
      if (opening) this.open(opening);
      this.tidy(key);
    }
  }

  /** Drops what an execution waits for. Its released orders must be gone already. */
  forget(of: T): void {
    const place = this.places.get(of);
    if (!place) return;
    this.places.delete(of);
    for (const line of place.lines) {
      line.turns.forget(of);
      if (line.turns.isEmpty) this.close(line);
      this.tidy(line.gate.key);
    }
    for (const gate of place.promises.values()) this.giveBack(gate);
  }

  /** No timer rings any more. */
  stop(): void {
    this.stopped = true;
    for (const key of this.keys.values()) key.silence();
  }

  private closedGate({ limits }: ReadyOrder, line: Line<T> | undefined): Gate<T> | undefined {
    if (line && line.gate.room(this.at) <= 0) return line.gate;
    for (const { key: name, concurrency = Infinity, rate } of limits) {
      const key = this.keys.get(name);
      if (!key) continue;
      if (key.running >= concurrency) return key.gate(concurrency);
      const gate = rate && key.findRate(rate);
      if (gate && gate.room(this.at) <= 0) return gate;
    }
    return undefined;
  }

  private park(
    waiting: Waiting<T>,
    {
      line: known,
      gate,
      isFirst,
    }: { readonly line: Line<T> | undefined; readonly gate: Gate<T>; readonly isFirst: boolean },
  ): void {
    const { of, order, since } = waiting;
    const { priority } = order;
    const line = known ?? { id: lineOf(order), priority, turns: new Turns<T>(), gate };
    if (isFirst) line.turns.pushFirst(waiting);
    else line.turns.push(of, order, since);
    this.placeOf(of).lines.add(line);
    if (line.gate === gate && known) return;
    const { gate: before } = line;
    before.remove(line);
    gate.add(line);
    this.lines.set(line.id, line);
    if (before !== gate) this.open(before);
    this.open(gate);
  }

  /** Releases as many as there is room for. */
  private open(gate: Gate<T>): void {
    for (let line = gate.first; line && gate.room(this.at) > gate.promised; line = gate.first) this.release(line);
    this.setTimer(gate);
  }

  private release(line: Line<T>): void {
    const waiting = line.turns.take();
    if (!waiting) return;
    const { of, order } = waiting;
    const { gate } = line;
    const place = this.placeOf(of);
    if (!line.turns.has(of)) place.lines.delete(line);
    gate.remove(line);
    if (line.turns.isEmpty) this.lines.delete(line.id);
    else gate.add(line);
    gate.promised += 1;
    place.promises.set(order, gate);
    this.ports.release(waiting);
  }

  private redeem({ of, order }: Waiting<T>): Gate<T> | undefined {
    const place = this.places.get(of);
    const gate = place?.promises.get(order);
    if (!place || !gate) return undefined;
    place.promises.delete(order);
    if (place.promises.size === 0 && place.lines.size === 0) this.places.delete(of);
    return gate;
  }

  /** What was promised is taken, or is for others. */
  private giveBack(gate: Gate<T>): void {
    gate.promised -= 1;
    this.open(gate);
    this.tidy(gate.key);
  }

  private close(line: Line<T>): void {
    this.lines.delete(line.id);
    line.gate.remove(line);
    this.setTimer(line.gate);
  }

  private setTimer(gate: Gate<T>): void {
    const { bound } = gate;
    if (typeof bound === 'number') return;
    if (!gate.first) {
      gate.timer?.cancel();
      gate.timer = undefined;
      return;
    }
    if (gate.timer || this.stopped || bound.room(this.at) > 0) return;
    gate.timer = this.ports.timers.at(bound.opensAt(), () => {
      gate.timer = undefined;
      this.at = Math.max(this.at, this.ports.timers.now());
      this.open(gate);
      this.ports.onRoom();
    });
  }

  private placeOf(of: T): Place<T> {
    const known = this.places.get(of);
    if (known) return known;
    const place = { lines: new Set<Line<T>>(), promises: new Map<ReadyOrder, Gate<T>>() };
    this.places.set(of, place);
    return place;
  }

  private keyOf(name: string): Key<T> {
    const known = this.keys.get(name);
    if (known) return known;
    const key = new Key<T>(name);
    this.keys.set(name, key);
    return key;
  }

  private tidy(key: Key<T>): void {
    if (!key.tidy(this.at)) return;
    this.keys.delete(key.name);
    this.rated.delete(key);
  }

  /** Windows end unheard: some that may be over are looked at whenever another begin is remembered. */
  private sweep(): void {
    let left = SWEPT;
    for (const key of this.rated) {
      if (left-- === 0) return;
      this.rated.delete(key);
      this.rated.add(key);
      this.tidy(key);
    }
  }
}
