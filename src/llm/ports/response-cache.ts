import type { Json } from '../../kernel/index.js';
import type { Degraded } from './degraded.js';
import type { LlmUsage } from './llm-ledger.js';

/** An answer that may be given again to an equal request. Whole and usable: nothing that was cut, refused or did not fit. */
export interface KeptResponse {
  readonly text: string;
  /** The value that fits the schema, when the request had one. */
  readonly value?: Json;
  readonly model: string;
  readonly provider: string;
  readonly transport: string;
  /** That it was less than what was asked for, as the result had it. */
  readonly degraded?: Degraded;
  /** What the call took that gave it. */
  readonly usage: LlmUsage;
}

/** Answers by the content hash of the request: messages, schema, model, parameters, version of the prompt, tenant. */
export interface ResponseCache {
  get(key: string): Promise<KeptResponse | undefined>;
  put(key: string, response: KeptResponse): Promise<void>;
  /** It turned out to be of no use. */
  forget(key: string): Promise<void>;
}
