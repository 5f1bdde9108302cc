/** Time zones as tests see them: by what a clock on the wall shows, minute by minute. Shares nothing with the service. */

const clocks = new Map<string, Intl.DateTimeFormat>();

/** `2026-03-29 03:00` */
export const wallClock = (zone: string, instant: number): string => {
  let clock = clocks.get(zone);
  if (!clock) {
    clock = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'short' });
    clocks.set(zone, clock);
  }
  return clock.format(instant);
};

const MINUTE = 60_000;

/** How far the clock is ahead of UTC. */
const ahead = (zone: string, instant: number): number =>
  Date.parse(`${wallClock(zone, instant).replace(' ', 'T')}Z`) - Math.floor(instant / MINUTE) * MINUTE;

/** The minutes at which the clock of a zone was changed, by bisection between looks that are so far apart. */
export const changesOf = (
  zone: string,
  { from, to, step }: { readonly from: number; readonly to: number; readonly step: number },
): number[] => {
  const changes: number[] = [];
  for (let at = from, offset = ahead(zone, from); at < to; at += step) {
    const next = ahead(zone, at + step);
    if (next === offset) continue;
    let [low, high] = [at, at + step];
    while (high - low > MINUTE) {
      const middle = Math.floor((low + high) / 2 / MINUTE) * MINUTE;
      if (ahead(zone, middle) === offset) low = middle;
      else high = middle;
    }
    changes.push(high);
    offset = next;
  }
  return changes;
};

/** By how much the clock is put forward at a change. */
export const jumpAt = (zone: string, change: number): number => ahead(zone, change) - ahead(zone, change - MINUTE);

/** A pattern as an oracle wants it: which minutes, hours and weekdays. */
export interface PlainPattern {
  readonly minutes: readonly number[];
  readonly hours: readonly number[];
  readonly weekdays: readonly number[];
}

export const cronOf = ({ minutes, hours, weekdays }: PlainPattern): string =>
  `${minutes.join(',')} ${hours.join(',')} * * ${weekdays.length === 7 ? '*' : weekdays.join(',')}`;

const matches = (wall: string, { minutes, hours, weekdays }: PlainPattern): boolean =>
  minutes.includes(Number(wall.slice(14, 16))) &&
  hours.includes(Number(wall.slice(11, 13))) &&
  weekdays.includes(new Date(`${wall.slice(0, 10)}T00:00:00Z`).getUTCDay());

/** The minutes that a wall clock did not show between two that it showed. */
const unseenBetween = (before: string, now: string): string[] => {
  const unseen: string[] = [];
  const end = Date.parse(`${now.replace(' ', 'T')}Z`);
  for (let at = Date.parse(`${before.replace(' ', 'T')}Z`) + MINUTE; at < end; at += MINUTE)
    unseen.push(new Date(at).toISOString().slice(0, 16).replace('T', ' '));
  return unseen;
};

/** The walls of a window, one for each minute. Its first day only tells what had been shown before. */
export const wallsOf = (zone: string, from: number, to: number): readonly (readonly [number, string])[] => {
  const walls: [number, string][] = [];
  for (let at = from; at <= to; at += MINUTE) walls.push([at, wallClock(zone, at)]);
  return walls;
};

/** When a pattern fires, by looking at the clock every minute. */
export const watchClock = (
  walls: readonly (readonly [number, string])[],
  pattern: PlainPattern,
  dst: { readonly gap: 'skip' | 'after'; readonly overlap: 'first' | 'both' },
): number[] => {
  const shown = new Set<string>();
  const ticks: number[] = [];
  let before: string | undefined;
  for (const [at, wall] of walls) {
    const unseen = before === undefined ? [] : unseenBetween(before, wall);
    const isMadeUp = dst.gap === 'after' && unseen.some((missing) => matches(missing, pattern));
    const isShownAgain = dst.overlap === 'first' && shown.has(wall);
    if (isMadeUp || (matches(wall, pattern) && !isShownAgain)) ticks.push(at);
    shown.add(wall);
    before = wall;
  }
  return ticks;
};
