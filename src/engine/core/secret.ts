import type { JsonPointer } from '../../kernel/index.js';

/** Text in which secrets stand: literal parts and names of secrets, in order. */
export type SecretText = readonly (string | { readonly $secret: string })[];

/**
 * A place in the input of a step that the runner fills at the call (semantics 5). The core never sees the value. Slots
 * travel beside the input: a `{"$secret": …}` that stands in data is data, so nobody can ask for a secret by input.
 */
export interface SecretSlot {
  /** Into the input. What stands there is `{"$secret": name}` or `{"$secret_text": […]}`. */
  readonly pointer: JsonPointer;
  /** One lone `{$secret}`: the value is the secret itself. */
  readonly text: SecretText;
}
