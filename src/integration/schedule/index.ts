/** Workflows that start by the clock. */
export { ScheduleService, type ScheduleServiceParts } from './schedule-service.js';
export { INPUT_NAMES } from './tick-row.js';
