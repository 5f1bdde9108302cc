/** Two versions of a workflow, run side by side on tasks that are made up. Pure. */
export { runBoth, type Differential, type DifferentialQuestion } from './run-both.js';
