import type { FailureKind } from '../../engine/core/index.js';
import type { Json, JsonObject } from '../../kernel/index.js';

/** Which attempt of a step: the n-th, not counting those that a crash lost, or `every`. Default 1. */
export type AttemptChoice = number | 'every';

/** Something that goes wrong, or that somebody asks for, in a simulated execution. Times in seconds since its start. */
export type PlannedFault =
  /** The attempt fails. `kind` is transient and `code` is `injected` unless said. */
  | {
      readonly fault: 'error';
      readonly step: string;
      readonly attempt?: AttemptChoice;
      readonly kind?: Extract<FailureKind, 'transient' | 'fatal'>;
      readonly code?: string;
    }
  /** The attempt gives no result: its `timeout` ends it, and without one nothing does. */
  | { readonly fault: 'timeout'; readonly step: string; readonly attempt?: AttemptChoice }
  /** The attempt takes that much longer. */
  | { readonly fault: 'slow'; readonly step: string; readonly attempt?: AttemptChoice; readonly seconds: number }
  /** The result of the attempt is delivered again, `seconds` later (default 0). Without `step`: the start request is sent twice. */
  | { readonly fault: 'duplicate'; readonly step?: string; readonly attempt?: AttemptChoice; readonly seconds?: number }
  /**
   * The process dies, once, and another one takes up its journal. When: as the attempt of `step` runs (`when: ended`: as
   * its result comes), after so many micro-steps, at a time, or at the n-th commit: before it is written, or
   * (`written`) after. The clock of the machine differs by `clock` when the other one begins.
   */
  | {
      readonly fault: 'crash';
      readonly step?: string;
      readonly attempt?: number;
      readonly when?: 'running' | 'ended';
      readonly after?: number;
      readonly at?: number;
      readonly commit?: number;
      readonly written?: boolean;
      readonly clock?: number;
    }
  /** The n-th commit is reported as failed, although it was written if `written`; the store takes nothing for `seconds` (default 0). */
  | { readonly fault: 'storage'; readonly commit: number; readonly written?: boolean; readonly seconds?: number }
  | { readonly fault: 'pause'; readonly at: number; readonly seconds: number }
  | { readonly fault: 'cancel'; readonly at: number; readonly compensate?: boolean }
  /** What comes from outside for a step, an event or a callback, comes when the execution starts. */
  | { readonly fault: 'early'; readonly step: string }
  /** An event that no step waits for, or one more. */
  | { readonly fault: 'event'; readonly at: number; readonly name: string; readonly payload?: Json }
  /** Somebody asks for a re-execution: at that time, or, without one, as soon as the execution has ended. */
  | {
      readonly fault: 'reexecute';
      readonly operation: ReexecuteOperation;
      /** Of `rerun_from` and `skip`. */
      readonly step?: string;
      readonly at?: number;
    }
  /** Executions that are open go on with the next version of the workflow. */
  | { readonly fault: 'migrate'; readonly at: number }
  /** The clock of the machine is set on, or back. */
  | { readonly fault: 'clock'; readonly at: number; readonly seconds: number }
  /** It stands still that long, and is late from then on. */
  | { readonly fault: 'freeze'; readonly at: number; readonly seconds: number };

export type ReexecuteOperation = 'resume' | 'retry_failed' | 'rerun_from' | 'skip' | 'fork' | 'restore';

/** What is to go wrong, and how the execution must end all the same. */
export interface FaultPlan {
  /** All of them happen. */
  readonly faults: readonly PlannedFault[];
  /** Absent: any end will do. */
  readonly expect?: 'completed' | 'failed' | 'canceled';
}

export const NO_FAULTS: FaultPlan = { faults: [] };

/**
 * Faults that a workflow must not notice: its result is the same with them as without, unless it depends on time or
 * order (`order-dependence.ts`).
 */
export const isInvisible = (planned: PlannedFault): boolean =>
  INVISIBLE.has(planned.fault) && !(planned.fault === 'crash' && planned.clock !== undefined);

