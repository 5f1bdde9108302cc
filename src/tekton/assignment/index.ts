/** Who does a task. */
export { componentFor, type Choice, type TaskToGive } from './component-for.js';
