import type { Json, Millis } from '../../../kernel/index.js';
import type { Degraded, LlmUsage } from '../../ports/index.js';
import type { LlmFinish } from '../request.js';

/** What came of a request. */
export interface LlmResult {
  readonly text: string;
  /** The value that fits the schema, when the request had one. */
  readonly value?: Json;
  readonly finish: LlmFinish;
  /** `unknown` where the transport does not say. */
  readonly model: string;
  readonly provider: string;
  readonly transport: string;
  /** Of all calls that it took, the round of repair too. None when it came from the cache. */
  readonly usage: LlmUsage;
  readonly latency: Millis;
  /** Requests to the transport that answered. 0: it came from the cache. */
  readonly attempts: number;
  /** Ids of the calls in the ledger. */
  readonly calls: readonly string[];
  /** `cache`: it is the answer to an equal request. */
  readonly source: 'model' | 'cache';
  /** Present when it is less than what was asked for. */
  readonly degraded?: Degraded;
}
