import { getRandomValues } from 'node:crypto';
import { v7 } from 'uuid';
import type { Uuid } from './kernel/index.js';

const BYTES = 16;
/** Random bytes that are drawn at once: a draw takes 4 µs, whatever its length. */
const pool = new Uint8Array(256 * BYTES);
let drawn = pool.length;
let msecs = 0;
let seq = 0;

/** A fresh UUIDv7 (RFC 9562). Those of one process ascend in the order of their making: an index likes that. */
export const newId = (): Uuid => {
  if (drawn === pool.length) {
    getRandomValues(pool);
    drawn = 0;
  }
  const random = pool.subarray(drawn, (drawn += BYTES));
  const now = Date.now();
  if (now > msecs) {
    msecs = now;
    seq = ((random[6] as number) << 16) | ((random[7] as number) << 8) | (random[8] as number);
  } else seq += 1;
  return v7({ random, msecs, seq });
};
