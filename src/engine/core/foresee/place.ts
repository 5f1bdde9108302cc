import type { JsonObject } from '../../../kernel/index.js';
import type { CompiledScope, CompiledTask } from '../definition.js';
import type { SkipCause } from '../event.js';
import type { StepState } from '../fold/step-state.js';

/** How a step may have ended. */
export type EndState = Extract<StepState, { readonly at: 'completed' | 'failed' | 'skipped' | 'canceled' }>;

/** One of the ways in which a step may end. */
export interface Possibility {
  readonly state: EndState;
  /** False: its output, or its failure, is not known; what stands in `state` for it says nothing. */
  readonly known: boolean;
}

/** Whether a step begins: does the work it stands for, after its condition. */
export type Runs = 'must' | 'may' | 'never';

/** What becomes of a step. */
export interface Fate {
  readonly runs: Runs;
  readonly ends: readonly Possibility[];
}

/** An instance of a scope of which it is worked out what happens in it. */
export interface Place {
  readonly scope: CompiledScope;
  /** Patterns of its tasks are `<prefix>/<id>`. */
  readonly prefix: string;
  /** Addresses of its tasks are `<address>/<id>`; undefined: it stands for several instances. */
  readonly address: string | undefined;
  readonly up: Place | undefined;
  /** By task index; those that were worked out. */
  readonly fates: (Fate | undefined)[];
  /** What expressions see beside tasks, as far as it is known. */
  readonly variables: JsonObject;
  /** How many instances there are of it: at least, and at most. */
  readonly times: { readonly min: number; readonly max: number };
}

/** Why a task does not run, or may not. */
export type Because =
  /** Its condition is decided by what is not known yet. */
  | { readonly is: 'condition_open' }
  | { readonly is: 'condition_false' }
  /** Its condition, or what it is to be given, can not be worked out: it fails without having begun. */
  | { readonly is: 'not_worked_out'; readonly detail: string }
  /** A switch, or a handler of errors, may choose or has chosen otherwise; or what is before it does not let it run. */
  | { readonly is: Exclude<SkipCause, 'condition' | 'operator'>; readonly by: string }
  /** The construct around it may be without a body: a map without items, a loop that does not begin, a phase of `try`. */
  | { readonly is: 'not_entered'; readonly by: string }
  /** Another leaf of the race may win first. */
  | { readonly is: 'race'; readonly by: string }
  /** It runs only after something has failed. */
  | { readonly is: 'only_after_failure' }
  /** Something that certainly fails may end what is around it before. */
  | { readonly is: 'cut_short' };

export const pathIn = (place: Place, { id }: CompiledTask): string => `${place.prefix}/${id}`;

export const addressIn = ({ address }: Place, { path }: CompiledTask): string | undefined =>
  address === undefined ? undefined : address + path;

export const COMPLETED_SOMEHOW: Possibility = { state: { at: 'completed', output: null }, known: false };
export const CANCELED: Possibility = { state: { at: 'canceled' }, known: true };

export const isUnhandledEnd = ({ state }: Possibility): boolean => state.at === 'failed' && state.handled === undefined;

export const ONCE: Place['times'] = { min: 1, max: 1 };

/** How often something is there that is there so often in each instance of a place. */
export const scaled = (place: Place, { min, max }: Place['times']): Place['times'] => ({
  min: place.times.min * min,
  max: max === 0 ? 0 : place.times.max * max,
});

export const without = (variables: JsonObject, names: readonly string[]): JsonObject =>
  Object.fromEntries(Object.entries(variables).filter(([name]) => !names.includes(name)));

/** Patterns of the tasks of a body. */
export const tasksIn = (prefix: string, { tasks }: CompiledScope): readonly string[] =>
  tasks.map(({ id }) => `${prefix}/${id}`);
