import { messageOf, type Json, type Millis } from '../../kernel/index.js';

/**
 * What the engine does next: `transient` and `timeout` are retried by policy, `fatal` and `canceled` are final.
 */
export type FailureKind = 'transient' | 'fatal' | 'timeout' | 'canceled';

/** Why a step or an execution failed. Journaled and shown: no stack trace, no secret. */
export interface Failure {
  readonly kind: FailureKind;
  /** From the error catalogue, or a code of the plugin's own. */
  readonly code: string;
  readonly message: string;
  readonly details?: Json;
  /** Transient only: ms from the failure until the earliest next attempt. */
  readonly retry_after?: Millis;
}

export const timeoutAfter = (length: Millis): Failure => ({
  kind: 'timeout',
  code: 'timeout',
  message: messageOf('timeout', { seconds: length / 1000 }),
});

/** A value that an expression gave can not be used. */
export const expressionFailure = (reason: string): Failure => ({
  kind: 'fatal',
  code: 'expression_error',
  message: messageOf('expression_error', { reason }),
});
