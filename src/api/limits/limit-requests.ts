import type { IncomingMessage } from 'node:http';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { HarmoniaError } from '../../kernel/index.js';
import { hasBody } from '../hook-bodies.js';
import { quotaHeaders, rateLimitExceeded, type Admission } from './admission.js';
import { headersTooLarge } from './guarded-server.js';
import { MAX_HEADERS, MAX_URL } from './http-limits.js';
import { requestClass } from './request-class.js';

const faultOf = ({ url = '', rawHeaders, headers, httpVersion }: IncomingMessage): HarmoniaError | undefined => {
  if (url.length > MAX_URL) return new HarmoniaError('uri_too_long', { limit: MAX_URL });
  if (rawHeaders.length > 2 * MAX_HEADERS) return headersTooLarge();
  if (headers.host === undefined && httpVersion === '1.1')
    return new HarmoniaError('invalid_request', { reason: 'it has no Host header' });
  return undefined;
};

/** Throws what is wrong with the head of a request, whatever it asks for. */
export const checkHead = (request: IncomingMessage): void => {
  const error = faultOf(request);
  if (error) throw error;
};

/** What is left of a refused body is not read. */
const refused = (request: FastifyRequest, reply: FastifyReply, error: HarmoniaError): HarmoniaError => {
  if (hasBody(request)) void reply.header('connection', 'close');
  return error;
};

/** Looks at the head of every request before anybody else does. */
export const checkHeads = (fastify: FastifyInstance): void => {
  fastify.addHook('onRequest', (request, reply, done) => {
    const error = faultOf(request.raw);
    done(error && refused(request, reply, error));
  });
};

/** Counts every request once it is known who sends it, and before its body is read; tells each client how it stands. */
export const limitRequests = (fastify: FastifyInstance, admission: Admission): void => {
  fastify.addHook('preParsing', async (request, reply, body) => {
    const kind = requestClass(request.method, request.routeOptions.url);
    const quota = kind && (await admission.count(request.raw, { kind, caller: request.caller }));
    if (!quota) return body;
    void reply.headers(quotaHeaders(quota));
    if (quota.isOver) throw refused(request, reply, rateLimitExceeded(quota));
    return body;
  });
};
