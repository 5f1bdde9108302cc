export { systemTimers } from './system-timers.js';
