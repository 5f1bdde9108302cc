import type { Backoff } from '../backoff/index.js';

/** How a client comes back after its socket was lost. Default: after 5 s, half as long again each time up to 60 s, a fifth more or less. */
export interface Reconnection extends Backoff {
  /** Default 10; then the client gives up. */
  readonly tries: number;
}

export const DEFAULT_RECONNECTION: Reconnection = {
  ...{ first: 5000, factor: 1.5, longest: 60_000, jitter: 0.2, tries: 10 },
};
