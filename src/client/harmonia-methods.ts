import createClient, { type Client } from 'openapi-fetch';
import { answerOf, dataOf } from './call/answered.js';
import { Line, type CallOptions } from './call/line.js';
import type { HarmoniaClientOptions } from './client-options.js';
import type { components, paths } from './generated/api.js';
import { EventWatch, type WatchOptions } from './stream/event-watch.js';

/** Every body and answer of the API, by name. */
export type Schemas = components['schemas'];

export type Execution = Schemas['ExecutionAnswer'];
export type Workflow = Schemas['WorkflowAnswer'];
export type Template = Schemas['TemplateAnswer'];
export type Checkpoint = Schemas['CheckpointAnswer'];

/** A document in any dialect. */
export type WorkflowDocument = paths['/api/v1/workflows']['post']['requestBody']['content']['application/json'];

interface OfExecution {
  readonly execution_id: string;
}
interface OfInstance {
  readonly instance_id: string;
}

export interface SavedState {
  readonly success: boolean;
  readonly execution_id: string;
  readonly saved_at: string | null;
}

export type Since = {
  /** Go on after this place, an event's `sequence` or what `EventWatch.place` said; `now`: only what is still to come. */
  readonly since?: string;
};

/** What every call that is not of a method has beside its parameters. */
interface Way {
  readonly fetch: (request: Request) => Promise<Response>;
}

const V = '/api/v1';
const keyed = ({ idempotencyKey = crypto.randomUUID() }: CallOptions): { readonly 'Idempotency-Key': string } => ({
  'Idempotency-Key': idempotencyKey,
});

/**
 * What users ask for most, each a method of one object with the names of the API, and what may be said of any call. All
 * throw a `Refusal`. What starts or creates something carries an `Idempotency-Key`, so that it is sent again when nobody
 * answers, and done once.
 */
export class HarmoniaMethods {
  /** Every route, typed: `client.api.GET('/api/v1/workflows/{id}', { params: { path: { id } } })`. Statuses are answers there. */
  readonly api: Client<paths>;
  readonly #line: Line;

