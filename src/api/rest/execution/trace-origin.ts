import type { TraceOrigin } from '../../../engine/core/index.js';
import { parseTraceParent, parseTraceState } from '../../../kernel/index.js';

const one = (value: string | readonly string[] | undefined): string | undefined =>
  typeof value === 'string' ? value : undefined;

/** The trace that a request belongs to (W3C Trace Context). What is malformed counts as absent, as the standard demands. */
export const traceOriginOf = (
  headers: Readonly<Record<string, string | string[] | undefined>>,
): TraceOrigin | undefined => {
  const parent = parseTraceParent(one(headers.traceparent) ?? '');
  if (!parent) return undefined;
  const given = one(headers.tracestate);
  const state = given === undefined ? undefined : parseTraceState(given);
  return { ...parent, ...(state !== undefined && { state }) };
};
