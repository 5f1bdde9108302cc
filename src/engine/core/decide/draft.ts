import type { Instant, Json, JsonObject } from '../../../kernel/index.js';
import type { CompiledWorkflow } from '../definition.js';
import { evolve } from '../fold/evolve.js';
import type { BodyResult, Ending, RunEvent, StepCompleted } from '../event.js';
import { evaluateTemplate } from '../expression/index.js';
import type { Failure } from '../failure.js';
import type { RunState, Step } from '../fold/run-state.js';
import { StepVariables, type Reader } from './step-scope.js';
import { handles } from '../fold/transition.js';
import { handledBy } from './handled.js';

/** A decision in the making: every event is folded as soon as it is given, so that the next one follows from it. */
export interface Draft {
  readonly state: RunState;
  readonly events: RunEvent[];
  readonly at: Instant;
}

/** An event in the making. Its optional fields are set one by one: spread into a literal they take five times as long. */
export type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** `other`: the definition that a migration is to. */
export const give = (draft: Draft, event: RunEvent, other?: CompiledWorkflow): void => {
  evolve(draft.state, event, other);
  draft.events.push(event);
};

/** What every event about a step says. */
export const about = (
  { at }: Draft,
  { address, generation }: Step,
): { at: Instant; step: string; generation: number } => ({
  at,
  step: address,
  generation,
});

/** What a notice tells of. */
const endingVariables = (ending: Ending): JsonObject => ({
  output: ending.is === 'completed' ? ending.output : null,
  error: ending.is === 'failed' ? { ...ending.failure } : null,
});

/** What the expressions of a step that undoes another, or of a notice, see beside what all see. */
const ownVariables = ({ ending }: RunState, { undoes, isNotice }: Step): JsonObject | undefined => {
  if (isNotice && ending) return endingVariables(ending.as);
  return undoes?.state.at === 'completed' ? { output: undoes.state.output } : undefined;
};

/** What the expressions of a step see now. */
export const scopeOf = (
  { state, at }: Pick<Draft, 'state' | 'at'>,
  step: Step,
  more: Partial<Pick<Reader, 'reads' | 'variables'>> = {},
): StepVariables => {
  const { task, address, generation, scope } = step;
  const { reads = task.reads, variables = ownVariables(state, step) } = more;
  return new StepVariables(
    { state, scope, now: at },
    { reads, address, generation, handles: handles(step), ...(variables && { variables }) },
  );
};

export interface Completion {
  readonly output: Json;
  readonly consumed?: string;
  readonly attempt?: number;
  readonly cached?: true;
}

/** A `set` that fails is a failure of the step. */
export const completeStep = (draft: Draft, step: Step, completion: Completion): void => {
  const { output, consumed, attempt = 0, cached } = completion;
  const { set, cache } = step.task;
  const assigned = set && evaluateTemplate(set, scopeOf(draft, step, { variables: { output } }));
  if (assigned && !assigned.ok) return failStep(draft, step, { attempt, failure: assigned.error });
  const { address, generation } = step;
  const event: Mutable<StepCompleted> = {
    type: 'step_completed',
    at: draft.at,
    step: address,
    generation,
    attempt,
    output,
  };
  if (consumed !== undefined) event.consumed = consumed;
  if (assigned) event.set = assigned.value.value as JsonObject;
  if (cached) event.cached = cached;
  if (cache && !cached && attempt > 0) event.cache_until = draft.at + cache.ttl;
  give(draft, event);
};

/** The failure is final for the step; what it means for the others is the task's `on_error`. */
export const failStep = (
  draft: Draft,
  step: Step,
  { attempt = 0, failure }: { readonly attempt?: number; readonly failure: Failure },
): void => {
  const handled = handledBy(step.task, step.scope.definition, failure);
  give(draft, { type: 'step_failed', ...about(draft, step), attempt, failure, ...(handled && { handled }) });
};

/** Ends a construct as its body has ended. */
export const conclude = (draft: Draft, step: Step, result: BodyResult): void => {
  if (result.is === 'completed') completeStep(draft, step, { output: result.output });
  else if (result.is === 'failed') failStep(draft, step, { failure: result.failure });
  else give(draft, { type: 'step_canceled', ...about(draft, step) });
};
