import { contentHash, type Uuid } from '../kernel/index.js';
import type { Canary } from './ports/index.js';

/** Hex digits of a hash that make a share, and how many numbers they can be. */
const DIGITS = 12;
const NUMBERS = 16 ** DIGITS;

/**
 * Whether an execution is of the share that runs the candidate. It depends on the two ids alone: whoever starts the
 * execution, and however often, it is the same.
 */
export const isDrawn = ({ id, share }: Pick<Canary, 'id' | 'share'>, execution: Uuid): boolean =>
  parseInt(contentHash(`${id} ${execution}`).slice(0, DIGITS), 16) / NUMBERS < share;
