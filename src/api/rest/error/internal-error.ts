import { Logger } from '@nestjs/common';
import { v7 as newId } from 'uuid';
import { HarmoniaError } from '../../../kernel/index.js';

const api = new Logger('Api');

/** What clients are told of an error that nobody expected: a reference under which the log has all of it, and nothing else. */
export const internalError = (error: unknown, logger: Logger = api): HarmoniaError => {
  const reference = newId();
  const { message, stack } = error instanceof Error ? error : { message: String(error) };
  logger.error(`${reference}: ${message}`, stack);
  return new HarmoniaError('internal_error', { reference });
};
