import type { Instant, Millis } from '../../../../kernel/index.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** For how long results may be kept, ascending. */
export const KEPT_FOR: readonly Millis[] = [MINUTE, 5 * MINUTE, 15 * MINUTE, HOUR, 6 * HOUR, DAY, 7 * DAY];

/** A run whose input can be told from others. */
export interface RunWithInput {
  /** Equal for equal inputs. */
  readonly input: number;
  readonly startedAt: Instant;
  readonly endedAt: Instant;
}

/** How often a task was run with an input whose result was known. */
export interface Repeats {
  readonly runs: number;
  /** Share of the runs that a cache of that length would have spared, 0..1, by `KEPT_FOR`. */
  readonly spared: readonly number[];
}

/** The cache is played over what was recorded: what begins before the first of its input has ended is spared by none. */
export const repeatsOf = (runs: readonly RunWithInput[]): Repeats => {
  const ordered = [...runs].sort((a, b) => a.startedAt - b.startedAt || a.endedAt - b.endedAt);
  const spared = KEPT_FOR.map((ttl) => {
    const known = new Map<number, Instant>();
    let count = 0;
    for (const { input, startedAt, endedAt } of ordered) {
      const since = known.get(input);
      if (since !== undefined && since <= startedAt && startedAt < since + ttl) count += 1;
      // As long as the first result is not there, others make it as well, and keep it no sooner.
      else if (since === undefined || startedAt >= since + ttl) known.set(input, endedAt);
    }
    return runs.length === 0 ? 0 : count / runs.length;
  });
  return { runs: runs.length, spared };
};

/** What a cache of that length spares: at least as much as the next shorter one that was tried. */
export const sparedBy = ({ spared }: Repeats, ttl: Millis): number => {
  const place = KEPT_FOR.findLastIndex((length) => length <= ttl);
  return spared[place] ?? 0;
};
