import type { Failure } from '../../engine/core/index.js';
import { TaskFailure } from '../contract/index.js';
import { failureOf } from '../host/failure-of.js';
import { maskingOf } from '../host/masking.js';
import { LONGEST_TEXT } from './wire.js';

/** The host masks what it reads, before it cuts it shorter than this. */
const NO_MASKING = maskingOf([]);

/** What was thrown, as it travels. */
export const failureToWire = (thrown: unknown): Failure => {
  const failure = failureOf(thrown, NO_MASKING);
  return { ...failure, message: failure.message.slice(0, LONGEST_TEXT) };
};

/** What travelled, to be thrown again. */
export const failureFromWire = ({ kind, code, message, details, retry_after: retryAfter }: Failure): TaskFailure =>
  new TaskFailure({ kind: kind === 'fatal' ? 'fatal' : 'transient', code, message, details, retryAfter });
