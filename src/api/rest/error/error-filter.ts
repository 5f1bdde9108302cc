import { Catch, HttpException, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { HarmoniaError } from '../../../kernel/index.js';
import { MAX_URL } from '../../limits/http-limits.js';
import { inContext } from '../../../tekton/utilities/context/index.js';
import { isTektonError } from '../../../tekton/utilities/errors/index.js';
import { withContext } from '../../request-contexts.js';
import { errorBody } from './error-body.js';
import { internalError } from './internal-error.js';
import { ofPlatform } from './platform-error.js';

interface FastifyFailure {
  readonly code?: string;
  readonly statusCode?: number;
  readonly message?: string;
}

const TO_CREDENTIALS = /^\/api\/(v1\/)?(credentials\/|components(\/[^/?]+)?(\?|$))/;

/** What a parser says of a body quotes it. */
const withoutSecrets = (error: HarmoniaError, { url }: Pick<FastifyRequest, 'url'>): HarmoniaError =>
  error.code === 'invalid_request' && TO_CREDENTIALS.test(url)
    ? new HarmoniaError('invalid_request', { reason: 'the body is no well-formed JSON or YAML, or not called so' })
    : error;

/** Turns whatever went wrong into a `HarmoniaError`; undefined when it is nobody's fault but ours. */
export const asHarmoniaError = (
  error: unknown,
  request: Pick<FastifyRequest, 'method' | 'url'>,
): HarmoniaError | undefined => {
  if (error instanceof HarmoniaError) return withoutSecrets(error, request);
  if (isTektonError(error)) return ofPlatform(error);
  const { code, message } = error as FastifyFailure;
  const status = error instanceof HttpException ? error.getStatus() : (error as FastifyFailure).statusCode;
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE' || status === 413) {
    return new HarmoniaError('payload_too_large', {
      subject: 'The body',
      size: 'too many',
      limit: 'HARMONIA_MAX_BODY_BYTES',
      setting: 'it',
    });
  }
  if (status === 404)
    return new HarmoniaError('route_not_found', { method: request.method, path: request.url.slice(0, 200) });
  if (status !== undefined && status >= 400 && status < 500)
    return withoutSecrets(new HarmoniaError('invalid_request', { reason: message ?? 'bad request' }), request);
  return undefined;
};

/** What Fastify refuses before any route is looked for, a malformed URL for one, gets the one shape too. */
export const answerFrameworkError = (error: unknown, request: FastifyRequest, reply: FastifyReply): void => {
  const known = asHarmoniaError(error, request) ?? new HarmoniaError('invalid_request', { reason: 'bad request' });
  const answer = request.url.length > MAX_URL ? new HarmoniaError('uri_too_long', { limit: MAX_URL }) : known;
  const send = (): void =>
    void reply
      .status(answer.status)
      .type('application/json; charset=utf-8')
      .header('x-content-type-options', 'nosniff')
      .send(errorBody(answer));
  inContext(withContext(request, reply), send);
};

/** Gives every error the one shape. What is not expected is logged under a reference; nothing of it goes out. */
@Catch()
export class ErrorFilter implements ExceptionFilter {
  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const reply = http.getResponse<FastifyReply>();
    const known = asHarmoniaError(error, http.getRequest<FastifyRequest>());
    const answer = known ?? internalError(error);
    if (reply.sent) return;
    if (answer.status === 503) void reply.header('retry-after', '1');
    // What is left of the body is not read.
    if (answer.status === 413) void reply.header('connection', 'close');
    if (answer.code === 'hook_method') void reply.header('allow', answer.params.allowed);
    void reply.status(answer.status).type('application/json; charset=utf-8').send(errorBody(answer));
  }
}
