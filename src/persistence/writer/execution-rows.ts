import type { JournalHandle } from '../../engine/ports/index.js';
import type { Chain } from './hash-chain.js';

/**
 * Task runs that one execution may have; their ids are `ref × RUNS_PER_EXECUTION + n`. So the runs of an execution lie
 * together, and are found by a range of the primary key: an index would cost every step a page. 2²⁹ executions fit into
 * the integers that JavaScript is exact about.
 */
export const RUNS_PER_EXECUTION = 2 ** 24;

/** Where the rows of an open execution are. */
export interface ExecutionRows extends JournalHandle {
  /** Primary key of the execution row. */
  readonly ref: number;
  readonly totalTasks: number;
  /** Primary keys of the task runs that have not ended, by step. */
  readonly runs: Map<string, number>;
  /** Steps of those that hold steps of their own. */
  readonly constructs: Set<string>;
  /** Primary key of the next task run. */
  nextRun: number;
  /** Log lines written so far. */
  logged: number;
  chain: Chain;
}
