import type { Tally } from '../metrics/tally.js';
import type { SpanSink } from './span.js';

export const SPAN_FATES = ['exported', 'failed'] as const;

/** A receiver of OTLP, and how it is spoken to. */
export interface TraceTarget {
  readonly endpoint: string;
  readonly headers: Readonly<Record<string, string>>;
  /** ms for one request. */
  readonly timeout: number;
  readonly isCompressed: boolean;
  readonly resource: Readonly<Record<string, string>>;
  readonly sampler: { readonly isParentBased: boolean; readonly ratio: number };
  readonly batch: { readonly delay: number; readonly queue: number; readonly size: number };
  /** Version of Harmonia. */
  readonly version: string;
  readonly counts: Tally<(typeof SPAN_FATES)[number]>;
  readonly onTrouble: (what: string, error: unknown) => void;
}

/** Where spans go, and which. */
export interface TraceExport extends SpanSink {
  isSampled(trace: string, decided: boolean | undefined): boolean;
  /** Fulfils when the last spans are sent, or after two seconds. */
  close(): Promise<void>;
}
