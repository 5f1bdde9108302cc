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
  /** A request of another kind, about this execution. */
  | {
      readonly is: 'request';
      readonly action: string;
      readonly body: JsonObject;
      readonly command: string;
      readonly text: string;
    }
  /** A request about something else. `command`: after `harmonia `; undefined: there is none. */
  | {
      readonly is: 'elsewhere';
      readonly path: string;
      readonly body: JsonObject;
      readonly command: string | undefined;
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
  /** Why it is as likely as that. */
  readonly because: string;
  /** A share that was counted, 0..1, of what `because` says; undefined: nothing was counted. */
  readonly figure?: number;
  readonly evidence: readonly Evidence[];
  readonly fixes: readonly Fix[];
  readonly details?: Json;
}

export const RECORDED = 'the journal records it';

export const advice = (pointer: string | undefined, text: string): Fix => ({ is: 'advice', pointer, text });

export const retry = (text: string): Fix => ({ is: 'operation', operation: { is: 'retry_failed' }, text });

export const skip = (step: string): Fix => ({
  is: 'operation',
  operation: { is: 'skip', step },
  text: 'Count the step as skipped, when what depends on it can do without its output.',
});
