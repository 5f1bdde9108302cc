import { messageOf, type Clock } from '../../kernel/index.js';
import { transient, type AbortSignalLike, type TaskFailure } from '../../plugin/contract/index.js';
import type { BreakerStore, DestinationBoard, DestinationState, OpenCircuit } from '../ports/index.js';
import { Breaker, type BreakerRules, type Verdict } from './breaker.js';
import { Bulkhead } from './bulkhead.js';

/** One request that was let through. */
export interface Visit {
  /** Says what became of it; the first word counts. */
  tell(verdict: Verdict): void;
  /** Gives the place to another; more often than once does nothing. */
  leave(): void;
}

/** Lets requests through to their destinations. */
export interface Gate {
  /** Throws, or rejects with, `circuit_open` or `destination_busy`. */
  enter(destination: string, signal: AbortSignalLike): Visit | Promise<Visit>;
}

const FREE: Visit = { tell: () => undefined, leave: () => undefined };
/** Without breaker and bulkhead. */
export const OPEN_GATE: Gate = { enter: () => FREE };

export interface DestinationRules extends BreakerRules {
  /** Requests at once, to one destination. */
  readonly atOnce: number;
  /** Requests that may wait for their turn, at one destination. */
  readonly queue: number;
  /** Requests at once by destination, where it is another number. */
  readonly limits: Readonly<Record<string, number>>;
}

export interface DestinationParts {
  readonly rules: DestinationRules;
  readonly store: BreakerStore;
  readonly clock: Clock;
  readonly onTrouble: (what: string, error: unknown) => void;
}

/** Destinations that are remembered while nobody asks them anything. */
const MOST = 1000;
/** ms: when to look again at a destination that is full. */
const BUSY = 1000;

interface Destination {
  readonly name: string;
  readonly breaker: Breaker;
  readonly bulkhead: Bulkhead;
}

const isIdle = ({ bulkhead }: Destination): boolean => bulkhead.inFlight === 0 && bulkhead.queued === 0;

/** A circuit breaker and a bulkhead for each destination. Open circuits survive the process. */
export class Destinations implements Gate, DestinationBoard {
  /** The one that was used longest ago first. */
  private readonly known = new Map<string, Destination>();

  constructor(private readonly parts: DestinationParts) {}

  /** Goes on with the circuits that were open when the last process ended. */
  async restore(): Promise<void> {
    const { store, rules } = this.parts;
    for (const circuit of await store.all()) {
      if (rules.failures === 0) await store.remove(circuit.destination);
      else this.at(circuit.destination).breaker.restore(circuit);
    }
  }

  enter(name: string, signal: AbortSignalLike): Visit | Promise<Visit> {
    const destination = this.at(name);
    const { breaker, bulkhead } = destination;
    const until = breaker.closedUntil(this.now());
    if (until !== undefined) throw this.circuitOpen(destination);
    if (bulkhead.isFull) throw busy(name, bulkhead.limit);
    const turn = bulkhead.enter(signal);
    return turn === undefined ? this.admitted(destination) : turn.then(() => this.admitted(destination));
  }

  list(): readonly DestinationState[] {
    const states = [...this.known.values()].map((destination) => this.stateOf(destination));
    return states.sort((a, b) => (a.destination < b.destination ? -1 : 1));
  }

  reset(name: string): boolean {
    const destination = this.known.get(name);
    if (!destination) return false;
    if (destination.breaker.reset()) this.keep(destination);
    return true;
  }

  private admitted(destination: Destination): Visit {
    const { breaker, bulkhead } = destination;
    const now = this.now();
    // It may have opened, or another be finding out, while this one waited.
    if (breaker.closedUntil(now) !== undefined) {
      bulkhead.leave();
      throw this.circuitOpen(destination);
    }
    const pass = breaker.admit(now);
    let [isTold, isIn] = [false, true];
    return {
      tell: (verdict) => {
        if (isTold) return;
        isTold = true;
        if (breaker.tell(pass, verdict, this.now())) this.changed(destination);
      },
      leave: () => {
        if (!isIn) return;
        isIn = false;
        bulkhead.leave();
      },
    };
  }

  /** Those who wait for a destination that is now left alone need not wait. */
  private changed(destination: Destination): void {
    this.keep(destination);
    if (destination.breaker.opened) destination.bulkhead.refuseAll(() => this.circuitOpen(destination));
  }

  private keep({ name, breaker }: Destination): void {
    const { store, onTrouble } = this.parts;
    const { opened, failures } = breaker;
    const circuit: OpenCircuit | undefined = opened && {
      ...{ destination: name, failures },
      ...{ since: opened.since, until: opened.until },
    };
    const kept = circuit ? store.put(circuit) : store.remove(name);
    kept.catch((error: unknown) => onTrouble(`The circuit of ${name} could not be kept`, error));
  }

  private at(name: string): Destination {
    const found = this.known.get(name);
    if (found) {
      this.known.delete(name);
      this.known.set(name, found);
      return found;
    }
    const { rules } = this.parts;
    const atOnce = Object.hasOwn(rules.limits, name) ? (rules.limits[name] as number) : rules.atOnce;
    const destination = {
      ...{ name, breaker: new Breaker(rules) },
      bulkhead: new Bulkhead({ atOnce, queue: rules.queue }),
    };
    this.known.set(name, destination);
    if (this.known.size > MOST) this.forgetOne(name);
    return destination;
  }

  /** A workflow may ask a million hosts. */
  private forgetOne(newest: string): void {
    for (const destination of this.known.values()) {
      const { name, breaker } = destination;
      if (!isIdle(destination) || name === newest) continue;
      this.known.delete(name);
      if (breaker.reset()) this.keep(destination);
      return;
    }
  }

  private stateOf({ name, breaker, bulkhead }: Destination): DestinationState {
    const now = this.now();
    const until = breaker.closedUntil(now);
    const { opened, failures } = breaker;
    const state = !opened ? 'closed' : now < opened.until ? 'open' : 'half_open';
    const { inFlight, queued, limit } = bulkhead;
    return { destination: name, state, since: opened?.since, until, failures, inFlight, queued, limit };
  }

  private circuitOpen({ name, breaker }: Destination): TaskFailure {
    const now = this.now();
    const retryAfter = Math.max(0, (breaker.closedUntil(now) ?? now) - now);
    const { failures } = breaker;
    return transient('circuit_open', messageOf('circuit_open', { destination: name, failures }), { retryAfter });
  }

  private now(): number {
    return this.parts.clock.now();
  }
}

const busy = (destination: string, limit: number): TaskFailure =>
  transient('destination_busy', messageOf('destination_busy', { destination, limit }), { retryAfter: BUSY });
