/** Answers that are told as they are made, to all who ask. */
export { KeptRuns, type NewRun, type Taken } from './kept-runs.js';
export { ToldRun, type RunOptions, type Told, type ToldError, type Telling } from './told-run.js';
