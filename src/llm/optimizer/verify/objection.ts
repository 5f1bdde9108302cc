import type { TaskPath } from '../../../engine/core/index.js';
import type { Objection } from '../ir/index.js';

/** Why a claim is refused, by code: the gate that refuses it, and words. `docs/optimizer.md` has the same list. */
export const REASONS = {
  workflow_changed: ['value', 'the workflow itself says something else'],
  scope_changed: ['value', 'the first values of the variables are different'],
  added_task: ['value', 'the candidate has a task that the base does not have'],
  moved_task: ['value', 'the task stands for one in another place'],
  not_invariant: ['value', 'the task does not do the same wherever it stands'],
  may_not_run: ['value', 'the task would run, and may fail, where it may not have run before'],
  lost_task: ['value', 'the task is gone, and the claim does not say why'],
  task_changed: ['value', 'the task says something else'],
  cache_changed: ['value', 'results may only be used again by input, of pure tasks without chance'],
  policy_changed: ['value', 'a policy is different that the claim does not name'],
  output_changed: ['value', 'the output of the scope is another one'],
  join_changed: ['dependence', 'what the task waits for decides otherwise whether it runs'],
  edge_removed: ['dependence', 'an edge is gone'],
  edge_added: ['dependence', 'an edge is new'],
  order_changed: ['dependence', 'the order of the two tasks is not kept'],
  written_order: ['dependence', 'what is over at once comes in the order in which it is written, which is another one'],
  order_of_effects: ['dependence', 'the order of two tasks whose effects may depend on each other is not kept'],
  order_is_new: ['dependence', 'two tasks whose effects may depend on each other get an order that nobody asked for'],
  delay_is_seen: ['dependence', 'the task would start later than it could, and somebody could tell'],
  race_made_visible: ['dependence', 'a third task that runs at any time could now come between the two'],
  order_is_seen: [
    'dependence',
    'a task that waits for some of its predecessors only could notice the order of the two',
  ],
  race_changed: ['dependence', 'within a race every order counts'],
  duplicate_of_nothing: ['value', 'the task that it should be a duplicate of is not there'],
  not_a_duplicate: ['value', 'the two tasks do not do the same'],
  not_pure: ['dependence', 'the task is not pure'],
  still_needed: ['dependence', 'something depends on the task'],
  failure_is_caught: ['value', 'a failure of the task would be handled: that it is missing would be noticed'],
} as const;
export type Reason = keyof typeof REASONS;

export const objection = (reason: Reason, at?: TaskPath, detail?: string): Objection => {
  const [gate, text] = REASONS[reason];
  return { gate, reason, at, detail: detail === undefined ? text : `${text}: ${detail}` };
};