const INVISIBLE: ReadonlySet<PlannedFault['fault']> = new Set<PlannedFault['fault']>([
  ...(['slow', 'duplicate', 'crash', 'storage', 'pause', 'early'] as const),
]);

const STEP: JsonObject = { type: 'string', pattern: '^/' };
const ATTEMPT: JsonObject = { anyOf: [{ type: 'integer', minimum: 1 }, { const: 'every' }] };
const SECONDS: JsonObject = { type: 'number', minimum: 0, maximum: 31_536_000 };
const COUNT: JsonObject = { type: 'integer', minimum: 1 };
const SHIFT: JsonObject = { type: 'number', minimum: -31_536_000, maximum: 31_536_000 };
const OPERATIONS: readonly ReexecuteOperation[] = ['resume', 'retry_failed', 'rerun_from', 'skip', 'fork', 'restore'];

/** The fields that a fault takes beside `fault`, and those that it must have. */
const FIELDS: Readonly<Record<PlannedFault['fault'], { properties: JsonObject; required?: readonly string[] }>> = {
  error: {
    properties: { step: STEP, attempt: ATTEMPT, kind: { enum: ['transient', 'fatal'] }, code: { type: 'string' } },
    required: ['step'],
  },
  timeout: { properties: { step: STEP, attempt: ATTEMPT }, required: ['step'] },
  slow: { properties: { step: STEP, attempt: ATTEMPT, seconds: SECONDS }, required: ['step', 'seconds'] },
  duplicate: { properties: { step: STEP, attempt: ATTEMPT, seconds: SECONDS } },
  crash: {
    properties: {
      ...{ step: STEP, attempt: COUNT, when: { enum: ['running', 'ended'] } },
      ...{ after: { type: 'integer', minimum: 0 }, at: SECONDS, commit: COUNT, written: { type: 'boolean' } },
      clock: SHIFT,
    },
  },
  storage: { properties: { commit: COUNT, written: { type: 'boolean' }, seconds: SECONDS }, required: ['commit'] },
  pause: { properties: { at: SECONDS, seconds: SECONDS }, required: ['at', 'seconds'] },
  cancel: { properties: { at: SECONDS, compensate: { type: 'boolean' } }, required: ['at'] },
  early: { properties: { step: STEP }, required: ['step'] },
  event: { properties: { at: SECONDS, name: { type: 'string' }, payload: true }, required: ['at', 'name'] },
  reexecute: { properties: { operation: { enum: OPERATIONS }, step: STEP, at: SECONDS }, required: ['operation'] },
  migrate: { properties: { at: SECONDS }, required: ['at'] },
  clock: { properties: { at: SECONDS, seconds: SHIFT }, required: ['at', 'seconds'] },
  freeze: { properties: { at: SECONDS, seconds: SECONDS }, required: ['at', 'seconds'] },
};

/** A crash happens at exactly one kind of moment. */
const ONE_MOMENT = { oneOf: ['step', 'after', 'at', 'commit'].map((field) => ({ required: [field] })) };

const schemaOf = ([fault, { properties, required = [] }]: [string, (typeof FIELDS)['error']]): JsonObject => ({
  if: { properties: { fault: { const: fault } } },
  then: {
    additionalProperties: false,
    required: ['fault', ...required],
    properties: { fault: true, ...properties },
    ...(fault === 'crash' && ONE_MOMENT),
  },
});

/** JSON Schema of a fault plan as people write it. */
export const FAULT_PLAN_SCHEMA: JsonObject = {
  type: 'object',
  required: ['faults'],
  additionalProperties: false,
  properties: {
    faults: {
      type: 'array',
      maxItems: 10_000,
      items: {
        type: 'object',
        required: ['fault'],
        properties: { fault: { enum: Object.keys(FIELDS) } },
        allOf: Object.entries(FIELDS).map(schemaOf),
      },
    },
    expect: { enum: ['completed', 'failed', 'canceled'] },
  },
};
