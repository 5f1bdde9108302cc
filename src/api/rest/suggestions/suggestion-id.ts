import { HarmoniaError } from '../../../kernel/index.js';

/** Throws `suggestion_not_found` for what can be no id. */
export const suggestionIdOf = (text: string): string => {
  if (/^[0-9a-f]{64}$/.test(text)) return text;
  throw new HarmoniaError('suggestion_not_found', { id: text });
};
