import type { Millis } from '../../kernel/index.js';

/** What an isolated plugin may take. */
export interface IsolationLimits {
  /** Workers, which is attempts at a time. Others wait. Default 8. */
  readonly maxThreads: number;
  /** MiB of the heap of one worker. Default 256. What lies outside of the heap, such as buffers, is not counted. */
  readonly maxHeapMb: number;
  /** MiB of the stack of one worker. Default 4. */
  readonly maxStackMb: number;
  /** ms that an idle worker is kept. Default 30 s. */
  readonly idle: Millis;
  /** ms between the polite abort of an attempt and the end of its worker. Default 1 s. */
  readonly grace: Millis;
  /** ms without a turn of the worker's event loop after which it hangs. Default 30 s. */
  readonly hungAfter: Millis;
  /** ms for a worker to start and load the code of the plugin. Default 30 s. */
  readonly patience: Millis;
  /** Seconds that one attempt may take, whatever its task and workflow say. Default: no such limit. */
  readonly maxSeconds?: number;
  /** Attempts after which a worker is replaced. Default 10,000. */
  readonly maxAttempts: number;
  /** Bytes of JSON text of an output, a recorded result, or what a service is given. Default 16 MiB. */
  readonly maxOutputBytes: number;
}

export const DEFAULT_LIMITS: IsolationLimits = {
  maxThreads: 8,
  maxHeapMb: 256,
  maxStackMb: 4,
  idle: 30_000,
  grace: 1000,
  hungAfter: 30_000,
  patience: 30_000,
  maxAttempts: 10_000,
  maxOutputBytes: 16 * 2 ** 20,
};

/** Share of its heap with which a worker may be kept. */
export const KEPT_SHARE = 0.6;
