import { randomUUID } from 'node:crypto';
import { traceContextOf, traceHeaders } from '../../../kernel/index.js';
import { currentContext, type RequestContext } from './request-context.js';

/** The headers of the platform that carry a context from component to component. */
export const CONTEXT_HEADERS = { request: 'x-request-id', context: 'x-context-id', user: 'x-user-id' } as const;

type Headers = Readonly<Record<string, string | readonly string[] | undefined>>;

/** What may stand in a log, a header and a URL without harm. */
const SANE = /^[\w.:@+~-]{1,128}$/;

const saneHeader = (headers: Headers, name: string): string | undefined => {
  const value = headers[name];
  return typeof value === 'string' && SANE.test(value) ? value : undefined;
};

/** What is asked of headers beside the headers themselves. */
export interface ContextSource {
  /** Whether there is a conversation with that id. Default: there is none. */
  readonly hasContext?: (id: string) => boolean;
  /** Default: a random UUID. */
  readonly newId?: () => string;
}

/**
 * The context of a request. An `X-Request-ID` is taken when it has 1 to 128 letters, digits or any of `_.:@+~-`; another
 * one, or none, is replaced by a new id. Names of headers are in lower case, as Node has them.
 */
export const contextOfHeaders = (headers: Headers, source: ContextSource = {}): RequestContext => {
  const { hasContext = () => false, newId = randomUUID } = source;
  const asked = saneHeader(headers, CONTEXT_HEADERS.context);
  return {
    requestId: saneHeader(headers, CONTEXT_HEADERS.request) ?? newId(),
    userId: saneHeader(headers, CONTEXT_HEADERS.user),
    conversationId: asked !== undefined && hasContext(asked) ? asked : undefined,
    trace: traceContextOf(headers),
  };
};

/** What the answer to a request says of its context: the request id always, the conversation if there is one. */
export const answerHeaders = ({ requestId, conversationId }: RequestContext): Record<string, string> => ({
  [CONTEXT_HEADERS.request]: requestId,
  ...(conversationId !== undefined && { [CONTEXT_HEADERS.context]: conversationId }),
});

/** What a call to another component hands on. Outside of any context: nothing. */
export const outgoingHeaders = (context = currentContext()): Record<string, string> => {
  if (context === undefined) return {};
  const { userId, trace } = context;
  return {
    ...answerHeaders(context),
    ...(userId !== undefined && { [CONTEXT_HEADERS.user]: userId }),
    ...(trace && traceHeaders(trace)),
  };
};
