import type { PlacedScope } from '../ir/index.js';
import {
  addSums,
  BLOCKS,
  CARRIES,
  endsGiven,
  endsOf,
  NEUTRAL,
  runs,
  sumsOf,
  type Ends,
  type Worlds,
} from './outcomes.js';

/** What a step waits for in two versions of its scope, by index. */
export interface ChangedNeeds {
  /** In both. */
  readonly kept: readonly number[];
  readonly dropped: readonly number[];
  readonly added: readonly number[];
}

/**
 * Whether `join: all` decides alike with the old predecessors and with the new ones, however they end. What lies between
 * them makes their ends depend on each other; so when not all that they could do together is alike, the end of one of those
 * that differ is fixed.
 */
export const joinsAlike = (change: ChangedNeeds, home: PlacedScope, worlds: Worlds): boolean => {
  const index = change.dropped[0] ?? change.added[0];
  if (index === undefined || alikeWith(change, endsOf(home, worlds))) return true;
  return [CARRIES, NEUTRAL, BLOCKS].every((ends) => {
    const given = endsGiven(home, worlds, { index, ends });
    return given[index] === 0 || alikeWith(change, given);
  });
};

const alikeWith = ({ kept, dropped, added }: ChangedNeeds, ends: readonly Ends[]): boolean => {
  const sums = (indices: readonly number[]): number[] => [...sumsOf(indices.map((index) => ends[index] as Ends))];
  const [before, after] = [sums(dropped), sums(added)];
  return sums(kept).every((same) =>
    before.every((old) => after.every((now) => runs(addSums(same, old)) === runs(addSums(same, now)))),
  );
};
