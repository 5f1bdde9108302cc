import { messageOf, type Json } from '../../kernel/index.js';
import type { CompiledWorkflow } from './definition.js';
import type { Failure } from './failure.js';
import { findStep, type RunState, type Step } from './run-state.js';

const SHOWN = 20;

/** The failure of an execution: that of the first step that failed and nobody handled. */
export const executionFailure = (state: RunState): Failure => {
  const [first] = state.root.failed;
  const step = findStep(state, first as string) as Step;
  const cause = step.state.at === 'failed' ? step.state.failure : undefined;
  return {
    kind: 'fatal',
    code: 'step_failed',
    message: `Step ${step.address} failed: ${cause?.message ?? ''}`,
    details: { steps: state.root.failed.slice(0, SHOWN), ...(cause && { cause: { ...cause } }) },
  };
};

export const executionTimeout = (state: RunState): Failure => {
  const seconds = ((state.deadline ?? state.startedAt) - state.startedAt) / 1000;
  return { kind: 'timeout', code: 'execution_timeout', message: messageOf('execution_timeout', { seconds }) };
};

/** Why a mapped output does not fit the schema that the workflow promises. */
export const outputMismatch = (compiled: CompiledWorkflow, output: Json): Failure | undefined => {
  const problems = compiled.output ? (compiled.outputSchema?.check(output) ?? []) : [];
  if (problems.length === 0) return undefined;
  const details = problems.slice(0, SHOWN).map(({ pointer, reason }) => ({ pointer, reason }));
  return {
    kind: 'fatal',
    code: 'schema_mismatch',
    message: `The output does not fit output_schema: ${problems[0]?.pointer} ${problems[0]?.reason}`,
    details,
  };
};
