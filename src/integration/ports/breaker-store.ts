import type { Instant } from '../../kernel/index.js';

/** A destination that is left alone for a while, because requests to it failed. */
export interface OpenCircuit {
  /** An origin, `https://api.example`, or `component:<name>`. */
  readonly destination: string;
  readonly since: Instant;
  /** When a request may find out whether it works again. */
  readonly until: Instant;
  /** In a row, up to now. */
  readonly failures: number;
}

/** Keeps open circuits over a restart. Written when a circuit opens or closes, never per request. */
export interface BreakerStore {
  all(): Promise<readonly OpenCircuit[]>;
  /** Takes the place of what is kept for the destination. */
  put(circuit: OpenCircuit): Promise<void>;
  /** None is kept: nothing happens. */
  remove(destination: string): Promise<void>;
}
