import type { Json } from '../../../kernel/index.js';
import type { Address } from '../address.js';
import type { CompiledWorkflow } from '../definition.js';
import type { RunEvent } from '../event.js';

/**
 * What may be done with an execution that has a history (semantics 23). The first four go on in the same journal, after
 * the execution has ended; the last two make a new execution of the beginning of the journal.
 */
export type Operation =
  /** What was canceled goes on. What failed stays failed. */
  | { readonly is: 'resume' }
  /** What failed and nobody handled runs again, and what came of it; what was canceled goes on. */
  | { readonly is: 'retry_failed' }
  /** The step runs again, and all that depends on it; what was canceled goes on. */
  | { readonly is: 'rerun_from'; readonly step: Address }
  /** The step counts as skipped, and what depends on it runs; what was canceled goes on. */
  | { readonly is: 'skip'; readonly step: Address }
  | ForkOperation
  /** A new execution that keeps what had ended at that journal position. */
  | { readonly is: 'restore'; readonly at: number };

/** A new execution that keeps what had ended, and still holds with the other input or the other version. */
export interface ForkOperation {
  readonly is: 'fork';
  /** Journal position; absent: the last. */
  readonly at?: number;
  /** Absent: that of the execution. */
  readonly input?: Json;
  /** Absent: that of the execution. */
  readonly compiled?: CompiledWorkflow;
}

export type InPlace = Exclude<Operation, { is: 'fork' | 'restore' }>;
export type IntoNew = Extract<Operation, { is: 'fork' | 'restore' }>;

/**
 * Why a step is kept: it has `completed`, its failure is `handled` or stays (`failed`), its skip still follows
 * (`skipped`), it was `canceled` in a construct that is kept; it goes on where it was (`continued`).
 */
export type KeptReason = 'completed' | 'handled' | 'failed' | 'skipped' | 'canceled' | 'continued';

/**
 * Why a step is reset: it was `asked` for; it `failed`; it was `canceled`; it was undone (`compensated`); it comes
 * `after` one that is reset; it is `inside` of one; it was `unfinished` at that position; its definition or its input
 * has `changed`.
 */
export type ResetReason =
  'asked' | 'failed' | 'canceled' | 'compensated' | 'after' | 'inside' | 'unfinished' | 'changed';

/** Why a step comes to be: nothing of it was there yet. */
export type CreatedReason = 'not_started';

export interface Planned<R extends string> {
  readonly step: Address;
  readonly reason: R;
  /** The step that this follows from. */
  readonly because?: Address;
}

/** What an operation will do to each step instance. What comes of their results is not known yet. */
export interface ReexecutionPlan {
  readonly kept: readonly Planned<KeptReason>[];
  readonly reset: readonly Planned<ResetReason>[];
  readonly created: readonly Planned<CreatedReason>[];
}

/** A plan, and the events that carry it out: `reopen` in the same journal, `carry` at the beginning of a new one. */
export type Reexecution =
  | {
      readonly is: 'reopen';
      readonly plan: ReexecutionPlan;
      readonly reset: readonly Address[];
      readonly skipped: Address | undefined;
    }
  | { readonly is: 'carry'; readonly plan: ReexecutionPlan; readonly carried: readonly RunEvent[] };

/** Why an operation can not be done. `conflict`: not in this state. `unknown`: no such step or position. */
export type Unable = { readonly is: 'conflict' | 'unknown'; readonly reason: string };
