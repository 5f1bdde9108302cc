import type { CompiledWorkflow, TaskCatalogue } from '../../../engine/core/index.js';
import { Conflicts, orderOf, type BitRows } from '../dependence/index.js';
import { placesOf, type Facts, type Places } from '../ir/index.js';
import type { RewriteOp } from '../rewrite/index.js';
import type { Evidence } from './tuning/evidence.js';

/** What rules look at: a workflow, and what can be said of it before anything is proposed. */
export interface Study {
  readonly workflow: CompiledWorkflow;
  readonly facts: Facts;
  readonly places: Places;
  /** By the numbers of `places`. */
  readonly order: BitRows;
  readonly conflicts: Conflicts;
  /** The task types that there are; absent: nothing is known of what tasks name in their inputs. */
  readonly catalogue: TaskCatalogue | undefined;
}

export const studyOf = (workflow: CompiledWorkflow, facts: Facts, catalogue?: TaskCatalogue): Study => {
  const places = placesOf(workflow);
  return { workflow, facts, places, order: orderOf(places), conflicts: new Conflicts(places.tasks, facts), catalogue };
};

/** What a suggestion is for. */
export type FindingKind =
  | 'parallelise'
  | 'remove_implied_edges'
  | 'remove_dead_tasks'
  | 'merge_duplicates'
  | 'hoist_invariants'
  | 'add_missing_order'
  | 'prioritise'
  | 'cache'
  | 'set_timeout'
  | 'tune_retry'
  | 'limit_concurrency';

/** Something that a rule found, and the ops that would mend it. Not proved yet. */
export interface Finding {
  readonly kind: FindingKind;
  readonly ops: readonly RewriteOp[];
  /** Of a rule that rests on history: what was seen. */
  readonly evidence?: Evidence;
}
