import type { Instant, Json, JsonObject, SeldomMap, SeldomSet, Uuid } from '../../../kernel/index.js';
import type { Address } from '../address.js';
import type { Account, LimitTable } from '../budget/index.js';
import type { CompiledScope, CompiledTask, CompiledWorkflow, TryPhase } from '../definition.js';
export * from './step-state.js';
import { isTerminalStep, type PendingStep, type StepState } from './step-state.js';
import type {
  BodyResult,
  Ending,
  ExecutionOptions,
  ParentStep,
  PinnedWorkflow,
  RestoredFrom,
  TraceOrigin,
  BodyKey,
} from '../event.js';
import type { Failure } from '../failure.js';

export interface Step {
  /** Another one after a migration. */
  task: CompiledTask;
  readonly scope: Scope;
  readonly address: Address;
  generation: number;
  state: StepState;
  /** The bodies of a construct that has begun; they stay when it ends, for re-execution. */
  bodies: Bodies | undefined;
  /** Events of the journal before the one that ended it; 0 before its end. */
  endSeq: number;
  /** Set on a step that undoes another: that one. */
  readonly undoes: Step | undefined;
  /** Set on the step that tells of the end of the execution: no step of a scope. */
  readonly isNotice: boolean;
}

/** The bodies of a construct. Each is an instance of a scope. */
export type Bodies =
  | { readonly is: 'group'; readonly scope: Scope; compensation: Compensation | undefined }
  | {
      readonly is: 'race';
      readonly scope: Scope;
      /** The first leaf that completed. */
      winner: Step | undefined;
      compensation: Compensation | undefined;
    }
  | TryBodies
  | MapBodies
  | LoopBodies;

export interface TryBodies {
  readonly is: 'try';
  phase: TryPhase;
  readonly scopes: { try: Scope; catch?: Scope; finally?: Scope };
  /** The failure that `catch` is about. */
  caught: Extract<BodyResult, { is: 'failed' }> | undefined;
  /** What the step comes to unless `finally` fails; set when that begins. */
  result: BodyResult | undefined;
  compensation: Compensation | undefined;
}

export interface MapBodies {
  readonly is: 'map';
  readonly items: readonly MapItem[];
  /** By position. */
  readonly scopes: (Scope | undefined)[];
  readonly results: (BodyResult | undefined)[];
  /** Items that have begun and not ended. */
  open: number;
  /** Position of the first item that may not have begun. */
  next: number;
  failed: number;
}

/** What a map's body sees, and how the address names it. */
export interface MapItem {
  readonly key: number | string;
  readonly value: Json;
}

export interface LoopBodies {
  readonly is: 'loop';
  /** By iteration. */
  readonly scopes: Scope[];
  /** Output of the last iteration that has ended. */
  previous: Json;
}

/** Steps being undone, one after another. */
export interface Compensation {
  /** In the order in which they run. */
  readonly steps: readonly Step[];
  /** Position of the one that runs. */
  next: number;
}

/** The variables of a scope: the first values, and what was assigned since, in order. */
export interface ScopeState {
  readonly initial: JsonObject;
  readonly assigned: { readonly by: Step | undefined; readonly values: JsonObject }[];
  values: JsonObject;
}

/** Steps that undo others and have not ended, or were canceled before they did. */
export const leftToUndo = ({ steps }: Compensation): readonly Step[] =>
  steps.filter(({ state }) => state.at !== 'completed' && state.at !== 'failed');

/** Steps of which something may be undone: the step that undoes them has begun. */
export const undoneBy = ({ steps }: Compensation): readonly Step[] =>
  steps.flatMap(({ state, undoes }) => {
    const hasBegun = state.at === 'completed' || state.at === 'failed' || ('tries' in state && state.tries);
    return hasBegun && undoes ? [undoes] : [];
  });

