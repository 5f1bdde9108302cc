import type { Instant, Uuid } from '../../kernel/index.js';
import type { Observations } from '../optimizer/simulate/index.js';

/** Which executions are looked at. What is beyond a bound is left out, the oldest first. */
export interface ObservationQuery {
  readonly workflow: Uuid;
  /** Now. */
  readonly until: Instant;
  /** Days before `until` in which they must have begun. Default 30. */
  readonly windowDays?: number;
  /** Executions of the workflow, open ones counted. Default 200. */
  readonly mostExecutions?: number;
  /** Newest executions of all workflows, for the sake of their task types. Default 100; 0: none. */
  readonly mostOthers?: number;
  /** Steps of all of them together. Default 20,000. */
  readonly mostSteps?: number;
  /**
   * Patterns of tasks of the workflow of whose runs is told which had equal inputs: by a number, the inputs themselves stay
   * where they are. Default: none.
   */
  readonly inputsOf?: readonly string[];
}

/** What happened in executions that have ended: times, counts and classes of failures; never an input or an output. */
export interface RunHistory {
  observe(query: ObservationQuery): Promise<Observations>;
  /** Another text whenever one of the newest 200 executions of the workflow has ended, or there is a newer one. */
  place(workflow: Uuid): Promise<string>;
}
