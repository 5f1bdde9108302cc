import { HarmoniaError, type Fault } from '../../kernel/index.js';

/** The refusal of a body, with every fault of it. */
export const refusalOf = (subject: string, faults: readonly Fault[]): HarmoniaError =>
  new HarmoniaError('validation_error', { subject, count: faults.length }, { faults });

/** Throws `validation_error` when there are faults. */
export const mustHaveNone = (subject: string, faults: readonly Fault[]): void => {
  if (faults.length > 0) throw refusalOf(subject, faults);
};
