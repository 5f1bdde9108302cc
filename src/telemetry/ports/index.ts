/** What the rest of the house needs of telemetry, and telemetry of the rest. */
export type * from './backlogs.js';
export type * from './metrics-page.js';
