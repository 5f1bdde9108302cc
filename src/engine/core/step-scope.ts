import { deriveUuid, isoInstant, type Instant, type Json } from '../../kernel/index.js';
import type { Scope as Variables } from './expression/index.js';
import { findStep, stepStatus, type RunState, type Scope, type Step } from './run-state.js';

/** What an expression sees of a task: always a status; null for an output that is not there (semantics 11). */
const taskView = (step: Step): Json => {
  const { state } = step;
  return {
    status: stepStatus(state),
    output: state.at === 'completed' ? state.output : null,
    error: state.at === 'failed' ? { ...state.failure } : null,
  };
};

const taskViews = (scope: Scope, reads: readonly number[]): Json => {
  const views: Record<string, Json> = Object.create(null) as Record<string, Json>;
  for (const index of reads) {
    const step = scope.steps[index] as Step;
    views[step.task.id] = taskView(step);
  }
  return views;
};

/** The names that every expression of a workflow may use; expressions of a task chosen by a failure see `error` too. */
export const WORKFLOW_NAMES: ReadonlySet<string> = new Set(['input', 'workflow', 'execution']);
export const ERROR_NAME = 'error';

export interface Reader {
  /** Tasks whose results the expression reads. */
  readonly reads: readonly number[];
  /** Address that `uuid()` is derived from. */
  readonly address: string;
  readonly generation: number;
  /** The step whose failure chose this one. */
  readonly handles: string | undefined;
}

const failureOf = (state: RunState, address: string | undefined): Json => {
  const source = address === undefined ? undefined : findStep(state, address);
  return source?.state.at === 'failed' ? { ...source.state.failure, step: source.address } : null;
};

/** When and where an expression is evaluated. */
export interface Moment {
  readonly state: RunState;
  readonly scope: Scope;
  /** The recorded time of the request. */
  readonly now: Instant;
}

/** Everything that the expressions of a step may see, at the recorded time of the request. */
export const variablesFor = ({ state, scope, now }: Moment, reader: Reader): Variables => {
  let counter = 0;
  const variables: Record<string, Json> = {
    input: state.input,
    tasks: taskViews(scope, reader.reads),
    workflow: { id: state.workflow.id, name: state.workflow.name, version: state.workflow.version },
    execution: { id: state.execution, start_time: isoInstant(state.startedAt), metadata: state.metadata },
    [ERROR_NAME]: failureOf(state, reader.handles),
  };
  const uuid = (): string => deriveUuid(state.execution, reader.address, reader.generation, counter++);
  return { variables, now, uuid };
};
