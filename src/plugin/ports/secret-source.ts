import type { Credential } from '../contract/index.js';

/** Where secrets and credentials come from. Answers at once: what it knows is in memory. */
export interface SecretSource {
  /** Another number whenever a value was added, changed or removed. */
  readonly revision: number;
  /** A text, for `${secrets.name}`. */
  get(name: string): string | undefined;
  credential(name: string): Credential | undefined;
  /** Every secret text, those inside of credentials too, for masking. */
  values(): readonly string[];
}
