import type { JournalHandle } from '../../engine/ports/index.js';

/** Where the rows of an open execution are. */
export interface ExecutionRows extends JournalHandle {
  /** Primary key of the execution row. */
  readonly ref: number;
  readonly totalTasks: number;
  /** Primary keys of the task runs that have not ended, by step. */
  readonly runs: Map<string, number>;
  /** Log lines written so far. */
  logged: number;
}
