import { deriveUuid, isoInstant, type Instant, type Json, type JsonObject } from '../../../kernel/index.js';
import { callbackUrl } from '../fold/callback.js';
import { CALLBACK_URL, ERROR_NAME, STATE_NAME } from '../names.js';
import type { Read } from '../definition.js';
import type { Scope as Variables } from '../expression/index.js';
import { variablesAround } from '../fold/variables.js';
import { findStep, stepStatus, type RunState, type Scope, type Step } from '../fold/run-state.js';

/** What an expression sees of a task: always a status; null for an output that is not there (semantics 11). */
const taskView = (state: RunState, step: Step): Json => ({
  status: stepStatus(step.state),
  output: step.state.at === 'completed' ? step.state.output : null,
  error: step.state.at === 'failed' ? { ...step.state.failure } : null,
  ...(step.task.work.is === 'webhook' && { [CALLBACK_URL]: callbackUrl(state, step) }),
});

const taskViews = (state: RunState, scope: Scope, reads: readonly Read[]): Json => {
  const views: Record<string, Json> = Object.create(null) as Record<string, Json>;
  for (const { up, index } of reads) {
    let around = scope;
    for (let level = 0; level < up; level++) around = (around.owner as Step).scope;
    const step = around.steps[index] as Step;
    views[step.task.id] = taskView(state, step);
  }
  return views;
};

export interface Reader {
  /** Tasks whose results the expression reads. */
  readonly reads: readonly Read[];
  /** Address that `uuid()` is derived from. */
  readonly address: string;
  readonly generation: number;
  /** The step whose failure chose this one. */
  readonly handles?: string | undefined;
  /** What this expression sees beside what its scope does. */
  readonly variables?: JsonObject;
}

const failureOf = (state: RunState, address: string): Json => {
  const source = findStep(state, address);
  return source?.state.at === 'failed' ? { ...source.state.failure, step: source.address } : null;
};

/** When and where an expression is evaluated. */
export interface Moment {
  readonly state: RunState;
  readonly scope: Scope;
  /** The recorded time of the request. */
  readonly now: Instant;
}

/**
 * Everything that the expressions of a step may see, at the recorded time of the request. The variables are put together
 * when the first expression reads them: many templates have none.
 */
export class StepVariables implements Variables {
  readonly now: Instant;
  private known: Variables['variables'] | undefined;
  private ids = 0;

  constructor(
    private readonly moment: Moment,
    private readonly reader: Reader,
  ) {
    this.now = moment.now;
  }

  get variables(): Variables['variables'] {
    return (this.known ??= this.read());
  }

  /** Another one each time; the same ones when it is evaluated again. */
  uuid(): string {
    const { address, generation } = this.reader;
    return deriveUuid(this.moment.state.execution, address, generation, this.ids++);
  }

  private read(): Variables['variables'] {
    const { state, scope } = this.moment;
    const { reads, handles, variables: own } = this.reader;
    const variables: Record<string, Json> = {
      [ERROR_NAME]: null,
      ...(state.compiled.hasVariables && { [STATE_NAME]: variablesAround(scope) ?? {} }),
      ...scope.variables,
      ...own,
      input: state.input,
      tasks: taskViews(state, scope, reads),
      workflow: { id: state.workflow.id, name: state.workflow.name, version: state.workflow.version },
      execution: { id: state.execution, start_time: isoInstant(state.startedAt), metadata: state.metadata },
    };
    if (handles !== undefined) variables[ERROR_NAME] = failureOf(state, handles);
    return variables;
  }
}
