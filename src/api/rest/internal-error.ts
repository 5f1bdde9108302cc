import { Logger } from '@nestjs/common';
import { v7 as newId } from 'uuid';
import { HarmoniaError } from '../../kernel/index.js';

const logger = new Logger('Api');

/** What clients are told of an error that nobody expected: a reference under which the log has all of it, and nothing else. */
export const internalError = (error: unknown): HarmoniaError => {
  const reference = newId();
  logger.error(`${reference}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  return new HarmoniaError('internal_error', { reference });
};
