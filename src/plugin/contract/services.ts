import type { Json, JsonObject } from '../../kernel/index.js';
import type { AbortSignalLike } from './abort-signal.js';

/** A call of one action of a component. */
export interface ComponentCall {
  readonly component: string;
  readonly action: string;
  readonly params: JsonObject;
  /** Travels beside the params: execution, address, attempt, idempotency key. */
  readonly context: JsonObject;
  readonly signal: AbortSignalLike;
}

/** Calls the actions of Tekton components. Failures are thrown as `TaskFailure`. */
export interface ComponentService {
  call(call: ComponentCall): Promise<Json>;
}

/** An execution to be started. */
export interface WorkflowStart {
  /** Id or name of the workflow. */
  readonly workflow: string;
  /** A version, or a range of them. Absent: the current one. */
  readonly version?: string;
  /** Default: `{}`. Must fit the input schema of the workflow. */
  readonly input?: Json;
  readonly metadata?: JsonObject;
  /** Makes the request safe to repeat: started again with the same key, the first execution is answered. 200 characters at most. */
  readonly key: string;
}

/** Something that happened. */
export interface WorkflowEvent {
  /** A UUID that makes it safe to repeat: an execution takes an event of one id once. Absent: a new one. */
  readonly id?: string;
  readonly name: string;
  readonly payload: Json;
}

/** Works with the executions of this Harmonia. What is asked is durable when its promise fulfils. A refusal
 * has a `code` (`workflow_not_found`, `schema_mismatch`, …) and, when the task passes it on, fails the attempt with it. */
export interface WorkflowService {
  start(request: WorkflowStart): Promise<{ readonly execution: string }>;
  /** Gives an event to every open execution that can wait for one, or to those of one workflow (id or name); answers which. */
  publish(event: WorkflowEvent, workflow?: string): Promise<readonly string[]>;
  /** Gives an event to one execution. */
  signal(execution: string, event: WorkflowEvent): Promise<void>;
  /** Assigns variables (`state`) of an execution. */
  setState(execution: string, values: JsonObject): Promise<void>;
}

/** Words for a model. */
export interface LlmRequest {
  readonly prompt: string;
  readonly system?: string;
  /** Default: the one that the service is configured with. */
  readonly model?: string;
  readonly temperature?: number;
  readonly maxTokens?: number;
  /** JSON Schema of the answer; `output` is then the value that fits it. */
  readonly schema?: JsonObject;
  readonly signal: AbortSignalLike;
}

/** What the model said. */
export interface LlmAnswer {
  readonly text: string;
  readonly output?: Json;
  readonly model: string;
  readonly usage?: { readonly inputTokens: number; readonly outputTokens: number };
}

/** Asks a language model. Failures are thrown as `TaskFailure`; without a model they have the code `llm_unavailable`. */
export interface LlmService {
  generate(request: LlmRequest): Promise<LlmAnswer>;
}

/** What the platform offers to tasks. A plugin gets those that its manifest names; the others are absent. */
export interface TaskServices {
  readonly components?: ComponentService;
  readonly workflows?: WorkflowService;
  readonly llm?: LlmService;
}

export type ServiceName = keyof TaskServices;

/** The platform services that there are. */
export const SERVICE_NAMES: readonly ServiceName[] = ['components', 'workflows', 'llm'];
