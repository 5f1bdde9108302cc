/** Time, where a component does not bring its own. */
export { systemTimers } from './system-timers.js';
