import { createHash } from 'node:crypto';
import type { TraceOrigin } from '../../engine/core/index.js';
import type { Instant, Uuid } from '../../kernel/index.js';

export type Attributes = Readonly<Record<string, string | number | boolean>>;

/** Something that happened within a span. */
export interface SpanEvent {
  readonly name: string;
  readonly at: Instant;
  readonly attributes?: Attributes;
}

/** A span that is over. */
export interface FinishedSpan {
  readonly trace: string;
  readonly id: string;
  readonly parent?: { readonly id: string; readonly isRemote: boolean };
  /** `tracestate`, to be passed on. */
  readonly state?: string;
  /** Somebody else's request began it. */
  readonly isServed: boolean;
  readonly name: string;
  readonly start: Instant;
  readonly end: Instant;
  readonly attributes: Attributes;
  readonly events: readonly SpanEvent[];
  /** Absent: nothing went wrong. */
  readonly error?: string;
}

/** Where spans go. Must not throw. */
export interface SpanSink {
  end(span: FinishedSpan): void;
}

const idOf = (...parts: readonly (string | number)[]): string => {
  const id = createHash('sha256').update(parts.join('\n')).digest('hex').slice(0, 16);
  return id === '0000000000000000' ? '0000000000000001' : id;
};

/** An execution has the trace of its own id: 128 bits, and whoever knows the one finds the other. */
export const traceOf = (execution: Uuid, origin: TraceOrigin | undefined): string =>
  origin?.trace ?? execution.replaceAll('-', '');

/**
 * Ids of spans follow from what the spans are of: a process that goes on after a crash gives the same ones, so that what it
 * tells is below what was told before. A re-execution is a span of its own.
 */
export const executionSpan = (execution: Uuid, generation: number): string => idOf(execution, generation);
export const stepSpan = (execution: Uuid, step: string, generation: number): string =>
  idOf(execution, step, generation);
export const attemptSpan = (step: string, attempt: number): string => idOf(step, attempt);