/** An instance of a scope: the steps of the workflow, or of one body of a construct. */
export interface Scope {
  /** Of the scope; its steps are at `<address>/<id>`. */
  readonly address: Address;
  /** Another one after a migration. */
  definition: CompiledScope;
  /** The construct whose body this is. */
  readonly owner: Step | undefined;
  readonly key: BodyKey | undefined;
  /** What expressions see beside tasks and the names of the workflow, with that of the scopes around. */
  readonly variables: JsonObject;
  /** Variables that steps assign; undefined: the scope has none. */
  state: ScopeState | undefined;
  /** By task index. */
  steps: readonly Step[];
  /** Steps that are not terminal. */
  open: number;
  /** Steps that were canceled while the scope was open; those of a scope that is over as a whole are not counted. */
  canceled: number;
  /** Steps that failed and nobody handled it, in order of failure. */
  readonly failed: Address[];
}

export type RunStatus =
  | { readonly is: 'running' }
  /** `exhausted`: a limit of its budget was reached; else somebody has asked. */
  | { readonly is: 'paused'; readonly exhausted: boolean }
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

/** An event that was received, and when. */
export interface ReceivedEvent {
  readonly id: Uuid;
  readonly name: string;
  readonly payload: Json;
  readonly at: Instant;
}

/**
 * The state of one execution: the fold of its journal. Owned by one writer and changed in place by `evolve`, so that a
 * transition costs what it touches (ADR 2). Whoever needs an earlier state folds a shorter journal.
 */
export interface RunState {
  readonly execution: string;
  /** Another one after a migration; so is `workflow`. */
  compiled: CompiledWorkflow;
  workflow: PinnedWorkflow;
  readonly input: Json;
  readonly metadata: JsonObject;
  readonly options: ExecutionOptions;
  readonly restoredFrom: RestoredFrom | undefined;
  readonly parent: ParentStep | undefined;
  readonly seed: string;
  readonly origin: string;
  /** Undefined: its trace is its own. */
  readonly trace: TraceOrigin | undefined;
  readonly startedAt: Instant;
  /** When the time that its timeout bounds began: at its start, or when it was reopened. */
  timedFrom: Instant;
  /** When the execution times out, if it does. */
  deadline: Instant | undefined;
  /** What it has used. */
  account: Account;
  /** How much it may use; undefined: as much as it likes. Another one after a migration, or when it was raised. */
  limits: LimitTable | undefined;
  /** Reports of usage that count, by who has used it: the number of the last. */
  readonly reports: SeldomMap<string, number>;
  /** Position of the last event that was folded. */
  seq: number;
  status: RunStatus;
  /** Raised by every re-execution that goes on in the journal; from 1. */
  generation: number;
  readonly root: Scope;
  /** Steps of all bodies, and those that undo others, by address. */
  readonly nested: SeldomMap<Address, Step>;
  /** Completed steps that can be undone, in order of completion. */
  readonly undoable: Step[];
  /** The execution is being undone, and ends so. */
  ending:
    | { readonly as: Ending; readonly compensation: Compensation | undefined; readonly notice: Step | undefined }
    | undefined;
  /** Received events that no step has consumed, oldest first. */
  readonly inbox: ReceivedEvent[];
  /** Ids of all events that were received: of one id, one counts. */
  readonly received: SeldomSet<Uuid>;
  /** Armed steps that wait for an event, in the order in which they were armed. */
  readonly listening: SeldomSet<Step>;
  /** What came for webhooks that are not armed yet, by address. */
  readonly callbacks: SeldomMap<Address, Json>;
  /** What has happened since the last checkpoint, or the start: attempts that completed. */
  sinceCheckpoint: { readonly at: Instant; tasks: number };
  /** Steps at `due`, in the order in which they became so. */
  readonly due: SeldomSet<Step>;
  /** Bodies of constructs that may be over. */
  readonly closing: SeldomSet<Scope>;
  /** Maps and loops that may begin a further body, or be over. */
  readonly advancing: SeldomSet<Step>;
  /** Scopes that have failed, whose waits are yet to be canceled. */
  readonly doomed: SeldomSet<Scope>;
  /** Steps whose state changed since `plan` last looked. Not part of the fold: replay fills it with every live step. */
  readonly touched: Set<Step>;
  /** Attempts to abort, since `plan` last looked. */
  readonly stopped: StoppedAttempt[];
  /** Executions that nobody waits for any more, since `plan` last looked. */
  readonly orphans: Uuid[];
}

