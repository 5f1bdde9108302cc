import { HarmoniaError } from '../../../kernel/index.js';

export const CONFIRM =
  'true: a person has agreed to exactly this. Without it nothing happens, and the answer says what would.';

/** Throws `unconfirmed` unless it is. */
export const mustBeConfirmed = (confirm: boolean | undefined, what: string): void => {
  if (confirm !== true) throw new HarmoniaError('unconfirmed', { what });
};
