import type { Objection, PlacedTask } from '../ir/index.js';
import type { Pair, ScopePair } from './correspondence.js';
import { objection } from './objection.js';

/**
 * What is over as soon as it may begin comes in the order in which it is written: constructs that run nothing, what a
 * condition skips, waits for what is there already. Of two such tasks either may be first only where both are written in
 * the order of the base. When an attempt of a task begins, and how long it takes, is open anyway.
 */
export const checkWrittenOrder = ({ pairs }: ScopePair): Objection | undefined => {
  // The pairs stand in the order of the candidate.
  let last: Pair | undefined;
  for (const pair of pairs) {
    if (!mayTakeNoTime(pair.base)) continue;
    if (last && last.base.index > pair.base.index)
      return objection('written_order', last.candidate.path, pair.candidate.path);
    last = pair;
  }
  return undefined;
};

const mayTakeNoTime = ({ task }: PlacedTask): boolean => task.work.is !== 'task' || task.when !== undefined;
