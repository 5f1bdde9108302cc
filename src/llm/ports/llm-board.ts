import type { Instant } from '../../kernel/index.js';

/** Whether a transport would be used now. */
export type LlmTransportState =
  /** Nobody has looked yet. */
  | { readonly is: 'unknown' }
  /** It answers; the next request finds out whether a model does. */
  | { readonly is: 'ready' }
  /** There is nothing that speaks this dialect, or it is not configured fully. Looked for again after `until`. */
  | { readonly is: 'absent'; readonly until: Instant }
  /** It failed too often, or asked for a pause. */
  | { readonly is: 'resting'; readonly until: Instant }
  /** One request finds out whether it works again. */
  | { readonly is: 'trying' }
  /** It refused our credentials: nothing but another configuration helps. */
  | { readonly is: 'barred' };

/** One way to a model. */
export interface LlmTransportStatus {
  /** `rhetor/generate-v1`, `openai-compatible`. */
  readonly id: string;
  /** Without user, password and query. */
  readonly address: string;
  readonly state: LlmTransportState;
  /** Failures in a row, up to now. */
  readonly failures: number;
  /** What the last look or the last failure said. Holds no secret. */
  readonly detail: string | undefined;
  /** How answers of a schema are asked for; undefined where the transport knows no such thing. */
  readonly structured: string | undefined;
}

/** What is left alone for a while because its answers were unusable. */
export interface LlmQualityRest {
  readonly purpose: string;
  readonly until: Instant;
}

/** The ways to a model, in the order in which they are tried. */
export interface LlmStatus {
  readonly mode: 'auto' | 'rhetor' | 'openai' | 'off';
  /** Whether a request would be sent anywhere. */
  readonly available: boolean;
  readonly transports: readonly LlmTransportStatus[];
  readonly resting: readonly LlmQualityRest[];
}

/** Tells how models can be reached. */
export interface LlmBoard {
  /** Looks for transports that nobody has looked for in the last half minute; within two seconds each. Asks no model. */
  status(): Promise<LlmStatus>;
}
