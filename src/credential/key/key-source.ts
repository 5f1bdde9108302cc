import type { KeyTexts } from './key-ring.js';

/** Where the keys come from. The first encrypts. */
export interface KeySource {
  /** Throws `credential_key_unusable` or `credential_key_exposed`. */
  load(): KeyTexts;
  /** Those with a newer one in front, durable when it returns. Throws `credential_key_given` when there is none to be had. */
  renew(): KeyTexts;
  /** Forgets all but the first: nothing is encrypted with the others any more. */
  retire(): void;
}