const fresh = new WeakMap<CompiledTask, PendingStep>();

/** A step that has heard of none of its predecessors: one state for all instances of a task. */
export const pendingStep = (task: CompiledTask): PendingStep => {
  const known = fresh.get(task);
  if (known) return known;
  const state = heardOfNone(task);
  fresh.set(task, state);
  return state;
};

const heardOfNone = (task: CompiledTask): PendingStep => ({
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

interface Place {
  readonly address: Address;
  readonly generation: number;
  readonly owner?: Step;
  readonly key?: BodyKey;
  readonly variables?: JsonObject;
}

/** A fresh instance of a scope: every step pending. The caller lets the roots become due. */
export const newScope = (definition: CompiledScope, place: Place): Scope => {
  const { address, generation, owner, key, variables = {} } = place;
  const steps: Step[] = [];
  const open = definition.tasks.length;
  const scope: Scope = {
    address,
    definition,
    owner,
    key,
    variables,
    state: undefined,
    steps,
    open,
    canceled: 0,
    failed: [],
  };
  for (const task of definition.tasks) {
    steps.push(newStep(task, { scope, address: address + task.path, generation }));
  }
  return scope;
};

/** A step of a scope that has heard of nothing. */
export const newStep = (
  task: CompiledTask,
  place: { readonly scope: Scope; readonly address: Address; readonly generation: number },
): Step => {
  const { scope, address, generation } = place;
  const state = pendingStep(task);
  return {
    task,
    scope,
    address,
    generation,
    state,
    bodies: undefined,
    endSeq: 0,
    undoes: undefined,
    isNotice: false,
  };
};

/** The step at an address, if the execution has one there now. */
export const findStep = (state: RunState, address: Address): Step | undefined => {
  const task = state.root.definition.byPath.get(address);
  return task ? state.root.steps[task.index] : state.nested.get(address);
};

/** Every step that there is, constructs before what they hold. */
export function* allSteps(state: RunState): Iterable<Step> {
  yield* state.root.steps;
  yield* state.nested.values();
}

/** The scope of the workflow, and those of all bodies that have begun. */
export function* everyScope(state: RunState): Iterable<Scope> {
  yield state.root;
  for (const { bodies } of allSteps(state)) if (bodies) yield* scopesOf(bodies);
}

/** Steps that have begun or may begin: a scope inside a construct that is over has none. */
export function* liveSteps(state: RunState): Iterable<Step> {
  for (const step of allSteps(state)) if (!isTerminalStep(step.state)) yield step;
}

/** Steps of the execution, those of all bodies included. */
export const stepCount = (state: RunState): number => state.root.steps.length + state.nested.size;

/** The scopes around a step, from its own to that of the workflow. */
export function* scopesAround(step: Step): Iterable<Scope> {
  for (let scope: Scope | undefined = step.scope; scope; scope = scope.owner?.scope) yield scope;
}

/** The instances of scopes that a construct has begun. */
export const scopesOf = (bodies: Bodies): readonly Scope[] => {
  switch (bodies.is) {
    case 'group':
    case 'race':
      return [bodies.scope];
    case 'try':
      return [bodies.scopes.try, bodies.scopes.catch, bodies.scopes.finally].filter((scope) => scope !== undefined);
    case 'map':
      return bodies.scopes.filter((scope) => scope !== undefined);
    case 'loop':
      return bodies.scopes;
  }
};

/** The steps of a scope that are not terminal, at any depth. */
export function* openStepsIn(scope: Scope): Iterable<Step> {
  if (scope.open === 0) return;
  for (const step of scope.steps) {
    if (isTerminalStep(step.state)) continue;
    yield step;
    if (step.bodies) for (const inner of scopesOf(step.bodies)) yield* openStepsIn(inner);
  }
}

/** Whether a scope has failed although something in it is open; a race has failed only when all have. */
export const isDoomed = (scope: Scope): boolean => scope.failed.length > 0 && scope.owner?.bodies?.is !== 'race';
