import type { Json, JsonObject } from '../../kernel/index.js';
import type { AbortSignalLike } from './abort-signal.js';

/** A call of one action of a component. */
export interface ComponentCall {
  /** Name of the component: `rhetor`. */
  readonly component: string;
  /** Name of the action: `generate_text`. */
  readonly action: string;
  /** What the action takes. */
  readonly params: JsonObject;
  /** Travels beside the params: execution, address, attempt, idempotency key. */
  readonly context: JsonObject;
  /** Ends the call. */
  readonly signal: AbortSignalLike;
}

/** Calls the actions of Tekton components. Failures are thrown as `TaskFailure`. */
export interface ComponentService {
  /** Fulfils with the result of the action. */
  call(call: ComponentCall): Promise<Json>;
}

/** Limits of what an execution may use; reaching one pauses it. Absent: as much as it likes. */
export interface WorkflowBudget {
  /** Input and output of language models together; whole, from 1. */
  readonly tokens?: number;
  /** Of language models, and whatever else tasks count as a call; whole, from 1. */
  readonly calls?: number;
  /** Money by currency (ISO 4217), 0.000001 to 1,000,000. */
  readonly cost?: Readonly<Record<string, number>>;
  /** Time in which it is not paused, 0.001 to a year. */
  readonly seconds?: number;
}

/** An execution to be started. */
export interface WorkflowStart {
  /** Id or name of the workflow. */
  readonly workflow: string;
  /** A version, or a range of them. Absent: the current one. */
  readonly version?: string;
  /** Default: `{}`. Must fit the input schema of the workflow. */
  readonly input?: Json;
  /** What the execution may use, beside the budget of its workflow: of each limit, the tighter holds. Default: no limit more. */
  readonly budget?: WorkflowBudget;
  /** Kept with the execution. Default: none. */
  readonly metadata?: JsonObject;
  /** Makes the request safe to repeat: started again with the same key, the first execution is answered. 200 characters at most. */
  readonly key: string;
}

/** Something that happened. */
export interface WorkflowEvent {
  /** A UUID that makes it safe to repeat: an execution takes an event of one id once. Absent: a new one. */
  readonly id?: string;
  /** What steps wait for: `order.paid`. */
  readonly name: string;
  /** What the event says; the output of the steps that waited for it. */
  readonly payload: Json;
}

/** Works with the executions of this Harmonia. What is asked is durable when its promise fulfils. A refusal
 * has a `code` (`workflow_not_found`, `schema_mismatch`, …) and, when the task passes it on, fails the attempt with it. */
export interface WorkflowService {
  /** Starts an execution; answers its id. */
  start(request: WorkflowStart): Promise<{ readonly execution: string }>;
  /** Gives an event to every open execution that can wait for one, or to those of one workflow (id or name); answers which. */
  publish(event: WorkflowEvent, workflow?: string): Promise<readonly string[]>;
  /** Gives an event to one execution. */
  signal(execution: string, event: WorkflowEvent): Promise<void>;
  /** Assigns variables (`state`) of an execution. */
  setState(execution: string, values: JsonObject): Promise<void>;
}

/** An amount of money. */
export interface Cost {
  /** 0 to 1,000,000; billionths count. */
  readonly amount: number;
  /** ISO 4217: `USD`. */
  readonly currency: string;
}

/** Something that an attempt has used. Absent: nothing, or nobody knows. */
export interface UsageReport {
  /** Tokens of language models. */
  readonly tokens?: { readonly input?: number; readonly output?: number };
  /** What it cost. Calls without it are counted as calls without a price; they are not free. */
  readonly cost?: Cost | null;
  /** Calls of language models, or of whatever else is worth a bound. Default 0. */
  readonly calls?: number;
}

/** Words for a model. */
export interface LlmRequest {
  /** What the model is asked. */
  readonly prompt: string;
  /** Who it is, and how it should answer. Default: nothing is said. */
  readonly system?: string;
  /** Default: the one that the service is configured with. */
  readonly model?: string;
  /** 0..2. Default: as the model has it. */
  readonly temperature?: number;
  /** Tokens of the answer. Default: as the model has it. */
  readonly maxTokens?: number;
  /** JSON Schema of the answer; `output` is then the value that fits it. */
  readonly schema?: JsonObject;
  /** Ends the request. */
  readonly signal: AbortSignalLike;
}

/** What the model said. */
export interface LlmAnswer {
  /** The answer as it came. */
  readonly text: string;
  /** The value that fits `schema`; absent without one. */
  readonly output?: Json;
  /** The model that answered. */
  readonly model: string;
  /** Tokens that it took: of all calls that were made for it, as far as the provider says. */
  readonly usage?: { readonly inputTokens: number; readonly outputTokens: number };
  /** What all of them cost. Absent or null: nobody knows. */
  readonly cost?: Cost | null;
}

/** Asks a language model. Each call is booked as usage of the attempt by itself. Failures are thrown as `TaskFailure`; without a model they have the code `llm_unavailable`. */
export interface LlmService {
  /** Fulfils with the whole answer. */
  generate(request: LlmRequest): Promise<LlmAnswer>;
}

/** What the platform offers to tasks. A plugin gets those that its manifest names; the others are absent. */
export interface TaskServices {
  /** Calls actions of other Tekton components. */
  readonly components?: ComponentService;
  /** Works with executions of this Harmonia. */
  readonly workflows?: WorkflowService;
  /** Asks a language model. */
  readonly llm?: LlmService;
}

/** The name of a platform service, as a manifest asks for it. */
export type ServiceName = keyof TaskServices;

/** The platform services that there are. */
export const SERVICE_NAMES: readonly ServiceName[] = ['components', 'workflows', 'llm'];
