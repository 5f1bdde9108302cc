import type { Instant } from '../../kernel/index.js';

/** How requests to one destination fare. */
export interface DestinationState {
  /** An origin, `https://api.example`, or `component:<name>`. */
  readonly destination: string;
  /** `half_open`: the next request finds out whether it works again. */
  readonly state: 'closed' | 'open' | 'half_open';
  /** When an open circuit opened. */
  readonly since: Instant | undefined;
  /** Until when all requests are refused. */
  readonly until: Instant | undefined;
  /** In a row, up to now. */
  readonly failures: number;
  /** Requests under way. */
  readonly inFlight: number;
  /** Requests that wait for their turn. */
  readonly queued: number;
  /** Requests at once. */
  readonly limit: number;
}

/** The destinations that requests went to of late, and those that are left alone. */
export interface DestinationBoard {
  /** By name. */
  list(): readonly DestinationState[];
  /** Closes the circuit and forgets the failures. False: the destination is unknown. */
  reset(destination: string): boolean;
}
