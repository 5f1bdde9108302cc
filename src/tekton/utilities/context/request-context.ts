import { AsyncLocalStorage } from 'node:async_hooks';
import type { TraceContext } from '../../../kernel/index.js';

/** On whose behalf something happens: everything that is awaited inside has it, without its being handed on. */
export interface RequestContext {
  /** The correlation id: `X-Request-ID` of the request, or one that was made. */
  readonly requestId: string;
  /** Who asks, as the caller says it: `X-User-ID`. It proves nothing. */
  readonly userId?: string | undefined;
  /** The conversation that it belongs to: `X-Context-ID`, when there is such a context. */
  readonly conversationId?: string | undefined;
  /** The execution of a workflow, and in it the task, that work is done for. */
  readonly executionId?: string | undefined;
  readonly task?: string | undefined;
  /** Where it stands in a trace: `traceparent` and `tracestate` of the request, or the span of the task. */
  readonly trace?: TraceContext | undefined;
}

const contexts = new AsyncLocalStorage<RequestContext | undefined>();

/** The context that this code runs in; undefined: nobody asked for it. */
export const currentContext = (): RequestContext | undefined => contexts.getStore();

/**
 * Does work in a context. It takes the place of the one around it, and covers all that the work awaits or sets off.
 * Undefined: the work is nobody's, such as what goes on long after the request that began it.
 */
export const inContext = <T>(context: RequestContext | undefined, work: () => T): T => contexts.run(context, work);
