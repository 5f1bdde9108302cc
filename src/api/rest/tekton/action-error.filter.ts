import { Catch, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { HarmoniaError } from '../../../kernel/index.js';
import { errorBody } from '../error/error-body.js';
import { ErrorFilter } from '../error/error-filter.js';

/** Statuses below 500 that may go away by themselves. */
const PASSING: ReadonlySet<number> = new Set([408, 425, 429]);

/**
 * Errors of actions in the platform's result protocol as well: who orchestrates Harmonia reads `is_retriable` there. An action
 * that there is none of is no report of one: the caller looks for it elsewhere.
 */
@Catch(HarmoniaError)
export class ActionErrorFilter implements ExceptionFilter<HarmoniaError> {
  private readonly others = new ErrorFilter();

  catch(error: HarmoniaError, host: ArgumentsHost): void {
    if (error.code === 'action_not_found') return this.others.catch(error, host);
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    if (error.status === 503) void reply.header('retry-after', '1');
    void reply.status(error.status).send({
      ...errorBody(error),
      status: 'error',
      success: false,
      error_message: error.message,
      error_type: error.code,
      is_retriable: error.status >= 500 || PASSING.has(error.status),
    });
  }
}
