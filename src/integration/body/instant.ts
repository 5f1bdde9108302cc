import type { Instant } from '../../kernel/index.js';

/** Years that a time may be of: what zones say of earlier ones differs, and later ones have five digits. */
const EARLIEST = Date.UTC(1970, 0, 1);
const LATEST = Date.UTC(9999, 11, 31);
const ISO = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d)$/;

const isoOf = (value: unknown): Instant | undefined => {
  if (typeof value !== 'string' || !ISO.test(value)) return undefined;
  const time = Date.parse(value);
  return Number.isNaN(time) ? undefined : time;
};

/** The moment that a text names; undefined when it names none, or leaves open of which zone. */
export const instantOf = (value: unknown): Instant | undefined => {
  const time = typeof value === 'number' && Number.isInteger(value) ? value : isoOf(value);
  return time !== undefined && time >= EARLIEST && time <= LATEST ? time : undefined;
};
