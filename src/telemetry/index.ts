/** Measurements and traces, for those who run the service. */
export { Metrics } from './metrics/metrics.js';
