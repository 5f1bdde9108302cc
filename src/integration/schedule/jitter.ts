import { contentHash, type Instant, type Millis } from '../../kernel/index.js';

const SECOND = 1000;
const HEX_DIGITS = 12;

/** By how much a tick is put off: from 0 to `seconds`, the same whenever it is asked for. */
export const jitterOf = (schedule: string, tick: Instant, seconds: number): Millis => {
  if (seconds === 0) return 0;
  const drawn = Number.parseInt(contentHash(`${schedule} ${tick}`).slice(0, HEX_DIGITS), 16);
  return drawn % (seconds * SECOND + 1);
};
