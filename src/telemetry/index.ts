/** Measurements and traces, for those who run the service. */
export { Metrics } from './metrics/metrics.js';
export { openTraceExport } from './trace/open-trace-export.js';
export { passingOn } from './trace/passing-on.js';
export { Tracer } from './trace/tracer.js';
