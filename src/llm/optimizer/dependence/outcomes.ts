import type { CompiledTask } from '../../../engine/core/index.js';
import type { PlacedScope } from '../ir/index.js';
import { topological } from './order.js';

/**
 * How a step may end, as what depends on it sees it (semantics 8). Sets of these are over-estimates.
 *
 * - `CARRIES`: it completed, its own condition was false, or its failure was handled by `continue`.
 * - `NEUTRAL`: it was skipped by a branch or from upstream.
 * - `BLOCKS`: it failed otherwise.
 */
export const CARRIES = 1;
export const NEUTRAL = 2;
export const BLOCKS = 4;
/** A set of them. */
export type Ends = number;

/** Which executions are looked at: all, or only those that complete. */
export type Worlds = 'all' | 'completing';

/** Whether a failure in the scope that nothing in it handles is always one of the execution. */
export const isFatalScope = (home: PlacedScope): boolean => {
  const { container } = home;
  if (!container) return true;
  const { task } = container;
  const { work } = task;
  if (task.onError.some(({ remedy }) => remedy.is !== 'fail')) return false;
  if (work.is === 'race' || work.is === 'try') return false;
  if (work.is === 'map' && !(work.tolerate.is === 'count' ? work.tolerate.count === 0 : work.tolerate.share === 0))
    return false;
  return isFatalScope(container.home);
};

/** Whether no failure of a task ever keeps anything from going on. */
export const alwaysGoesOn = ({ onError }: CompiledTask): boolean =>
  onError.some(({ classes }) => classes === undefined) && onError.every(({ remedy }) => remedy.is === 'continue');

const known: Readonly<Record<Worlds, WeakMap<PlacedScope, readonly Ends[]>>> = {
  all: new WeakMap(),
  completing: new WeakMap(),
};

/** How the steps of a scope may end, by index. */
export const endsOf = (home: PlacedScope, worlds: Worlds): readonly Ends[] => {
  let ends = known[worlds].get(home);
  if (!ends) {
    ends = computedEnds(home, worlds);
    known[worlds].set(home, ends);
  }
  return ends;
};

/** The same, when one of them is known to end so. */
export const endsGiven = (
  home: PlacedScope,
  worlds: Worlds,
  given: { readonly index: number; readonly ends: Ends },
): readonly Ends[] => {
  const { tasks } = home.scope;
  const ends = [...endsOf(home, worlds)];
  const fatal = isFatal(home, worlds);
  const before = ends[given.index] as Ends;
  ends[given.index] = before & given.ends;
  if (ends[given.index] === before) return ends;
  // Only what depends on it can end otherwise.
  const changed = new Set([given.index]);
  for (const index of topological(tasks)) {
    const task = tasks[index] as CompiledTask;
    if (!task.needs.some((need) => changed.has(need))) continue;
    const now = endsOfOne(task, ends, fatal);
    if (now === ends[index]) continue;
    ends[index] = now;
    changed.add(index);
  }
  return ends;
};

const computedEnds = (home: PlacedScope, worlds: Worlds): Ends[] => {
  const { tasks } = home.scope;
  const ends: Ends[] = tasks.map(() => 0);
  const fatal = isFatal(home, worlds);
  for (const index of topological(tasks)) ends[index] = endsOfOne(tasks[index] as CompiledTask, ends, fatal);
  return ends;
};

const isFatal = (home: PlacedScope, worlds: Worlds): boolean => worlds === 'completing' && isFatalScope(home);

const endsOfOne = (task: CompiledTask, ends: readonly Ends[], fatal: boolean): Ends => {
  const before = task.needs.map((index) => ends[index] as Ends);
  const joins = joinEnds(task, before);
  const maySkip = joins.maySkip || task.gates.length > 0;
  return (joins.mayRun ? runEnds(task, fatal) : 0) | (maySkip ? NEUTRAL : 0);
};

/** Once it runs: a failure without a handler ends an execution, in a scope where nobody else catches it. */
const runEnds = ({ onError }: CompiledTask, fatal: boolean): Ends => {
  const catchAll = onError.findIndex(({ classes }) => classes === undefined);
  const asked = catchAll === -1 ? onError : onError.slice(0, catchAll + 1);
  const unhandled = (catchAll === -1 || asked.some(({ remedy }) => remedy.is === 'fail')) && !fatal;
  return CARRIES | (unhandled || asked.some(({ remedy }) => remedy.is === 'goto') ? BLOCKS : 0);
};

interface Joined {
  readonly mayRun: boolean;
  readonly maySkip: boolean;
}

const joinEnds = ({ join }: CompiledTask, before: readonly Ends[]): Joined => {
  if (join.is === 'count') {
    const carried = before.filter((ends) => ends & CARRIES).length;
    return { mayRun: carried >= join.needed, maySkip: true };
  }
  const sums = sumsOf(before);
  return { mayRun: (sums & RUNNING) !== 0, maySkip: (sums & ~RUNNING) !== 0 };
};

/** What a join has heard: whether some predecessor carries, and whether some blocks; `ALONE`: it has none. */
type Sum = number;
const ALONE = 8;
const SUMS: readonly Sum[] = [0, CARRIES, BLOCKS, CARRIES | BLOCKS, ALONE];

/** A set of sums: a bit for each. */
export type Sums = number;

const add = (one: Sum, other: Sum): Sum => (one & ALONE && other & ALONE ? ALONE : (one | other) & ~ALONE);

const setOf = (sums: readonly Sum[]): Sums => sums.reduce((set, sum) => set | (1 << sum), 0);

/** Those with which `join: all` lets a step run. */
const RUNNING = setOf(SUMS.filter((sum) => !(sum & BLOCKS) && (sum & (CARRIES | ALONE)) !== 0));

const byEnds: readonly Sums[] = Array.from({ length: 8 }, (_, ends) =>
  setOf([CARRIES, NEUTRAL, BLOCKS].filter((end) => ends & end).map((end) => end & ~NEUTRAL)),
);

const both = (one: Sums, other: Sums): Sums => {
  let found = 0;
  for (const sum of SUMS)
    if (one & (1 << sum)) for (const more of SUMS) if (other & (1 << more)) found |= 1 << add(sum, more);
  return found;
};

/** All that predecessors which end so may come to together. */
export const sumsOf = (before: readonly Ends[]): Sums =>
  before.length === 0 ? setOf([ALONE]) : before.map((ends) => byEnds[ends] as Sums).reduce(both);

/** Whether a step that hears all of `kept` runs with `one` exactly when it runs with `other`. */
export const runAlike = (kept: Sums, one: Sums, other: Sums): boolean => {
  const outcomes = (same: Sum, sums: Sums): number => {
    const reached = both(setOf([same]), sums);
    return (reached & RUNNING ? 1 : 0) | (reached & ~RUNNING ? 2 : 0);
  };
  return SUMS.every((same) => {
    if (!(kept & (1 << same))) return true;
    const [before, after] = [outcomes(same, one), outcomes(same, other)];
    return before === after && before !== 3;
  });
};
