import { traceContextOf, type TraceContext } from '../../../kernel/index.js';
import { contextOfHeaders, currentContext, inContext } from '../../../tekton/utilities/context/index.js';

type Meta = Readonly<Record<string, unknown>>;

const traceOf = ({ traceparent, tracestate }: Meta): TraceContext | undefined =>
  traceContextOf({
    ...(typeof traceparent === 'string' && { traceparent }),
    ...(typeof tracestate === 'string' && { tracestate }),
  });

/**
 * Does what a request asks for as part of the trace that its `_meta` names by `traceparent` and `tracestate`: those keys
 * are reserved for W3C Trace Context by the Model Context Protocol (SEP-414). Headers of HTTP, which pipes do not have, may
 * be those of whatever stands between, and count only where `_meta` says nothing.
 */
export const inTraceOfCall = <T>(meta: Meta | undefined, work: () => T): T => {
  const trace = meta && traceOf(meta);
  return trace ? inContext({ ...(currentContext() ?? contextOfHeaders({})), trace }, work) : work();
};
