import type { Millis } from '../../../../kernel/index.js';
import type { PlacedTask } from '../../ir/index.js';
import {
  cutsOf,
  ENOUGH,
  lognormalQuantile,
  survivalQuantile,
  type Histogram,
  type Statistics,
} from '../../simulate/index.js';
import type { Finding } from '../study.js';
import type { Evidence } from './evidence.js';
import { statisticsOf, worthMost, type Recorded } from './record.js';

/** Attempts that came to nothing, below which they may be an accident. */
const SOME = 3;
/** A timeout that many times as long as it need be is as good as none. */
const SILLY = 10;
/** No machine is so quick that a hiccup of it is shorter. */
const LEAST: Millis = 1000;
/** Share of attempts that a timeout may cut though they are only slow. */
const MAY_BE_CUT = 0.01;
const MOST: Millis = 365 * 86_400_000;

/**
 * Timeouts from how long attempts took: 1.5 times what 99.5 % of those that succeeded took and 3 times their median, and
 * never less than the longest of them. Where there is none, or one ten times as long, and attempts hung for longer than
 * that; or where the present one cuts attempts that are only slow. An attempt that was stopped is a censored observation:
 * `survivalQuantile` and `cutsOf` say what is made of it.
 */
export const setTimeouts = (study: Recorded): Finding[] =>
  worthMost(
    study.places.tasks.flatMap((placed) => {
      const { work } = placed.task;
      const statistics = statisticsOf(placed, study);
      if (work.is !== 'task' || statistics.durations.count < ENOUGH) return [];
      const found = hanging(placed, statistics) ?? tooShort(placed, statistics);
      if (!found) return [];
      const { evidence, worth } = found;
      const finding: Finding = {
        kind: 'set_timeout',
        ops: [{ op: 'set_timeout', task: placed.path, seconds: evidence.after / 1000 }],
        evidence,
      };
      return [{ worth, finding }];
    }),
  );

interface Found {
  readonly evidence: Extract<Evidence, { is: 'timeout' }>;
  /** ms of all runs that are lost without it. */
  readonly worth: number;
}

const hanging = ({ path, task }: PlacedTask, statistics: Statistics): Found | undefined => {
  const { durations, cut, abandoned, failedDurations } = statistics;
  // Of most tasks no attempt has gone on for longer than one that succeeded.
  if (Math.max(cut.most, abandoned.most, failedDurations.most) <= Math.max(LEAST, durations.most)) return undefined;
  const lifetimes = { ended: durations, stopped: [cut, abandoned] };
  const median = survivalQuantile(lifetimes, 0.5) ?? 0;
  const tail = survivalQuantile(lifetimes, 0.995) ?? 0;
  const after = roundedUp(Math.max(LEAST, tail * 1.5, median * 3, durations.most));
  if (task.timeout !== undefined && task.timeout < SILLY * after) return undefined;
  const beyond = [cut, abandoned, failedDurations].map((ages) => beyondOf(ages, after));
  const lost = beyond.reduce((sum, { count }) => sum + count, 0);
  if (lost < SOME || after > MOST) return undefined;
  const about = { samples: durations.count, longest: durations.most, before: task.timeout };
  return {
    evidence: { is: 'timeout', task: path, ...about, median, tail, after, lost, because: 'hung' },
    worth: beyond.reduce((sum, { time }) => sum + time, 0),
  };
};

const beyondOf = (ages: Histogram, length: Millis): { readonly count: number; readonly time: Millis } => {
  const longer = ages.ascending().filter(({ value }) => value > length);
  return {
    count: longer.reduce((sum, { count }) => sum + count, 0),
    time: longer.reduce((sum, { value, count }) => sum + (value - length) * count, 0),
  };
};

/** More than one of a hundred attempts would have ended soon after the timeout. */
const tooShort = ({ path, task }: PlacedTask, statistics: Statistics): Found | undefined => {
  const { durations, cut } = statistics;
  const { timeout: before } = task;
  // What another timeout has cut says nothing of this one.
  if (before === undefined || cut.count < SOME || cut.quantile(0.5) < 0.9 * before) return undefined;
  if (cut.count < MAY_BE_CUT * (cut.count + durations.count)) return undefined;
  const cuts = cutsOf(statistics);
  if (cuts.are === 'hung') return undefined;
  const median = lognormalQuantile(cuts.durations, 0.5);
  const tail = lognormalQuantile(cuts.durations, 0.995);
  const after = roundedUp(Math.max(LEAST, tail * 1.5, median * 3, durations.most));
  if (after <= before || after > MOST) return undefined;
  const about = { samples: durations.count, longest: durations.most, before, lost: cut.count };
  return {
    evidence: { is: 'timeout', task: path, ...about, median, tail, after, because: 'slow' },
    worth: cut.count * before,
  };
};

/** To two digits, never down: `0.0123` s → `0.013` s. */
export const roundedUp = (length: Millis): Millis => {
  const unit = 10 ** Math.max(0, Math.floor(Math.log10(length)) - 1);
  return Math.ceil(length / unit - 1e-9) * unit;
};
