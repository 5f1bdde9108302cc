import { HarmoniaError, messageOf } from '../../kernel/index.js';
import type { Failure } from '../../engine/core/index.js';
import { isTaskFailure, type TaskFailure } from '../contract/index.js';
import type { Masking } from './masking.js';
import { checkOutput } from './output.js';

/** Bytes of details; larger ones are left out. */
const MAX_DETAILS = 64 * 1024;

/** Characters of a code. */
const LONGEST_CODE = 100;
/** ms: a year. What a task asks for beyond is no time that anybody will see. */
const LONGEST_WAIT = 31_536_000_000;

/** What was thrown may be anything, an object without a prototype or with a hostile getter included. */
export const reasonOf = (thrown: unknown): string => {
  try {
    const { message } = (thrown ?? {}) as { message?: unknown };
    return typeof message === 'string' && message !== '' ? message : String(thrown);
  } catch {
    return 'something that cannot be read';
  }
};

const threw = (thrown: unknown, { text }: Masking): Failure => {
  const message = messageOf('task_threw', { reason: text(reasonOf(thrown)) });
  return { kind: 'transient', code: 'task_threw', message };
};

const intended = (failure: TaskFailure, { text }: Masking): Failure => {
  const { kind, code, details, retryAfter } = failure;
  const checked = details === undefined ? undefined : checkOutput(details, MAX_DETAILS);
  const isUsable = kind === 'transient' && typeof retryAfter === 'number' && Number.isFinite(retryAfter);
  return {
    kind: kind === 'fatal' ? 'fatal' : 'transient',
    code: text(String(code)).slice(0, LONGEST_CODE) || 'task_failed',
    message: reasonOf(failure),
    ...(checked?.is === 'json' && { details: checked.output }),
    ...(isUsable && { retry_after: Math.min(Math.max(0, retryAfter), LONGEST_WAIT) }),
  };
};

const TOO_MANY_REQUESTS = 429;

/** A platform service refused: what is the fault of the one who asked does not go away. */
const refusedBy = ({ code, params, status }: HarmoniaError, masking: Masking): Failure => {
  const kind = status < 500 && status !== TOO_MANY_REQUESTS ? 'fatal' : 'transient';
  return { kind, code, message: messageOf(code, masking.json(params)) };
};

/**
 * A failure that was thrown on purpose says what it is; anything else may go away by itself. No stack leaves the process.
 * What is cut is masked before: half a secret would not be recognised.
 */
export const failureOf = (thrown: unknown, masking: Masking): Failure => {
  try {
    if (thrown instanceof HarmoniaError) return refusedBy(thrown, masking);
    return isTaskFailure(thrown) ? intended(thrown, masking) : threw(thrown, masking);
  } catch {
    return threw(thrown, masking);
  }
};
