import type { TaskPath } from '../../../engine/core/index.js';
import type { JsonObject } from '../../../kernel/index.js';

/**
 * What is said about two versions of a workflow, and what the checker (`verify`) proves or refuses. An *observation* of an
 * execution is: how it ended, its output, and the runs of its tasks with effects (`read`, `idempotent`, `write`), each with
 * its input, in their order as far as that order is of consequence. For a world given (what every attempt answers, how long
 * it takes), an execution has a set of observations, one for each schedule.
 *
 * - `identical`: in every world the two versions have the same observations, and every task of both ends alike.
 * - `success-equivalent`: in every world in which the base completes, the candidate completes, and every observation of the
 *   candidate is one of the base. `changesOnFailure` lists what may happen else when something fails.
 * - `policy-change`: nothing but the named policies of the named tasks is different.
 * - `fix`: nothing but added dependency edges is different.
 * - `behaviour-change`: nothing is promised; a person looks at the difference.
 */
export type Level = 'identical' | 'success-equivalent' | 'policy-change' | 'fix' | 'behaviour-change';

/** How attempts are made, without a bearing on what they do. */
export type Policy = 'timeout' | 'retry_policy' | 'priority' | 'cache' | 'concurrency';

/** Why a task of the base has no counterpart. */
export type Gone =
  /** Nobody notices: it is pure, and nothing reads it or waits for it. */
  | { readonly is: 'dead' }
  /** Another pure task of the base does the same with the same input; what read the one reads the other. */
  | { readonly is: 'duplicate'; readonly of: TaskPath };

/** A claim about a base and a candidate. The checker takes nothing in it for granted. */
export interface Claim {
  readonly level: Level;
  /** For every task of the candidate: the task of the base that it stands for. Tasks that are not named stand for their own path. */
  readonly stands: Readonly<Record<TaskPath, TaskPath>>;
  /** Tasks of the base that are not there any more. */
  readonly gone: Readonly<Record<TaskPath, Gone>>;
  /** Of `policy-change`: what is different, by path in the candidate; '' is the workflow. */
  readonly policies: Readonly<Record<TaskPath, readonly Policy[]>>;
}

/** What the checker hands out, and makes again when a suggestion is applied. Content is deterministic: equal for equal questions. */
export interface Certificate extends Claim {
  readonly checker: string;
  /** Content hashes of the documents, and of the facts. */
  readonly base: string;
  readonly candidate: string;
  readonly facts: string;
  /** Why each edge of the base that the candidate lacks may go. */
  readonly droppedEdges: readonly DroppedEdge[];
  /** What may happen in an execution in which something fails, and could not before. */
  readonly changesOnFailure: readonly FailureChange[];
}

export interface DroppedEdge {
  readonly from: TaskPath;
  readonly to: TaskPath;
  /** `implied`: a path remains. `independent`: no order between the two is of consequence. */
  readonly because: 'implied' | 'independent';
}

export type FailureChange =
  /** The task may run although that one failed. */
  | { readonly is: 'runs_anyway'; readonly task: TaskPath; readonly although: TaskPath }
  /** The task is gone: the execution does not fail with it any more. */
  | { readonly is: 'fails_no_more'; readonly task: TaskPath };

/** Why a claim is refused. A model may be told of it, once. */
export interface Objection {
  readonly gate: Gate;
  /** `edge_carries_data`, `order_of_effects`, …: documented with the checker. */
  readonly reason: string;
  readonly at?: TaskPath | undefined;
  /** In words, without names of the definition but for paths. */
  readonly detail: string;
  readonly more?: JsonObject;
}

/** The gates that a suggestion passes, in this order; the first that fails rejects it. */
export const GATES = [
  ...(['parse', 'schema', 'referents', 'precondition', 'apply'] as const),
  ...(['validate', 'dependence', 'value', 'differential', 'benefit'] as const),
];
export type Gate = (typeof GATES)[number];
