import { HarmoniaError, messageOf } from '../../kernel/index.js';
import { isTaskFailure } from '../../plugin/contract/index.js';
import type { DeliveryFailure } from '../ports/index.js';

const LONGEST_MESSAGE = 4000;
const LONGEST_CODE = 100;

/** What was thrown may be anything, an object with a hostile getter included. */
const reasonOf = (thrown: unknown): string => {
  const { message } = (thrown ?? {}) as { message?: unknown };
  return typeof message === 'string' && message !== '' ? message : String(thrown);
};

const wordsOf = (thrown: unknown): DeliveryFailure => {
  try {
    if (thrown instanceof HarmoniaError) return { code: thrown.code, message: thrown.message };
    if (isTaskFailure(thrown)) return { code: String(thrown.code), message: reasonOf(thrown) };
    return { code: 'trigger_failed', message: messageOf('trigger_failed', { reason: reasonOf(thrown) }) };
  } catch {
    const reason = 'something that cannot be read';
    return { code: 'trigger_failed', message: messageOf('trigger_failed', { reason }) };
  }
};

/** What may be told of why a trigger failed. Masked before it is cut: half a secret would not be recognised. */
export const failureOfRun = (thrown: unknown, mask: (text: string) => string): DeliveryFailure => {
  const { code, message } = wordsOf(thrown);
  return { code: mask(code).slice(0, LONGEST_CODE), message: mask(message).slice(0, LONGEST_MESSAGE) };
};
