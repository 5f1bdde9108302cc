/** Upstream's mutable state, read as outputs of tasks and as events. */
export { OutsideState } from './outside.js';
export { stateEvent, stateOfTask, statePath, StateVariables } from './variables.js';
export { changeOf, writersOf } from './writers.js';
