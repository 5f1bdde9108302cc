import { fault, isJsonObject, pointer, type Fault, type Json, type Result, err, ok } from '../../kernel/index.js';
import type { CompiledWorkflow } from './definition.js';
import { beginRun } from './evolve.js';
import type { ExecutionStarted, RunEvent } from './event.js';
import type { StartDecision, StartRequest } from './request.js';
import type { CheckedSchema, SchemaProblem } from './schema-checker.js';
import { give, settle } from './settle.js';

const MISMATCHES_SHOWN = 50;

/** Problems that a schema found, as faults below `base`. */
export const schemaFaults = (problems: readonly SchemaProblem[], base: string): Fault[] =>
  problems
    .slice(0, MISMATCHES_SHOWN)
    .map((problem) => fault('schema_mismatch', base + problem.pointer, { reason: problem.reason }));

/** The input with the schema's defaults, or what is wrong with it. */
const acceptInput = (schema: CheckedSchema | undefined, input: Json): Result<Json, readonly Fault[]> => {
  if (!isJsonObject(input)) return err([fault('wrong_type', '/input', { expected: 'an object' })]);
  if (!schema) return ok(input);
  const complete = schema.withDefaults(input);
  const problems = schema.check(complete);
  return problems.length === 0 ? ok(complete) : err(schemaFaults(problems, '/input'));
};

const emptyWorkflow = (compiled: CompiledWorkflow): Fault[] =>
  compiled.scope.tasks.length === 0 ? [fault('empty_workflow', pointer('', 'workflow_id'))] : [];

/** Decides upon a new execution. The state is the fold of the events given. */
export const startRun = (request: StartRequest): StartDecision => {
  const { compiled } = request;
  const input = acceptInput(compiled.inputSchema, request.input);
  const faults = [...emptyWorkflow(compiled), ...(input.ok ? [] : input.error)];
  if (!input.ok || faults.length > 0) {
    return { is: 'refused', refusal: { is: 'invalid', code: 'validation_error', faults } };
  }
  const started: ExecutionStarted = {
    type: 'execution_started',
    at: request.at,
    execution: request.execution,
    workflow: request.workflow,
    input: input.value,
    metadata: request.metadata,
    options: request.options,
    ...(request.restore && { restored_from: request.restore.from }),
  };
  const state = beginRun(started, compiled);
  const events: RunEvent[] = [started];
  const draft = { state, events, at: request.at };
  for (const kept of request.restore?.kept ?? []) give(draft, { ...kept, at: request.at });
  settle(draft);
  return { is: 'accepted', state, events };
};
