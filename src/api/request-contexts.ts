import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { answerHeaders, contextOfHeaders, inContext, type RequestContext } from '../tekton/utilities/context/index.js';

/** Tells of a conversation whether it is there. */
export type HasConversation = (id: string) => boolean;

/** Gives the answer the headers of a request's context: also to what Fastify refuses before it has looked for a route. */
export const withContext = (
  request: FastifyRequest,
  reply: FastifyReply,
  hasContext?: HasConversation,
): RequestContext => {
  const context = contextOfHeaders(request.headers, hasContext && { hasContext });
  void reply.headers(answerHeaders(context));
  return context;
};

/** Everything that is done for a request is done in its context, and its answer says which that is. */
export const carryContexts = (fastify: FastifyInstance, hasContext: HasConversation): void => {
  const contexts = new WeakMap<FastifyRequest, RequestContext>();
  fastify.addHook('onRequest', (request, reply, done) => {
    const context = withContext(request, reply, hasContext);
    contexts.set(request, context);
    inContext(context, done);
  });
  // The body comes by events of the socket, which belong to no request.
  fastify.addHook('preValidation', (request, _reply, done) => {
    const context = contexts.get(request);
    if (context) inContext(context, done);
    else done();
  });
};
