import { ExpressionRefused, spend } from '../budget.js';

/** What a clock on the wall shows. Months and days count from 1. */
export interface WallTime {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly millisecond: number;
}

const MINUTE = 60_000;
const DAY = 86_400_000;
/** Units of the budget for one look into a zone, whether or not it is known already: what fits must not depend on that. */
const LOOK = 100;
const ZONES_KEPT = 100;
const MAX_NAME = 64;
const OFFSET = /^([+-])([01]\d|2[0-3]):([0-5]\d)$/;
const FIELDS = ['year', 'month', 'day', 'hour', 'minute', 'second'] as const;

const formats = new Map<string, Intl.DateTimeFormat>();

const formatOf = (zone: string): Intl.DateTimeFormat => {
  const known = formats.get(zone);
  if (known) return known;
  let made: Intl.DateTimeFormat;
  try {
    if (zone.length > MAX_NAME || !/^[A-Za-z]/.test(zone)) throw new RangeError();
    const numeric = Object.fromEntries(FIELDS.map((field) => [field, 'numeric']));
    made = new Intl.DateTimeFormat('en-US', { timeZone: zone, hourCycle: 'h23', ...numeric });
  } catch {
    const shown = zone.slice(0, MAX_NAME);
    throw new ExpressionRefused(
      `there is no time zone "${shown}"; write "UTC", "+02:00" or a name like "Europe/Berlin"`,
    );
  }
  if (formats.size >= ZONES_KEPT) formats.delete(formats.keys().next().value as string);
  formats.set(zone, made);
  return made;
};

/** As milliseconds, as if it were UTC. */
export const wallMillis = (wall: WallTime): number => {
  const date = new Date(0);
  date.setUTCFullYear(wall.year, wall.month - 1, wall.day);
  date.setUTCHours(wall.hour, wall.minute, wall.second, wall.millisecond);
  return date.getTime();
};

export const wallFromMillis = (millis: number): WallTime => {
  const date = new Date(millis);
  return {
    year: date.getUTCFullYear(),
    month: date.getUTCMonth() + 1,
    day: date.getUTCDate(),
    hour: date.getUTCHours(),
    minute: date.getUTCMinutes(),
    second: date.getUTCSeconds(),
    millisecond: date.getUTCMilliseconds(),
  };
};

/**
 * Milliseconds that the wall clock of a zone is ahead of UTC. Names are those of the IANA database, from 1970 on: what it
 * says of earlier times differs from one build of it to the next.
 */
export const offsetAt = (instant: number, zone: string): number => {
  if (zone === 'UTC' || zone === 'Z') return 0;
  const [, sign, hours, minutes] = OFFSET.exec(zone) ?? [];
  if (sign !== undefined) return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * MINUTE;
  spend(LOOK);
  const format = formatOf(zone);
  if (instant < -DAY)
    throw new ExpressionRefused('time zones with a name are known from 1970 on; write "UTC" or "+01:00"');
  const parts: Record<string, string> = {};
  for (const { type, value } of format.formatToParts(instant)) parts[type] = value;
  const [year, month, day, hour, minute, second] = FIELDS.map((field) => Number(parts[field])) as [
    ...[number, number, number, number, number, number],
  ];
  const shown = wallMillis({ year, month, day, hour, minute, second, millisecond: 0 });
  return shown - Math.floor(instant / 1000) * 1000;
};

export const wallAt = (instant: number, zone: string): WallTime => wallFromMillis(instant + offsetAt(instant, zone));

/**
 * The moment at which a wall clock shows this. What it shows twice (the clock was put back) is the first time; what it
 * never shows (it was put forward) is so much later.
 */
export const instantAt = (wall: WallTime, zone: string): number => {
  const shown = wallMillis(wall);
  const before = offsetAt(shown - DAY, zone);
  const after = offsetAt(shown + DAY, zone);
  if (before === after) return shown - before;
  const candidates = [shown - Math.max(before, after), shown - Math.min(before, after)];
  return candidates.find((instant) => offsetAt(instant, zone) === shown - instant) ?? shown - before;
};
