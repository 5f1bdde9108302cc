import type { Address } from './address.js';
import type { JsonObject, Millis } from '../../kernel/index.js';
import type { RetryPolicy } from '../../retry-policy/index.js';
import type { Budget } from './budget/limits.js';
import type { Condition, Template } from './expression/index.js';
import type { CheckedSchema } from './schema-checker.js';
import type { Effects } from './task-type.js';

/** Matches `[A-Za-z_][A-Za-z0-9_]{0,127}` and is no word of the expression language (semantics 2). */
export type TaskId = string;

/** What a task does once it may start. */
export type Work = TaskWork | SwitchWork | ContainerWork | WaitWork;

/** One attempt after another at a task of a plugin. */
export interface TaskWork {
  readonly is: 'task';
  readonly type: string;
  readonly input: Template;
  /** Names of credentials by slot; absent: none. */
  readonly credentials?: Readonly<Record<string, string>>;
}

/** Chooses one of its siblings, where it stands. */
export interface SwitchWork {
  readonly is: 'switch';
  readonly branches: readonly Branch[];
}

/** Work that holds steps of its own. */
export type ContainerWork = GroupWork | RaceWork | TryWork | MapWork | LoopWork;

export interface GroupWork {
  readonly is: 'group';
  readonly body: CompiledScope;
  /** Attempts of its steps, at any depth, that run at the same time; absent: no bound. */
  readonly concurrency: number | undefined;
}

/** The first leaf that completes wins; the others are canceled (semantics 21). */
export interface RaceWork {
  readonly is: 'race';
  readonly body: CompiledScope;
}

export type TryPhase = 'try' | 'catch' | 'finally';

export interface TryWork {
  readonly is: 'try';
  readonly body: CompiledScope;
  readonly catch: CompiledScope | undefined;
  readonly finally: CompiledScope | undefined;
}

/** One instance of the body for each item (semantics 13). */
export interface MapWork {
  readonly is: 'map';
  readonly over: Template;
  /** Name of the item in the body. */
  readonly as: string;
  /** Items that are open at the same time; absent: all of them. */
  readonly concurrency: number | undefined;
  readonly tolerate: Tolerance;
  readonly body: CompiledScope;
}

/** Items that may fail: so many, or a share of all, 0..1. */
export type Tolerance =
  { readonly is: 'count'; readonly count: number } | { readonly is: 'share'; readonly share: number };

/** One instance of the body after another. `while` is tested before, `until` after each. */
export interface LoopWork {
  readonly is: 'loop';
  readonly test: { readonly is: 'while' | 'until'; readonly condition: Condition; readonly reads: readonly Read[] };
  readonly maxIterations: number;
  readonly body: CompiledScope;
}

/** Work that waits for the world. No slot is held meanwhile. */
export type WaitWork = TimerWork | EventWork | ApprovalWork | WebhookWork | ChildWork;

/** Waits for so many seconds, or until a time. */
export interface TimerWork {
  readonly is: 'wait';
  readonly seconds: Template | undefined;
  readonly until: Template | undefined;
}

/** Waits for an event of that name; of several, the oldest that matches. */
export interface EventWork {
  readonly is: 'event';
  readonly name: Template;
  /** Sees the event's payload as `event`. */
  readonly match: Condition | undefined;
  /** Seconds; absent: for ever. */
  readonly within: Template | undefined;
  /** Seconds before the start of the execution from which on events count that were given to all; absent: none. */
  readonly since: Template | undefined;
}

/** Waits for a person. */
export interface ApprovalWork {
  readonly is: 'approval';
  /** Who may answer: a list of texts; an empty one means anybody. */
  readonly by: Template;
  readonly message: Template;
  /** Seconds; absent: for ever. */
  readonly within: Template | undefined;
  readonly onTimeout: 'fail' | 'approve' | 'reject';
}

/** Waits for a request to a URL of its own, which counts once. */
export interface WebhookWork {
  readonly is: 'webhook';
  /** Seconds; absent: for ever. */
  readonly within: Template | undefined;
}

/** Runs another workflow as an execution of its own (semantics 16). */
export interface ChildWork {
  readonly is: 'workflow';
  readonly name: string;
  /** A range as in package.json; absent: the newest. */
  readonly version: string | undefined;
  readonly input: Template;
  /** False: goes on once it has started. */
  readonly wait: boolean;
}

/** Where an expression reads a task: in the scope that many levels above its own, at that index. */
export interface Read {
  readonly up: number;
  readonly index: number;
}

/** One branch of a switch. Without `when` it is taken if none before it was. */
export interface Branch {
  readonly when: Condition | undefined;
  /** Index of the target in the scope. */
  readonly goto: number;
}

/** `all`: every predecessor is terminal and none stands in the way. `count`: that many have completed (semantics 8). */
export type Join = { readonly is: 'all' } | { readonly is: 'count'; readonly needed: number };

/** How much at the same time, and how often. Both over all executions in this process that use the key. */
export interface Limit {
  readonly key: string;
  /** Attempts at the same time. */
  readonly concurrency?: number;
  readonly rate?: Rate;
}

/** So many begin within any so long a time, ms. */
export interface Rate {
  readonly count: number;
  readonly per: Millis;
}

export interface TaskLimit {
  readonly key: Template;
  readonly concurrency: number | undefined;
  readonly rate: Rate | undefined;
}

/** Results of a task are used again while they are fresh. */
export interface TaskCache {
  /** What a result depends on; absent: the input. */
  readonly key: Template;
  readonly ttl: Millis;
}

/** What is done about a final failure of a step (semantics 10). */
export type Remedy =
  { readonly is: 'fail' } | { readonly is: 'continue' } | { readonly is: 'goto'; readonly target: number };

