import type { JsonObject, Millis } from '../../kernel/index.js';
import type { RetryPolicy } from '../../retry-policy/index.js';
import type { Condition, Template } from './expression/index.js';
import type { CheckedSchema } from './schema-checker.js';
import type { Effects } from './task-type.js';

/** Matches `[A-Za-z_][A-Za-z0-9_]{0,127}` and is no word of the expression language (semantics 2). */
export type TaskId = string;

/** What a task does once it may start. */
export type Work =
  | { readonly is: 'task'; readonly type: string; readonly input: Template }
  | { readonly is: 'switch'; readonly branches: readonly Branch[] };

/** One branch of a switch. Without `when` it is taken if none before it was. */
export interface Branch {
  readonly when: Condition | undefined;
  /** Index of the target in the scope. */
  readonly goto: number;
}

/** `all`: every predecessor is terminal and none stands in the way. `count`: that many have completed (semantics 8). */
export type Join = { readonly is: 'all' } | { readonly is: 'count'; readonly needed: number };

/** What a final failure of the step means for its scope (semantics 10). */
export type OnError =
  { readonly is: 'fail' } | { readonly is: 'continue' } | { readonly is: 'goto'; readonly target: number };

/** A task, checked and ready to be decided upon. Other tasks are named by their index in the scope. */
export interface CompiledTask {
  readonly id: TaskId;
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
  /** Dependency edges in, from `depends_on` and from data references. */
  readonly needs: readonly number[];
  /** Dependency edges out. */
  readonly feeds: readonly number[];
  /** Control edges in: the switches and failing tasks that may choose this task. */
  readonly gates: readonly number[];
  /** Control edges out. */
  readonly opens: readonly number[];
  /** Tasks whose results its expressions read. */
  readonly reads: readonly number[];
}

/** A set of tasks that see each other: the whole workflow, or the body of a construct. */
export interface CompiledScope {
  readonly tasks: readonly CompiledTask[];
  readonly byId: ReadonlyMap<TaskId, CompiledTask>;
}

/** A workflow definition, checked and ready to be run. Immutable; shared by all its executions. */
export interface CompiledWorkflow {
  readonly name: string;
  readonly version: string;
  /** The canonical document that it was made from, frozen. */
  readonly document: JsonObject;
  readonly scope: CompiledScope;
  readonly inputSchema: CheckedSchema | undefined;
  /** Checked against the mapped output; without a mapping a schema only documents. */
  readonly outputSchema: CheckedSchema | undefined;
  readonly output: { readonly mapping: Template; readonly reads: readonly number[] } | undefined;
  /** Bounds the whole execution, unless the start request says otherwise. */
  readonly timeout: Millis | undefined;
  /** The first unhandled failure cancels everything at once. */
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
