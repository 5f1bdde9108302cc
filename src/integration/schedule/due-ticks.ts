import type { Instant } from '../../kernel/index.js';
import type { Schedule, SkipReason } from '../ports/index.js';
import { jitterOf } from './jitter.js';
import { ticksBetween, type Ticker } from './ticks.js';

/** A tick whose time has come, and what is to become of it: `skip` undefined means that it is started. */
export interface DueTick {
  readonly at: Instant;
  /** Of several at once, the last. */
  readonly until?: Instant;
  readonly due: Instant;
  readonly skip?: SkipReason;
}

export interface DueTicks {
  readonly ticks: readonly DueTick[];
  /** Up to where all is known now. */
  readonly settled: Instant;
  readonly next: Instant | undefined;
}

export interface DueRequest {
  readonly schedule: Schedule;
  readonly ticker: Ticker;
  readonly now: Instant;
  /** Ticks that get a row of their own; those before share one. */
  readonly most: number;
}

const SECOND = 1000;
const MINUTE = 60_000;
const WIDER = 8;

/** When a tick is to be started. */
export const dueOf = ({ id, spec }: Schedule, tick: Instant): Instant => tick + jitterOf(id, tick, spec.jitter);

interface Window {
  readonly after: Instant;
  readonly until: Instant;
}

/**
 * The last ticks of a window, at least `count` when there are as many. Looks back further and further, so that it takes no
 * longer when the service was down for a year than when it was for an hour.
 */
const lastTicks = (ticker: Ticker, { after, until }: Window, count: number): readonly Instant[] => {
  for (let length = MINUTE; ; length *= WIDER) {
    const from = Math.max(after, until - length);
    const ticks = ticksBetween(ticker, { after: from, until, most: Infinity });
    if (from === after || ticks.length >= count) return ticks;
  }
};

/** Of ticks that were missed, which are made up for. */
const caughtUp = ({ spec: { catchUp } }: Schedule, missed: readonly DueTick[], isLast: boolean): readonly DueTick[] => {
  const left = (tick: DueTick, skip: SkipReason): DueTick => ({ ...tick, skip });
  if (catchUp === 'none') return missed.map((tick) => left(tick, 'missed'));
  // A tick that is on time does what the latest one that was missed would do.
  if (catchUp === 'latest')
    return missed.map((tick, index) => (isLast && index === missed.length - 1 ? tick : left(tick, 'missed')));
  const first = missed.length - catchUp.all;
  return missed.map((tick, index) => (index < first ? left(tick, 'limit') : tick));
};

const oldestReason = ({ spec: { catchUp }, state }: Schedule): SkipReason => {
  if (state === 'paused') return 'paused';
  return typeof catchUp === 'object' ? 'limit' : 'missed';
};

const decided = (schedule: Schedule, ticks: readonly DueTick[], now: Instant): readonly DueTick[] => {
  if (schedule.state === 'paused') return ticks.map((tick) => ({ ...tick, skip: 'paused' }));
  const { grace, jitter } = schedule.spec;
  const isMissed = ({ at }: DueTick): boolean => at + (jitter + grace) * SECOND < now;
  const missed = ticks.filter(isMissed);
  return [...caughtUp(schedule, missed, missed.length === ticks.length), ...ticks.slice(missed.length)];
};

/** Ticks whose time has come, as far as jitter lets them: they keep their order. The last ones, when there are many. */
const comeTicks = ({ schedule, ticker, now, most }: DueRequest): readonly Instant[] => {
  const { settled, spec } = schedule;
  const surely = Math.max(settled, now - spec.jitter * SECOND);
  const ticks = [...lastTicks(ticker, { after: settled, until: surely }, most + 1)];
  for (let tick = ticker.next(surely); tick !== undefined && tick <= now; tick = ticker.next(tick)) {
    if (dueOf(schedule, tick) > now) break;
    ticks.push(tick);
  }
  return ticks;
};

/** The ticks of a schedule that have come since it was settled. Every one of them is in it, by itself or in the first row. */
export const dueTicks = (request: DueRequest): DueTicks => {
  const { schedule, ticker, now, most } = request;
  const { settled } = schedule;
  // Not as it is kept: the rules of zones change, and with them what comes next.
  const next = ticker.next(settled);
  const nothing = { ticks: [], settled, next };
  if (next === undefined || next > now) return nothing;
  const come = comeTicks(request);
  const last = come.at(-1);
  if (last === undefined) return nothing;
  const own = come.slice(-most);
  const rows = decided(
    schedule,
    own.map((at) => ({ at, due: dueOf(schedule, at) })),
    now,
  );
  const before = come.at(-most - 1);
  const shared: readonly DueTick[] =
    before === undefined ? [] : [{ at: next, until: before, due: next, skip: oldestReason(schedule) }];
  return { ticks: [...shared, ...rows], settled: last, next: ticker.next(last) };
};