/** What to do about failures of some classes: kinds or codes of failures. */
export interface ErrorHandler {
  /** Absent: all. */
  readonly classes: ReadonlySet<string> | undefined;
  readonly remedy: Remedy;
}

/** The first handler whose class fits says what to do; `fail` when none does. */
export type OnError = readonly ErrorHandler[];

/** A task, checked and ready to be decided upon. Other tasks are named by their index in the scope. */
export interface CompiledTask {
  readonly id: TaskId;
  /** Its address in its scope: `/build`. */
  readonly path: Address;
  /** Position in definition order, from 0. */
  readonly index: number;
  readonly name: string;
  readonly work: Work;
  readonly when: Condition | undefined;
  readonly join: Join;
  /** Absent: a failed attempt is final. */
  readonly retry: RetryPolicy | undefined;
  /** True when `retry` comes from the task itself, not from its type. */
  readonly ownRetry: boolean;
  /** Bounds one attempt. */
  readonly timeout: Millis | undefined;
  readonly onError: OnError;
  /** What an attempt that died with its process means (semantics 18). */
  readonly onLost: 'retry' | 'fail';
  /** Higher first; default 0. */
  readonly priority: number;
  readonly effects: Effects;
  /** True when `effects` comes from the task itself, not from its type. */
  readonly ownEffects: boolean;
  /** Longest time between two signs of life of an attempt; absent: it need not give any. */
  readonly heartbeat: Millis | undefined;
  readonly limit: TaskLimit | undefined;
  readonly cache: TaskCache | undefined;
  /** Assigns variables of the scopes around when the step completes; sees `output`. */
  readonly set: Template | undefined;
  /** Its expressions, or those of what it holds, read the input of the execution. */
  readonly readsInput: boolean;
  /** Undoes the task after it has completed (semantics 22). Its expressions see what the task's see, and `output`. */
  readonly compensate: CompiledTask | undefined;
  /** Dependency edges in, from `depends_on` and from data references. */
  readonly needs: readonly number[];
  /** Dependency edges out. */
  readonly feeds: readonly number[];
  /** Control edges in: the switches and failing tasks that may choose this task. */
  readonly gates: readonly number[];
  /** Control edges out. */
  readonly opens: readonly number[];
  /** Tasks whose results its expressions read. */
  readonly reads: readonly Read[];
}

/** A set of tasks that see each other: the whole workflow, or the body of a construct. */
export interface CompiledScope {
  readonly tasks: readonly CompiledTask[];
  readonly byId: ReadonlyMap<TaskId, CompiledTask>;
  readonly byPath: ReadonlyMap<Address, CompiledTask>;
  readonly output: OutputMapping | undefined;
  /** First values of the variables of the scope; absent: it has none. */
  readonly variables: VariableMapping | undefined;
  /** Tasks that nothing follows; their outputs are the output of a scope without a mapping. */
  readonly leaves: readonly CompiledTask[];
}

export interface VariableMapping {
  readonly names: ReadonlySet<string>;
  readonly mapping: Template;
  readonly reads: readonly Read[];
}

export interface OutputMapping {
  readonly mapping: Template;
  readonly reads: readonly Read[];
  readonly readsInput: boolean;
}

/** Each of them alone is enough for a checkpoint. */
export interface CheckpointPolicy {
  /** Tasks that completed since the last checkpoint. */
  readonly everyTasks: number | undefined;
  /** Since the last checkpoint, or the start; taken with the next thing that happens. */
  readonly every: Millis | undefined;
  /** Effects of tasks before whose first attempt there is one. */
  readonly before: ReadonlySet<Effects>;
}

/** A workflow definition, checked and ready to be run. Immutable; shared by all its executions. */
export interface CompiledWorkflow {
  readonly name: string;
  readonly version: string;
  /** The canonical document that it was made from, frozen. */
  readonly document: JsonObject;
  readonly scope: CompiledScope;
  /** Tasks of all scopes. */
  readonly taskCount: number;
  /** Some task waits for an event. */
  readonly listens: boolean;
  /** Names of events that tasks wait for, as far as they are not worked out. */
  readonly eventNames: ReadonlySet<string>;
  /** Some scope has variables. */
  readonly hasVariables: boolean;
  readonly inputSchema: CheckedSchema | undefined;
  /** Checked against the mapped output; without a mapping a schema only documents. */
  readonly outputSchema: CheckedSchema | undefined;
  /** Bounds the whole execution, unless the start request says otherwise. */
  readonly timeout: Millis | undefined;
  /** What an execution may use before it pauses for somebody to say that it may use more. */
  readonly budget: Budget | undefined;
  /** Attempts of all executions of the workflow that run at the same time. */
  readonly concurrency: number | undefined;
  /** When places of the journal get a name by themselves. */
  readonly checkpoints: CheckpointPolicy | undefined;
  /** Run once before the execution completes, or fails; what becomes of them changes nothing. */
  readonly onComplete: CompiledTask | undefined;
  readonly onFailure: CompiledTask | undefined;
  /** The first unhandled failure in a scope cancels the rest of it at once. */
  readonly failFast: boolean;
}

/** Bounds on definitions (semantics 4). */
export interface DefinitionLimits {
  /** Default 10,000. */
  readonly maxTasks: number;
  /** Levels of nested tasks; default 16. */
  readonly maxNesting: number;
  /** Levels of nested JSON anywhere in the document; default 64. */
  readonly maxDepth: number;
}

export const DEFAULT_LIMITS: DefinitionLimits = { maxTasks: 10_000, maxNesting: 16, maxDepth: 64 };
