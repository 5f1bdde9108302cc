/** On whose behalf something happens, and the headers that carry it on. */
export { currentContext, inContext, type RequestContext } from './request-context.js';
export {
  answerHeaders,
  CONTEXT_HEADERS,
  contextOfHeaders,
  outgoingHeaders,
  type ContextSource,
} from './context-headers.js';
