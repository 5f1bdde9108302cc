import type { JsonObject } from '../../kernel/index.js';

/** Takes what components hand over with `POST /workflow`, in the three forms in which they do. */
export interface Handoffs {
  /**
   * What is wrong with the work is told in the answer, by `status`. Throws `handoff_no_object` and `handoff_fields_missing` for
   * what is no message.
   */
  receive(message: unknown): Promise<JsonObject>;
}
