export { EmbeddedEngine, type EmbeddedEngineOptions } from './embedded-engine.js';
export type { DriverLimits } from './run-driver.js';
export { systemTimers } from './system-timers.js';
