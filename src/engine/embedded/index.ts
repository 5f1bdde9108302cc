export { steadyClock } from './clock/steady-clock.js';
export { EmbeddedEngine, type EmbeddedEngineOptions } from './embedded-engine.js';
export type { DriverLimits } from './driver-ports.js';
export { systemTimers } from './clock/index.js';
