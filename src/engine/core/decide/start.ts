import {
  deriveUuid,
  err,
  isoInstant,
  fault,
  isJsonObject,
  jsonDepth,
  ok,
  pointer,
  unspeakableNumbers,
  type Fault,
  type Instant,
  type Json,
  type JsonObject,
  type Result,
} from '../../../kernel/index.js';
import type { CompiledWorkflow } from '../definition.js';
import { beginRun } from '../fold/evolve.js';
import { findStep, type RunState } from '../fold/run-state.js';
import type { ExecutionStarted, RunEvent } from '../event.js';
import { evaluateTemplate } from '../expression/index.js';
import type { StartDecision, StartRequest } from './request.js';
import { schemaFaults, type CheckedSchema } from '../schema-checker.js';
import { give } from './draft.js';
import { settle } from './settle.js';

/** Levels of nested JSON in an input, as in an output. */
const DEEPEST = 200;

/** What would be another value once the journal is read again, or could not be written to it. */
const notJson = (value: Json, where: string): Fault[] => {
  if (jsonDepth(value, DEEPEST + 1) > DEEPEST) return [fault('nesting_too_deep', where, { limit: DEEPEST })];
  return unspeakableNumbers(value).map((found) =>
    fault('not_json', where + found.pointer, { value: String(found.value) }),
  );
};

/** The input with the schema's defaults, or what is wrong with it. */
export const acceptInput = (schema: CheckedSchema | undefined, input: Json): Result<Json, readonly Fault[]> => {
  if (!isJsonObject(input)) return err([fault('wrong_type', '/input', { expected: 'an object' })]);
  const strange = notJson(input, '/input');
  if (strange.length > 0) return err(strange);
  if (!schema) return ok(input);
  const complete = schema.withDefaults(input);
  const problems = schema.check(complete);
  return problems.length === 0 ? ok(complete) : err(schemaFaults(problems, '/input'));
};

const emptyWorkflow = (compiled: CompiledWorkflow): Fault[] =>
  compiled.scope.tasks.length === 0 ? [fault('empty_workflow', pointer('', 'workflow_id'))] : [];

/** The first values of the variables of the workflow. */
const firstVariables = (
  { compiled, execution, workflow, metadata, at: now }: StartRequest,
  input: Json,
): Result<JsonObject | undefined, Fault> => {
  const { variables } = compiled.scope;
  if (!variables) return ok(undefined);
  const names = {
    input,
    tasks: {},
    state: {},
    error: null,
    workflow: { id: workflow.id, name: workflow.name, version: workflow.version },
    execution: { id: execution, start_time: isoInstant(now), metadata },
  };
  let counter = 0;
  const uuid = (): string => deriveUuid(execution, '', 1, counter++);
  const result = evaluateTemplate(variables.mapping, { variables: names, now, uuid });
  if (result.ok) return ok(result.value.value as JsonObject);
  return err(fault('schema_mismatch', '/input', { reason: `The first values of \`state\`: ${result.error.message}` }));
};

/** An event of another execution, as it is in this one: what was open has all its time again. */
const carriedOver = (state: RunState, event: RunEvent, at: Instant): RunEvent => {
  if (event.type !== 'step_opened') return { ...event, at };
  const timeout = findStep(state, event.step)?.task.timeout;
  return { ...event, at, ...(timeout !== undefined && { deadline: at + timeout }) };
};

/** Decides upon a new execution. The state is the fold of the events given. */
export const startRun = (request: StartRequest): StartDecision => {
  const { compiled } = request;
  const input = acceptInput(compiled.inputSchema, request.input);
  const faults = [
    ...emptyWorkflow(compiled),
    ...notJson(request.metadata, '/metadata'),
    ...(input.ok ? [] : input.error),
  ];
  if (!input.ok || faults.length > 0) {
    return { is: 'refused', refusal: { is: 'invalid', code: 'validation_error', faults } };
  }
  const variables = firstVariables(request, input.value);
  if (!variables.ok)
    return { is: 'refused', refusal: { is: 'invalid', code: 'validation_error', faults: [variables.error] } };
  const started: ExecutionStarted = {
    type: 'execution_started',
    at: request.at,
    execution: request.execution,
    workflow: request.workflow,
    input: input.value,
    metadata: request.metadata,
    options: request.options,
    ...(variables.value && { variables: variables.value }),
    ...(request.parent && { parent: request.parent }),
    ...(request.seed !== undefined && { seed: request.seed }),
    ...(request.origin !== undefined && { origin: request.origin }),
    ...(request.trace && { trace: request.trace }),
    ...(request.restore && { restored_from: request.restore.from }),
  };
  const state = beginRun(started, compiled);
  const events: RunEvent[] = [started];
  const draft = { state, events, at: request.at };
  for (const event of request.restore?.carried ?? []) give(draft, carriedOver(state, event, request.at));
  settle(draft);
  return { is: 'accepted', state, events };
};
