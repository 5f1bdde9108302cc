import type { Json, JsonObject } from '../../../kernel/index.js';
import type { InPlace } from '../../../engine/core/index.js';

/** Something in the record that a cause rests on. */
export interface Evidence {
  /** Position in the journal; undefined: it is no event. */
  readonly seq: number | undefined;
  readonly step: string | undefined;
  readonly text: string;
}

/** What can be done about a cause. */
export type Fix =
  /** A re-execution. */
  | { readonly is: 'operation'; readonly operation: InPlace; readonly text: string }
  /** A request of another kind. */
  | {
      readonly is: 'request';
      readonly action: string;
      readonly body: JsonObject;
      readonly command: string;
      readonly text: string;
    }
  /** A change of the definition, as an op of the rewrite catalogue; offered only when it passes the gates. */
  | { readonly is: 'change'; readonly op: JsonObject; readonly text: string }
  /** Something that a person does elsewhere. */
  | { readonly is: 'advice'; readonly pointer: string | undefined; readonly text: string };

/** Why an execution is where it is. */
export interface Cause {
  readonly code: string;
  readonly step: string | null;
  readonly text: string;
  /** `certain`: the record says so; `likely`: it fits, and something else could be it. */
  readonly likelihood: 'certain' | 'likely';
  readonly evidence: readonly Evidence[];
  readonly fixes: readonly Fix[];
  readonly details?: Json;
}
