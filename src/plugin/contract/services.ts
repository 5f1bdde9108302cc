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

/** What the platform offers to tasks. A plugin gets those that its manifest names; the others are absent. */
export interface TaskServices {
  readonly components?: ComponentService;
}

export type ServiceName = keyof TaskServices;