  constructor(options: HarmoniaClientOptions = {}) {
    this.#line = new Line(options);
    this.api = createClient<paths>({ baseUrl: this.#line.target.base, fetch: (request) => this.#line.send(request) });
  }

  /** Keeps a workflow. `tasks` is a list, or tasks by id. */
  createWorkflow(document: WorkflowDocument, options: CallOptions = {}): Promise<Workflow> {
    return dataOf(
      this.api.POST(`${V}/workflows`, { ...this.#way(options), body: document, params: { header: keyed(options) } }),
    );
  }

  /** The latest version, or the one that is named. */
  getWorkflow(
    { workflow_id: id, ...query }: { readonly workflow_id: string; readonly version?: string },
    options: CallOptions = {},
  ): Promise<Workflow> {
    return dataOf(this.api.GET(`${V}/workflows/{id}`, { ...this.#way(options), params: { path: { id }, query } }));
  }

  /** A page of them in `items`, newest first; `total` says how many there are. */
  listWorkflows(query: Query<'workflows'> = {}, options: CallOptions = {}): Promise<Answer<'workflows'>> {
    return answerOf(this.api.GET(`${V}/workflows`, { ...this.#way(options), params: { query } }));
  }

  /** The same of executions. */
  listExecutions(query: Query<'executions'> = {}, options: CallOptions = {}): Promise<Answer<'executions'>> {
    return answerOf(this.api.GET(`${V}/executions`, { ...this.#way(options), params: { query } }));
  }

  /** Starts an execution and does not wait, unless `execution_options` say `async: false`. */
  executeWorkflow(start: Schemas['StartDto'], options: CallOptions = {}): Promise<Execution> {
    return dataOf(
      this.api.POST(`${V}/executions`, { ...this.#way(options), body: start, params: { header: keyed(options) } }),
    );
  }

  /** Starts an execution and waits for its end. How it ended says its `status`: a failure is an answer. */
  async runToEnd(start: Schemas['StartDto'], options: CallOptions & WatchOptions = {}): Promise<Execution> {
    const { execution_id } = await this.executeWorkflow(start, options);
    return this.waitFor({ execution_id }, options);
  }

  /** Waits until an execution has ended, for ever: give a `signal` for less. A service that restarts meanwhile is waited for. */
  async waitFor({ execution_id }: OfExecution, options: CallOptions & WatchOptions = {}): Promise<Execution> {
    for await (const event of this.monitorExecution({ execution_id, since: 'now' }, options)) void event;
    return this.getExecutionStatus({ execution_id }, options);
  }

  /** How an execution stands: `status`, `task_statuses`, `progress`, `output`, `error`. */
  getExecutionStatus({ execution_id: id }: OfExecution, options: CallOptions = {}): Promise<Execution> {
    return dataOf(this.api.GET(`${V}/executions/{id}`, { ...this.#way(options), params: { path: { id } } }));
  }

  /** The same: in Python an execution is the status of a workflow. */
  getWorkflowStatus(of: OfExecution, options: CallOptions = {}): Promise<Execution> {
    return this.getExecutionStatus(of, options);
  }

  /** An execution in one line, as lists show it. */
  async getWorkflowSummary(of: OfExecution, options: CallOptions = {}): Promise<Schemas['ExecutionItem']> {
    return (await this.getExecutionStatus(of, options)).summary;
  }

  /** How long its tasks took and waited, what was tried again, what went wrong. */
  getWorkflowMetrics({ execution_id: id }: OfExecution, options: CallOptions = {}): Promise<Schemas['MetricsAnswer']> {
    return dataOf(this.api.GET(`${V}/executions/{id}/metrics`, { ...this.#way(options), params: { path: { id } } }));
  }

  /** Cancels an execution; one that is canceled already stays so. */
  async cancelWorkflow(
    { execution_id: id, ...body }: OfExecution & Schemas['CancelDto'],
    options: CallOptions = {},
  ): Promise<Schemas['SteeredAnswer'] & { readonly success: true }> {
    const way = { ...this.#way(options), params: { path: { id } } };
    const { data, success } = await answerOf(this.api.POST(`${V}/executions/{id}/cancel`, { ...way, body }));
    return { ...data, success };
  }

  /** What runs may end, nothing starts. */
  pauseExecution(
    { execution_id: id, ...body }: OfExecution & Schemas['ReasonDto'],
    options: CallOptions = {},
  ): Promise<Schemas['SteeredAnswer']> {
    const way = { ...this.#way(options), params: { path: { id } } };
    return dataOf(this.api.POST(`${V}/executions/{id}/pause`, { ...way, body }));
  }

  resumeExecution(
    { execution_id: id, ...body }: OfExecution & Schemas['ResumeDto'],
    options: CallOptions = {},
  ): Promise<Schemas['SteeredAnswer']> {
    const way = { ...this.#way(options), params: { path: { id } } };
    return dataOf(this.api.POST(`${V}/executions/{id}/resume`, { ...way, body }));
  }

  /** Gives an execution an event, which a step waits for or will wait for. */
  signalExecution(
    { execution_id: id, ...body }: OfExecution & Schemas['SignalDto'],
    options: CallOptions = {},
  ): Promise<Schemas['DeliveredAnswer']> {
    const way = { ...this.#way(options), params: { path: { id } } };
    return dataOf(this.api.POST(`${V}/executions/{id}/signal`, { ...way, body }));
  }

  /** Answers an approval that an execution waits for, by the address of its step. */
  answerApproval(
    { execution_id: id, ...body }: OfExecution & Schemas['ApprovalDto'],
    options: CallOptions = {},
  ): Promise<Schemas['SteeredAnswer']> {
    const way = { ...this.#way(options), params: { path: { id } } };
    return dataOf(this.api.POST(`${V}/executions/{id}/approvals`, { ...way, body }));
  }

  /** An instance is an execution, in the words of the platform's guide. */
  getInstance({ instance_id: id }: OfInstance, options: CallOptions = {}): Promise<Execution> {
    return dataOf(this.api.GET(`${V}/instances/{id}`, { ...this.#way(options), params: { path: { id } } }));
  }

  /** Its entries, the first thousand of those after `since`. */
  getInstanceHistory(
    { instance_id: id, since }: OfInstance & Since,
    options: CallOptions = {},
  ): Promise<Schemas['InstanceEntry'][]> {
    const query = { limit: 1000, ...(since !== undefined && { since }) };
    const params = { path: { id }, query };
    return dataOf(this.api.GET(`${V}/instances/{id}/history`, { ...this.#way(options), params }));
  }

  pauseInstance(
    { instance_id, ...rest }: OfInstance & Schemas['ReasonDto'],
    options: CallOptions = {},
  ): Promise<Schemas['SteeredAnswer']> {
    return this.pauseExecution({ execution_id: instance_id, ...rest }, options);
  }

  resumeInstance(
    { instance_id, ...rest }: OfInstance & Schemas['ResumeDto'],
    options: CallOptions = {},
  ): Promise<Schemas['SteeredAnswer']> {
    return this.resumeExecution({ execution_id: instance_id, ...rest }, options);
  }

  /** Assigns variables of its workflow; objects are merged. */
  updateInstanceState(
    { instance_id: id, state }: OfInstance & { readonly state: Record<string, unknown> },
    options: CallOptions = {},
  ): Promise<Schemas['InstanceStateAnswer']> {
    const way = { ...this.#way(options), params: { path: { id } } };
    return dataOf(this.api.POST(`${V}/instances/{id}/state`, { ...way, body: state }));
  }

  /** Keeps a template: of a stored workflow (`workflow_id`), or of a definition, with `parameters`. */
  createTemplate(document: { readonly [name: string]: unknown }, options: CallOptions = {}): Promise<Template> {
    return dataOf(
      this.api.POST(`${V}/templates`, { ...this.#way(options), body: document, params: { header: keyed(options) } }),
    );
  }

  /** Makes a workflow of a template. `parameters` is another name of `parameter_values`. */
  instantiateTemplate(
    { template_id: id, parameters, ...body }: FromTemplate,
    options: CallOptions = {},
  ): Promise<Schemas['InstantiationAnswer']> {
    const params = { path: { id }, header: keyed(options) };
    const given = { ...body, ...(parameters && { parameter_values: parameters }) };
    return dataOf(
      this.api.POST(`${V}/templates/{id}/instantiate`, { ...this.#way(options), params, body: given }),
    ) as Promise<Schemas['InstantiationAnswer']>;
  }

  /** The same. */
  createWorkflowFromTemplate(from: FromTemplate, options: CallOptions = {}): Promise<Schemas['InstantiationAnswer']> {
    return this.instantiateTemplate(from, options);
  }

  /** Names the current place of an execution that has not ended. */
  createCheckpoint(of: Schemas['CheckpointOfDto'], options: CallOptions = {}): Promise<Checkpoint> {
    return dataOf(
      this.api.POST(`${V}/checkpoints`, { ...this.#way(options), body: of, params: { header: keyed(options) } }),
    );
  }

  /** Starts an execution that keeps what had ended at a checkpoint, and runs the rest. */
  restoreFromCheckpoint(
    { checkpoint_id: id, ...body }: { readonly checkpoint_id: string } & Schemas['RestoreOptionsDto'],
    options: CallOptions = {},
  ): Promise<Execution> {
    const params = { path: { id }, header: keyed(options) };
    return dataOf(this.api.POST(`${V}/checkpoints/{id}/restore`, { ...this.#way(options), params, body }));
  }

  /** Keeps an object of the caller beside an execution, in the place of the last; no task sees it. */
  saveState(
    state: OfExecution & { readonly state: Record<string, unknown> },
    options: CallOptions = {},
  ): Promise<SavedState> {
    return this.#call('save_state', { ...state }, options);
  }

  /** What `saveState` kept; an empty object when that was nothing. */
  loadState(
    of: OfExecution,
    options: CallOptions = {},
  ): Promise<SavedState & { readonly state: Record<string, unknown> }> {
    return this.#call('load_state', { ...of }, options);
  }

  /** Finds what would make the current version of a workflow better: each suggestion is proved. */
  suggest(
    { workflow_id: id, ...body }: { readonly workflow_id: string } & Schemas['SuggestDto'],
    options: CallOptions = {},
  ): Promise<Schemas['SuggestionsAnswer']> {
    const way = { ...this.#way(options), params: { path: { id } } };
    return dataOf(this.api.POST(`${V}/workflows/{id}/suggestions`, { ...way, body }));
  }

  /** Keeps the version that a suggestion makes; or tries it on a share of the executions first (`canary`). */
  applySuggestion(
    { suggestion_id: id, ...body }: { readonly suggestion_id: string } & Schemas['ApplySuggestionDto'],
    options: CallOptions = {},
  ): Promise<Schemas['AppliedAnswer']> {
    const way = { ...this.#way(options), params: { path: { id } } };
    return dataOf(this.api.POST(`${V}/suggestions/{id}/apply`, { ...way, body }));
  }

  /** What a workflow would do with an input; nothing runs. */
  planWorkflow(
    { workflow_id: id, ...body }: { readonly workflow_id: string } & Schemas['PlanDto'],
    options: CallOptions = {},
  ): Promise<Schemas['PlanAnswer']> {
    const way = { ...this.#way(options), params: { path: { id } } };
    return dataOf(this.api.POST(`${V}/workflows/{id}/plan`, { ...way, body }));
  }

  /** The events of an execution, from its first on unless `since` says otherwise, until it has ended. */
  monitorExecution({ execution_id: id, since = '0' }: OfExecution & Since, options: WatchOptions = {}): EventWatch {
    const at = encodeURIComponent(id);
    const paths = { websocket: `/ws/executions/${at}`, sse: `/events/executions/${at}` };
    const check = (): Promise<unknown> => this.getExecutionStatus({ execution_id: id }, options);
    return new EventWatch({ ...options, line: this.#line, scope: 'execution', paths, since, check });
  }

  /** The events of all executions that one may see, from now on unless `since` says otherwise, for ever. */
  monitorExecutions({ since = 'now' }: Since = {}, options: WatchOptions = {}): EventWatch {
    const paths = { websocket: '/ws/events', sse: '/events' };
    const way = { ...this.#way(options), params: { query: { limit: 1 } } };
    const check = (): Promise<unknown> => answerOf(this.api.GET(`${V}/executions`, way));
    return new EventWatch({ ...options, line: this.#line, scope: 'everything', paths, since, check });
  }

  /** Ends every call and every stream. */
  close(): void {
    this.#line.close();
  }

  #way(options: CallOptions): Way {
    return { fetch: (request) => this.#line.send(request, options) };
  }

  /** What the service offers by name to the platform's client in Python. */
  async #call<T>(capability: string, body: Record<string, unknown>, options: CallOptions): Promise<T> {
    const params = { path: { capability }, header: keyed(options) };
    return (await answerOf(this.api.POST('/capabilities/{capability}', { ...this.#way(options), params, body }))) as T;
  }
}

type Query<Of extends 'workflows' | 'executions'> = NonNullable<paths[`/api/v1/${Of}`]['get']['parameters']['query']>;
type Answer<Of extends 'workflows' | 'executions'> =
  paths[`/api/v1/${Of}`]['get']['responses'][200]['content']['application/json'];

type FromTemplate = Omit<Schemas['InstantiateDto'], 'dry_run'> & {
  readonly template_id: string;
  readonly parameters?: Record<string, unknown>;
};
