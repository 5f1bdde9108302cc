import { Destinations, type DestinationParts } from '../../src/integration/index.js';
import type { BreakerStore, OpenCircuit } from '../../src/integration/ports/index.js';

/** Open circuits, in memory. */
export class MemoryBreakers implements BreakerStore {
  /** Writes so far. */
  writes = 0;
  private readonly kept = new Map<string, OpenCircuit>();

  all(): Promise<readonly OpenCircuit[]> {
    return Promise.resolve([...this.kept.values()].sort((a, b) => (a.destination < b.destination ? -1 : 1)));
  }

  put(circuit: OpenCircuit): Promise<void> {
    this.writes += 1;
    this.kept.set(circuit.destination, circuit);
    return Promise.resolve();
  }

  remove(destination: string): Promise<void> {
    this.writes += 1;
    this.kept.delete(destination);
    return Promise.resolve();
  }
}

/** A clock that goes when it is told to. */
export class HandClock {
  constructor(private time = 1_000_000) {}

  now(): number {
    return this.time;
  }

  /** ms; back when negative. */
  pass(length: number): void {
    this.time += length;
  }
}

export const SECONDS = 1000;

export interface DestinationsUnderTest {
  readonly destinations: Destinations;
  readonly store: BreakerStore;
  readonly clock: HandClock;
  readonly troubles: string[];
}

/** Three failures open a circuit for ten seconds; two requests at once, two may wait. */
export const testDestinations = async (
  rules: Partial<DestinationParts['rules']> = {},
  { store = new MemoryBreakers(), clock = new HandClock() }: { store?: BreakerStore; clock?: HandClock } = {},
): Promise<DestinationsUnderTest> => {
  const troubles: string[] = [];
  const destinations = new Destinations({
    rules: { failures: 3, rest: 10 * SECONDS, atOnce: 2, queue: 2, limits: {}, ...rules },
    ...{ store, clock },
    onTrouble: (what) => troubles.push(what),
  });
  await destinations.restore();
  return { destinations, store, clock, troubles };
};
