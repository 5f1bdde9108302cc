import type { Json, JsonObject } from '../../../kernel/index.js';
import type { CompiledScope, CompiledTask } from '../definition.js';
import type { Failure } from '../failure.js';
import type { Knowledge } from './knowledge.js';
import type { Counts } from './ledger.js';
import { addressIn, pathIn, type Place } from './place.js';

/** How a task is assumed to end. */
export type Assumed =
  { readonly is: 'completed'; readonly output: Json } | { readonly is: 'failed'; readonly failure: Failure };

/** Says how a task or a wait ends; undefined: that is open. */
export type Assume = (task: {
  readonly pattern: string;
  /** Undefined: of several instances at once. */
  readonly address: string | undefined;
  readonly task: CompiledTask;
  /** What it is given; undefined: that is not known. */
  readonly input: Json | undefined;
}) => Assumed | undefined;

/** What the fates of a scope are worked out with. */
export interface Oracle {
  readonly knowledge: Knowledge;
  readonly counts: Counts;
  readonly assume: Assume;
  /** Whether what is not known to end well may fail. */
  readonly mayFail: boolean;
  /** Whether waits may be canceled since something beside them has failed (semantics 10). */
  readonly isDoomed: boolean;
  take<T>(alternatives: readonly T[]): readonly T[];
  /** The fates of all steps of an instance of a scope. */
  fateOfScope(start: Omit<Place, 'fates'>): ScopeFate;
}

/** What becomes of an instance of a scope. */
export interface ScopeFate {
  readonly place: Place;
  /** Some step in it may fail, and nobody handles it. */
  readonly mayFail: boolean;
  /** It certainly does. */
  readonly mustFail: boolean;
  /** Some step in it may be canceled, and it with it. */
  readonly mayCancel: boolean;
  /** Undefined: its output is not known. */
  readonly output: Json | undefined;
}

/** What comes of the bodies of a construct. */
export interface Bodies extends Pick<ScopeFate, 'mayFail' | 'mustFail' | 'output'> {
  /** The construct's own, that it certainly has. */
  readonly failure?: Failure;
}

/** An instance of the body of a construct. */
export const bodyAt = (
  place: Place,
  task: CompiledTask,
  body: { readonly scope: CompiledScope; readonly suffix: string; readonly variables?: JsonObject },
): Omit<Place, 'fates' | 'times'> => {
  const address = addressIn(place, task);
  return {
    scope: body.scope,
    prefix: pathIn(place, task) + body.suffix.replace(/^\[.*\]$/, '[*]'),
    address: address === undefined || body.suffix === '[*]' ? undefined : address + body.suffix,
    up: place,
    variables: { ...place.variables, ...body.variables },
  };
};
