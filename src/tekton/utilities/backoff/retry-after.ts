import type { Millis } from '../../../kernel/index.js';

/** ms that `Retry-After` asks for, in seconds or as a date; 0 when it says nothing. */
export const retryAfter = (text: string | undefined, now: number): Millis => {
  if (text === undefined) return 0;
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1000;
  const date = Date.parse(text);
  return Number.isFinite(date) ? Math.max(0, date - now) : 0;
};
