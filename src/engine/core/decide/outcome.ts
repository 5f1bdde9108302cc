import { deepFreeze, err, messageOf, ok, type Json, type Result } from '../../../kernel/index.js';
import type { Address } from '../address.js';
import type { CompiledWorkflow } from '../definition.js';
import type { Draft } from './draft.js';
import type { BodyResult } from '../event.js';
import { evaluateTemplate } from '../expression/index.js';
import type { Failure } from '../failure.js';
import { findStep, scopesOf, type RunState, type Scope, type Step } from '../fold/run-state.js';
import { StepVariables } from './step-scope.js';

const SHOWN = 20;

const firstFailed = (state: RunState, scope: Scope): Step => findStep(state, scope.failed[0] as string) as Step;

/** The step inside a failed one whose failure it is. */
const originOf = (state: RunState, step: Step): Address => {
  const failing = step.bodies && [...scopesOf(step.bodies)].reverse().find(({ failed }) => failed.length > 0);
  return failing ? originOf(state, firstFailed(state, failing)) : step.address;
};

/** The failure of a scope: that of the first step in it that failed and nobody handled. */
export const failureOfScope = (state: RunState, scope: Scope): Extract<BodyResult, { is: 'failed' }> => {
  const step = firstFailed(state, scope);
  if (step.state.at !== 'failed') throw new Error(`${step.address} has not failed`);
  return { is: 'failed', failure: step.state.failure, step: originOf(state, step) };
};

/** The failure of an execution says where it comes from. */
export const executionFailure = (state: RunState): Failure => {
  const { failure, step } = failureOfScope(state, state.root);
  return {
    kind: 'fatal',
    code: 'step_failed',
    message: `Step ${step} failed: ${failure.message}`,
    details: { steps: state.root.failed.slice(0, SHOWN), cause: { ...failure } },
  };
};

export const executionTimeout = (state: RunState): Failure => {
  const seconds = ((state.deadline ?? state.startedAt) - state.startedAt) / 1000;
  return { kind: 'timeout', code: 'execution_timeout', message: messageOf('execution_timeout', { seconds }) };
};

/** Why a mapped output does not fit the schema that the workflow promises. */
export const outputMismatch = (compiled: CompiledWorkflow, output: Json): Failure | undefined => {
  const problems = compiled.scope.output ? (compiled.outputSchema?.check(output) ?? []) : [];
  if (problems.length === 0) return undefined;
  const details = problems.slice(0, SHOWN).map(({ pointer, reason }) => ({ pointer, reason }));
  return {
    kind: 'fatal',
    code: 'schema_mismatch',
    message: `The output does not fit output_schema: ${problems[0]?.pointer} ${problems[0]?.reason}`,
    details,
  };
};

/** The `output` mapping of a scope, else the outputs of its completed leaves by id (semantics 12). */
export const outputOf = ({ state, at }: Draft, scope: Scope): Result<Json, Failure> => {
  const { output } = scope.definition;
  if (!output) return ok(leafOutputs(scope));
  const { owner } = scope;
  const reader = { reads: output.reads, address: scope.address, generation: owner?.generation ?? state.generation };
  const result = evaluateTemplate(output.mapping, new StepVariables({ state, scope, now: at }, reader));
  return result.ok ? ok(result.value.value) : err(result.error);
};

const leafOutputs = (scope: Scope): Json => {
  const completed = scope.definition.leaves.flatMap(({ id, index }) => {
    const { state } = scope.steps[index] as Step;
    return state.at === 'completed' ? [[id, state.output] as const] : [];
  });
  return deepFreeze(Object.fromEntries(completed));
};

/** How a body in which nothing goes on has ended. */
export const bodyResult = (draft: Draft, scope: Scope): BodyResult => {
  if (scope.failed.length > 0) return failureOfScope(draft.state, scope);
  if (scope.canceled > 0) return { is: 'canceled' };
  const output = outputOf(draft, scope);
  return output.ok
    ? { is: 'completed', output: output.value }
    : { is: 'failed', failure: output.error, step: scope.owner?.address ?? '' };
};
