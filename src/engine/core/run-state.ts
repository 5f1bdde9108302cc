import type { Instant, Json, JsonObject } from '../../kernel/index.js';
import { childAddress, type Address } from './address.js';
import type { CompiledScope, CompiledTask, CompiledWorkflow } from './definition.js';
import type { ExecutionOptions, Handled, PinnedWorkflow, RestoredFrom, SkipCause } from './event.js';
import type { Failure } from './failure.js';
import type { SecretSlot } from './secret.js';

/** What all attempts of a step within one generation share. */
export interface Tries {
  /** Number of the latest attempt, from 1. */
  readonly attempt: number;
  /** Attempts that count against `max_retries`: failed, not lost. */
  readonly retries: number;
  readonly firstStartedAt: Instant;
  readonly input: JsonObject;
  readonly secrets: readonly SecretSlot[];
}

/** A step that waits for others. Counters make each transition O(successors). */
export interface PendingStep {
  readonly at: 'pending';
  /** Dependency edges whose source is not terminal. */
  open: number;
  /** Sources of dependency edges that completed. */
  completed: number;
  /** Some source completed, continued after a failure, or was skipped by its own condition. */
  carried: boolean;
  /** A source that stands in the way. */
  blockedBy: Address | undefined;
  /** Control edges whose source is not terminal. */
  gatesOpen: number;
  /** Some control edge chose this step. */
  chosen: boolean;
  /** The step whose failure chose this one. */
  handles: Address | undefined;
  /** A source of a control edge that chose otherwise. */
  passedOverBy: Address | undefined;
  /** A source of a control edge that failed before it could choose. */
  failedGate: Address | undefined;
}

/**
 * Where a step is. `due`: nothing it waits for is open, and its own condition, or the skip that follows, is yet to be
 * recorded. `ready`: waits for a slot.
 */
export type StepState =
  | PendingStep
  | { readonly at: 'due'; readonly verdict: Verdict; readonly handles: Address | undefined }
  | { readonly at: 'ready'; readonly tries: Tries | undefined; readonly handles: Address | undefined }
  | {
      readonly at: 'running';
      readonly tries: Tries;
      readonly startedAt: Instant;
      readonly deadline: Instant | undefined;
      readonly handles: Address | undefined;
    }
  | {
      readonly at: 'backing-off';
      readonly tries: Tries;
      readonly until: Instant;
      readonly handles: Address | undefined;
    }
  | { readonly at: 'completed'; readonly output: Json }
  | { readonly at: 'failed'; readonly failure: Failure; readonly handled: Handled | undefined }
  | { readonly at: 'skipped'; readonly cause: SkipCause; readonly because: Address | undefined }
  | { readonly at: 'canceled' };

export type Verdict =
  { readonly is: 'run' } | { readonly is: 'skip'; readonly cause: SkipCause; readonly because: Address | undefined };

/** The status words of the outside (semantics 7). */
export type StepStatus = 'pending' | 'waiting' | 'running' | 'completed' | 'failed' | 'skipped' | 'canceled';

const STATUS: Readonly<Record<StepState['at'], StepStatus>> = {
  pending: 'pending',
  due: 'pending',
  ready: 'pending',
  running: 'running',
  'backing-off': 'waiting',
  completed: 'completed',
  failed: 'failed',
  skipped: 'skipped',
  canceled: 'canceled',
};

export const stepStatus = (state: StepState): StepStatus => STATUS[state.at];

const TERMINAL: ReadonlySet<StepState['at']> = new Set(['completed', 'failed', 'skipped', 'canceled'] as const);

export const isTerminalStep = (state: StepState): boolean => TERMINAL.has(state.at);

export interface Step {
  readonly task: CompiledTask;
  readonly scope: Scope;
  readonly address: Address;
  generation: number;
  state: StepState;
}

/** An instance of a scope: the steps of the workflow, or of one body of a construct. */
export interface Scope {
  readonly address: Address;
  readonly definition: CompiledScope;
  /** By task index. */
  readonly steps: readonly Step[];
  /** Steps that are not terminal. */
  open: number;
  /** Steps that failed and nobody handled it, in order of failure. */
  readonly failed: Address[];
}

export type RunStatus =
  | { readonly is: 'running' }
  | { readonly is: 'paused' }
  | { readonly is: 'completed'; readonly output: Json }
  | { readonly is: 'failed'; readonly failure: Failure }
  | { readonly is: 'canceled'; readonly reason: string | undefined };

export const isTerminalRun = (status: RunStatus): boolean => status.is !== 'running' && status.is !== 'paused';

/** An attempt that must be aborted: its step went on without it. */
export interface StoppedAttempt {
  readonly step: Address;
  readonly generation: number;
  readonly attempt: number;
}

/**
 * The state of one execution: the fold of its journal. Owned by one writer and changed in place by `evolve`, so that a
 * transition costs what it touches (ADR 2). Whoever needs an earlier state folds a shorter journal.
 */
export interface RunState {
  readonly execution: string;
  readonly compiled: CompiledWorkflow;
  readonly workflow: PinnedWorkflow;
  readonly input: Json;
  readonly metadata: JsonObject;
  readonly options: ExecutionOptions;
  readonly restoredFrom: RestoredFrom | undefined;
  readonly startedAt: Instant;
  /** When the execution times out, if it does. */
  readonly deadline: Instant | undefined;
  /** Position of the last event that was folded. */
  seq: number;
  status: RunStatus;
  readonly root: Scope;
  /** Steps at `due`, in the order in which they became so. */
  readonly due: Set<Step>;
  /** Steps whose state changed since `plan` last looked. Not part of the fold: replay fills it with every live step. */
  touched: Set<Step>;
  /** Attempts to abort, since `plan` last looked. */
  stopped: StoppedAttempt[];
}

const pendingStep = (task: CompiledTask): PendingStep => ({
  at: 'pending',
  open: task.needs.length,
  completed: 0,
  carried: task.needs.length === 0,
  blockedBy: undefined,
  gatesOpen: task.gates.length,
  chosen: false,
  handles: undefined,
  passedOverBy: undefined,
  failedGate: undefined,
});

/** A fresh instance of a scope: every step pending. The caller lets the roots become due. */
export const openScope = (definition: CompiledScope, address: Address): Scope => {
  const steps: Step[] = [];
  const scope: Scope = { address, definition, steps, open: definition.tasks.length, failed: [] };
  for (const task of definition.tasks) {
    const state = pendingStep(task);
    steps.push({ task, scope, address: childAddress(address, task.id), generation: 1, state });
  }
  return scope;
};

/** The step at an address, if the execution has one there. */
export const findStep = (state: RunState, address: Address): Step | undefined => {
  const task = address.startsWith('/') ? state.root.definition.byId.get(address.slice(1)) : undefined;
  return task && state.root.steps[task.index];
};
