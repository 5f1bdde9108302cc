import type { IncomingMessage } from 'node:http';
import type { FastifyInstance } from 'fastify';
import { HarmoniaError } from '../../kernel/index.js';
import { hasBody } from '../hook-bodies.js';
import { quotaHeaders, rateLimitExceeded, type Admission } from './admission.js';
import { headersTooLarge } from './guarded-server.js';
import { MAX_HEADERS, MAX_URL } from './http-limits.js';
import { requestClass } from './request-class.js';

/** Throws what is wrong with the head of a request, whatever it asks for. */
export const checkHead = ({ url = '', rawHeaders, headers, httpVersion }: IncomingMessage): void => {
  if (url.length > MAX_URL) throw new HarmoniaError('uri_too_long', { limit: MAX_URL });
  if (rawHeaders.length > 2 * MAX_HEADERS) throw headersTooLarge();
  if (headers.host === undefined && httpVersion === '1.1')
    throw new HarmoniaError('invalid_request', { reason: 'it has no Host header' });
};

/** Looks at every request before its body is read, and tells each client how it stands. */
export const limitRequests = (fastify: FastifyInstance, admission: Admission): void => {
  fastify.addHook('onRequest', async (request, reply) => {
    // What is left of a refused body is not read.
    const refuse = (error: HarmoniaError): never => {
      if (hasBody(request)) void reply.header('connection', 'close');
      throw error;
    };
    try {
      checkHead(request.raw);
    } catch (error) {
      refuse(error as HarmoniaError);
    }
    const kind = requestClass(request.method, request.routeOptions.url);
    if (kind === undefined) return;
    const quota = await admission.ask(request.raw, kind);
    if (!quota) return;
    void reply.headers(quotaHeaders(quota));
    if (quota.isOver) refuse(rateLimitExceeded(quota));
  });
  fastify.addHook('onResponse', async (request, reply) => {
    if (reply.statusCode !== 401 || requestClass(request.method, request.routeOptions.url) === 'hooks') return;
    await admission.loginFailed(request.raw);
  });
};
