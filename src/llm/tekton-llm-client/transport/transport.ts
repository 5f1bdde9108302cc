import type { LlmFinish, LlmRequest } from '../request.js';

/** What the provider says that a call took. */
export interface ReportedUsage {
  readonly prompt: number;
  readonly completion: number;
  readonly cached: number;
  readonly total: number;
}

/** What a model answered. */
export interface TransportAnswer {
  readonly text: string;
  readonly finish: LlmFinish;
  /** Undefined where the transport does not say, or makes it up. */
  readonly model: string | undefined;
  readonly provider: string;
  /** Undefined where the transport does not say, or makes it up. */
  readonly usage: ReportedUsage | undefined;
}

/** A piece of an answer, then its end. A stream that ends without `end` was cut. */
export type TransportChunk =
  | { readonly is: 'text'; readonly text: string; readonly model?: string | undefined; readonly provider?: string }
  | ({ readonly is: 'end' } & Omit<TransportAnswer, 'text'>);

/** Whether something is there that speaks the dialect. */
export type Probed = { readonly ok: true; readonly detail: string } | { readonly ok: false; readonly detail: string };

/** A model that can be asked for. */
export interface OfferedModel {
  readonly provider: string;
  readonly id: string;
  readonly name?: string;
  readonly contextLength?: number;
  readonly capabilities?: readonly string[];
}

/**
 * One way to a model: an address and a dialect. Nothing here retries, waits or remembers failures: that is the
 * exchange's. Methods throw a `TektonLLMError`, or whatever when `signal` has aborted. A transport may ignore its
 * signal without harm: whoever waits is let go by the deadline.
 */
export interface LlmTransport {
  /** `rhetor/generate-v1`. */
  readonly id: string;
  /** Without user, password and query. */
  readonly address: string;
  /** Behind it are agents that may act on what they read. */
  readonly mayAct: boolean;
  /** A probe of it asks no model, so that one may look just to know. */
  readonly looksCheaply: boolean;
  /** Whether it passes on the name of a model, and its parameters. */
  readonly honoursModel: boolean;
  /** Looks whether the dialect is spoken there. A model need not answer for all that: the first real call decides. */
  probe(signal: AbortSignal): Promise<Probed>;
  complete(request: LlmRequest, signal: AbortSignal): Promise<TransportAnswer>;
  /** Absent: it cannot stream. */
  stream?(request: LlmRequest, signal: AbortSignal): AsyncIterable<TransportChunk>;
  /** Absent: it cannot list them. */
  models?(signal: AbortSignal): Promise<readonly OfferedModel[]>;
  /** How it would ask for an answer that fits a schema now; absent: by words. */
  structured?(): string;
  /** Lets go of what it holds. */
  close?(): Promise<void>;
}
