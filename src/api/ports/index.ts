export type * from './execution-reader.js';
export { RATE_CLASSES, type HttpLimits, type RateClass, type Rates } from './http-limits.js';
