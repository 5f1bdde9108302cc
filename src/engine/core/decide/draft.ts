import type { Instant, Json, JsonObject } from '../../../kernel/index.js';
import type { CompiledTask, CompiledWorkflow, Remedy } from '../definition.js';
import { evolve } from '../fold/evolve.js';
import type { BodyResult, Ending, Handled, RunEvent } from '../event.js';
import { evaluateTemplate } from '../expression/index.js';
import type { Failure } from '../failure.js';
import type { RunState, Step } from '../fold/run-state.js';
import { variablesFor, type Reader } from './step-scope.js';
import { handles } from '../fold/transition.js';

/** A decision in the making: every event is folded as soon as it is given, so that the next one follows from it. */
export interface Draft {
  readonly state: RunState;
  readonly events: RunEvent[];
  readonly at: Instant;
}

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

/** What the expressions of a step see now. */
export const scopeOf = (
  { state, at }: Pick<Draft, 'state' | 'at'>,
  step: Step,
  more?: Pick<Reader, 'reads' | 'variables'>,
): ReturnType<typeof variablesFor> => {
  const { task, address, generation, scope, undoes, isNotice } = step;
  const undone = undoes?.state.at === 'completed' && { variables: { output: undoes.state.output } };
  const told = isNotice && state.ending && { variables: endingVariables(state.ending.as) };
  const reader = { reads: task.reads, address, generation, handles: handles(step), ...undone, ...told, ...more };
  return variablesFor({ state, scope, now: at }, reader);
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
  const assigned =
    set && evaluateTemplate(set, scopeOf(draft, step, { reads: step.task.reads, variables: { output } }));
  if (assigned && !assigned.ok) return failStep(draft, step, { attempt, failure: assigned.error });
  give(draft, {
    type: 'step_completed',
    ...about(draft, step),
    attempt,
    output,
    ...(consumed !== undefined && { consumed }),
    ...(assigned && { set: assigned.value.value as JsonObject }),
    ...(cached && { cached }),
    ...(cache && !cached && attempt > 0 && { cache_until: draft.at + cache.ttl }),
  });
};

/** The failure is final for the step; what it means for the others is the task's `on_error`. */
export const failStep = (
  draft: Draft,
  step: Step,
  { attempt = 0, failure }: { readonly attempt?: number; readonly failure: Failure },
): void => {
  const handled = handledBy(step, failure);
  give(draft, { type: 'step_failed', ...about(draft, step), attempt, failure, ...(handled && { handled }) });
};

/** Ends a construct as its body has ended. */
export const conclude = (draft: Draft, step: Step, result: BodyResult): void => {
  if (result.is === 'completed') completeStep(draft, step, { output: result.output });
  else if (result.is === 'failed') failStep(draft, step, { failure: result.failure });
  else give(draft, { type: 'step_canceled', ...about(draft, step) });
};

const handledBy = (step: Step, { kind, code }: Failure): Handled | undefined => {
  const handler = step.task.onError.find(({ classes }) => !classes || classes.has(kind) || classes.has(code));
  return handler && handledAs(step, handler.remedy);
};

const handledAs = (step: Step, remedy: Remedy): Handled | undefined => {
  if (remedy.is === 'fail') return undefined;
  if (remedy.is === 'continue') return 'continue';
  return { goto: (step.scope.definition.tasks[remedy.target] as CompiledTask).id };
};
