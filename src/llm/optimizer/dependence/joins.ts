import type { PlacedScope } from '../ir/index.js';
import {
  BLOCKS,
  CARRIES,
  endsGiven,
  endsOf,
  NEUTRAL,
  runAlike,
  sumsOf,
  type Ends,
  type Sums,
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
  return [CARRIES, NEUTRAL, BLOCKS].every((ends) => alikeWith(change, endsGiven(home, worlds, { index, ends })));
};

/** The same, without a look at how ends depend on each other: too careful, and quick. */
export const surelyJoinsAlike = (change: ChangedNeeds, home: PlacedScope, worlds: Worlds): boolean =>
  alikeWith(change, endsOf(home, worlds));

const alikeWith = ({ kept, dropped, added }: ChangedNeeds, ends: readonly Ends[]): boolean => {
  const sums = (indices: readonly number[]): Sums => sumsOf(indices.map((index) => ends[index] as Ends));
  return runAlike(sums(kept), sums(dropped), sums(added));
};
