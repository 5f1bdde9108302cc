import type { PlacedScope } from '../ir/index.js';
import { addSums, BLOCKS, CARRIES, endsOf, NEUTRAL, runs, sumsOf, type Ends, type Worlds } from './outcomes.js';

/** What a step waits for in two versions of its scope, by index. */
export interface ChangedNeeds {
  /** In both. */
  readonly kept: readonly number[];
  readonly dropped: readonly number[];
  readonly added: readonly number[];
}

/**
 * Whether `join: all` decides alike with the old predecessors and with the new ones, however they end. How one of those
 * that differ ends is fixed first, since what lies between it and the others makes their ends depend on each other.
 */
export const joinsAlike = ({ kept, dropped, added }: ChangedNeeds, home: PlacedScope, worlds: Worlds): boolean => {
  const pivot = dropped[0] ?? added[0];
  if (pivot === undefined) return true;
  for (const given of [CARRIES, NEUTRAL, BLOCKS]) {
    const ends = endsOf(home, worlds, { index: pivot, ends: given });
    if (ends[pivot] === 0) continue;
    const sums = (indices: readonly number[]): number[] => [...sumsOf(indices.map((index) => ends[index] as Ends))];
    for (const same of sums(kept))
      for (const before of sums(dropped))
        for (const after of sums(added)) {
          if (runs(addSums(same, before)) !== runs(addSums(same, after))) return false;
        }
  }
  return true;
};
