/** Two versions of a workflow, run side by side on tasks that are made up. Pure. */
export { SideBySide, type Differential } from './side-by-side.js';
