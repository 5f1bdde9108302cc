import type { Millis } from '../../kernel/index.js';
import type { Batch } from './journal.js';

/** Is told how the engine does, on its hot path: must cost no more than some additions, and never throws. */
export interface EngineMeter {
  /** A step has got its slot, so long after it was ready. */
  waited(time: Millis): void;
  /** A group is durable. `took`: from the call to the answer of the journal. */
  committed(took: Millis, batch: Batch): void;
  commitFailed(): void;
}
