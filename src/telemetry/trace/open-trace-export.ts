import type { TraceExport, TraceTarget } from './trace-export.js';

/** Loads what it needs only now. */
export const openTraceExport = async (target: TraceTarget): Promise<TraceExport> => {
  const { openExport } = await import('./export/otlp-sink.js');
  return openExport(target);
};
