import type { Duration } from '@marcbachmann/cel-js/evaluator';
import { isoInstant } from '../../../../kernel/index.js';
import { ExpressionRefused, surroundings } from '../budget.js';
import { wholeNumber } from './arguments.js';
import { durationOf, millisOf, parseDuration, wholeUnits } from './duration.js';
import type { ExpressionFunction, Family } from './function.js';
import { readTime } from './time-pattern.js';
import { instantAt, wallAt, wallFromMillis, wallMillis, type WallTime } from './time-zone.js';

const YEAR_ONE = -62_135_596_800_000;
const YEAR_9999 = 253_402_300_799_999;

const timeAt = (millis: number): Date => {
  if (millis >= YEAR_ONE && millis <= YEAR_9999) return new Date(millis);
  throw new ExpressionRefused('the time is not between the years 1 and 9999');
};

const RFC_3339 = /^(\d{4}-\d{2}-\d{2})(?:[Tt ](\d{2}:\d{2}:\d{2})(?:\.(\d{1,9}))?([Zz]|[+-]\d{2}:\d{2}))?$/;

/** RFC 3339, or a date alone, which begins at midnight UTC. Never the zone of the process. */
const parseTime = (text: string): Date => {
  const [, date, clock = '00:00:00', fraction = '', offset = 'Z'] = RFC_3339.exec(text) ?? [];
  const millis = fraction.slice(0, 3).padEnd(3, '0');
  const zone = offset === 'z' ? 'Z' : offset;
  if (date !== undefined) return timeAt(readTime(`${date}T${clock}.${millis}${zone}`, "yyyy-MM-dd'T'HH:mm:ss.SSSXXX"));
  throw new ExpressionRefused(
    `"${text.slice(0, 100)}" is no time; write it as "2024-02-29T12:00:00Z" or "2024-02-29", or give a pattern`,
  );
};

const timestamp = (given: unknown, pattern?: string, zone?: string): Date => {
  if (given instanceof Date) return given;
  if (typeof given === 'number') {
    const millis = given * 1000;
    if (Number.isNaN(millis)) throw new ExpressionRefused('timestamp() takes seconds since 1970');
    return timeAt(Math.round(millis));
  }
  return pattern === undefined ? parseTime(given as string) : timeAt(readTime(given as string, pattern, zone));
};

const FIXED: Readonly<Record<string, number>> = {
  ...{ millisecond: 1, second: 1000, minute: 60_000, hour: 3_600_000 },
};
/** Calendar units, in which the clock on the wall is what counts. */
const DAYS: Readonly<Record<string, number>> = { day: 1, week: 7 };
const MONTHS: Readonly<Record<string, number>> = { month: 1, quarter: 3, year: 12 };
const UNITS = [...Object.keys(FIXED), ...Object.keys(DAYS), ...Object.keys(MONTHS)];
const DAY = 86_400_000;

const unitOf = (text: string): string => {
  const unit = text.endsWith('s') ? text.slice(0, -1) : text;
  if (UNITS.includes(unit)) return unit;
  throw new ExpressionRefused(`"${text.slice(0, 30)}" is no unit of time; known are ${UNITS.join(', ')}`);
};

const MAX_STEPS = 1e7;

/** A month later is the same day, or the last one of a shorter month. */
const addMonths = (wall: WallTime, months: number): WallTime => {
  const all = wall.year * 12 + wall.month - 1 + months;
  const [year, month] = [Math.floor(all / 12), (((all % 12) + 12) % 12) + 1];
  const last = wallFromMillis(wallMillis({ ...wall, year, month: month + 1, day: 0 })).day;
  return { ...wall, year, month, day: Math.min(wall.day, last) };
};

const add = (
  time: Date,
  { amount, unitText, zone }: { readonly amount: number; readonly unitText: string; readonly zone: string },
): Date => {
  const unit = unitOf(unitText);
  const fixed = FIXED[unit];
  if (fixed !== undefined) return timeAt(time.getTime() + Math.round(amount * fixed));
  const steps = wholeNumber(amount, `the number of ${unit}s`, { min: -MAX_STEPS, max: MAX_STEPS });
  const wall = wallAt(time.getTime(), zone);
  const days = DAYS[unit];
  const moved =
    days !== undefined
      ? wallFromMillis(wallMillis(wall) + steps * days * DAY)
      : addMonths(wall, steps * (MONTHS[unit] as number));
  timeAt(wallMillis(moved));
  return timeAt(instantAt(moved, zone));
};

const startOf = (time: Date, unitText: string, zone = 'UTC'): Date => {
  const unit = unitOf(unitText);
  const wall = wallAt(time.getTime(), zone);
  const midnight = { ...wall, hour: 0, minute: 0, second: 0, millisecond: 0 };
  const fixed = FIXED[unit];
  if (fixed !== undefined) return timeAt(instantAt(wallFromMillis(Math.floor(wallMillis(wall) / fixed) * fixed), zone));
  if (unit === 'week') {
    const sinceMonday = (new Date(wallMillis(midnight)).getUTCDay() + 6) % 7;
    return timeAt(instantAt(wallFromMillis(wallMillis(midnight) - sinceMonday * DAY), zone));
  }
  if (unit === 'day') return timeAt(instantAt(midnight, zone));
  const months = MONTHS[unit] as number;
  const month = Math.floor((wall.month - 1) / months) * months + 1;
  return timeAt(instantAt({ ...midnight, month, day: 1 }, zone));
};

/** How many units from the earlier to the later one; whole ones where the calendar decides how long they are. */
const diff = (later: Date, earlier: Date, unitText: string): number => {
  const unit = unitOf(unitText);
  const millis = later.getTime() - earlier.getTime();
  const fixed = FIXED[unit] ?? (DAYS[unit] === undefined ? undefined : DAYS[unit] * DAY);
  if (fixed !== undefined) return millis / fixed;
  const [from, to] = [earlier, later].map((time) => wallFromMillis(time.getTime())) as [WallTime, WallTime];
  let months = to.year * 12 + to.month - (from.year * 12 + from.month);
  const over = wallMillis(addMonths(from, months)) - wallMillis(to);
  if (months > 0 && over > 0) months -= 1;
  if (months < 0 && over < 0) months += 1;
  return Math.trunc(months / (MONTHS[unit] as number)) + 0;
};

const part = (
  name: string,
  does: string,
  {
    read,
    example,
    unit,
  }: {
    readonly read: (wall: WallTime) => number;
    readonly example: readonly (readonly [string, number])[];
    readonly unit?: 'h' | 'm' | 's' | 'ms';
  },
): ExpressionFunction => ({
  name,
  signatures: unit
    ? [`time.${name}(zone: string?): number`, `duration.${name}(): number`]
    : [`time.${name}(zone: string?): number`],
  does,
  examples: example,
  run: (of: Date | Duration, zone = 'UTC') => {
    if (of instanceof Date) return read(wallAt(of.getTime(), zone));
    return wholeUnits(of, unit as 'h');
  },
});

const dayOfYear = (wall: WallTime): number => {
  const midnight = { ...wall, hour: 0, minute: 0, second: 0, millisecond: 0 };
  return (wallMillis(midnight) - wallMillis({ ...midnight, month: 1, day: 1 })) / DAY;
};

/** The counts of CEL: months and days of the month and of the year from 0, Sunday is 0. */
const parts: readonly ExpressionFunction[] = [
  part('getFullYear', 'The year.', {
    read: ({ year }) => year,
    example: [['timestamp(input.at).getFullYear()', 2024]],
  }),
  part('getMonth', 'The month, from 0.', {
    read: ({ month }) => month - 1,
    example: [['timestamp(input.at).getMonth()', 1]],
  }),
  part('getDate', 'The day of the month, from 1.', {
    read: ({ day }) => day,
    example: [
      ['timestamp(input.at).getDate()', 29],
      ['timestamp(input.at).getDate("Asia/Tokyo")', 1],
    ],
  }),
  part('getDayOfMonth', 'The day of the month, from 0.', {
    read: ({ day }) => day - 1,
    example: [['timestamp(input.at).getDayOfMonth()', 28]],
  }),
  part('getDayOfWeek', 'The day of the week; Sunday is 0.', {
    read: (wall) => new Date(wallMillis(wall)).getUTCDay(),
    example: [['timestamp(input.at).getDayOfWeek()', 4]],
  }),
  part('getDayOfYear', 'The day of the year, from 0.', {
    read: dayOfYear,
    example: [['timestamp(input.at).getDayOfYear()', 59]],
  }),
  part('getHours', 'The hour of a time, or the whole hours of a duration.', {
    read: ({ hour }) => hour,
    unit: 'h',
    example: [
      ['timestamp(input.at).getHours("+05:30")', 5],
      ['duration("90m").getHours()', 1],
    ],
  }),
  part('getMinutes', 'The minute of a time, or the whole minutes of a duration.', {
    read: ({ minute }) => minute,
    unit: 'm',
    example: [['duration("1h30m").getMinutes()', 90]],
  }),
  part('getSeconds', 'The second of a time, or the whole seconds of a duration.', {
    read: ({ second }) => second,
    unit: 's',
    example: [['(timestamp(input.at) - timestamp("2024-02-29T23:00:00Z")).getSeconds()', 1800]],
  }),
  part('getMilliseconds', 'The millisecond of a time, or all milliseconds of a duration.', {
    read: ({ millisecond }) => millisecond,
    unit: 'ms',
    example: [['duration("1.5s").getMilliseconds()', 1500]],
  }),
];

const calendar: readonly ExpressionFunction[] = [
  {
    name: 'add',
    signatures: ['time.add(amount: number, unit: string, zone: string?): time'],
    does: 'So many units later, or earlier when less than 0. Days and longer units follow the calendar of the zone.',
    examples: [
      ['string(timestamp("2024-01-31").add(1, "months"))', '2024-02-29T00:00:00.000Z'],
      ['string(timestamp("2024-03-30T08:00:00Z").add(1, "days", "Europe/Berlin"))', '2024-03-31T07:00:00.000Z'],
    ],
    alias: ['plus', 'addDays', 'addMonths', 'addYears', 'addHours', 'dateAdd', 'subtract', 'minus'],
    run: (time: Date, amount: number, ...[unit, zone = 'UTC']: [string, string?]) =>
      add(time, { amount, unitText: unit, zone }),
  },
  {
    name: 'diff',
    signatures: ['time.diff(earlier: time, unit: string): number'],
    does: 'How many units have passed since another time; of months, quarters and years only whole ones.',
    examples: [
      ['timestamp("2024-03-01").diff(timestamp("2024-02-28"), "days")', 2],
      ['timestamp("2024-03-01").diff(timestamp("2023-03-02"), "months")', 11],
      ['timestamp(input.at).diff(timestamp("2024-02-29T23:00:00Z"), "hours")', 0.5],
    ],
    alias: ['dateDiff', 'daysBetween', 'until', 'since'],
    run: diff,
  },
  {
    name: 'startOf',
    signatures: ['time.startOf(unit: string, zone: string?): time'],
    does: 'The beginning of its minute, hour, day, week (Monday), month, quarter or year.',
    examples: [
      ['string(timestamp(input.at).startOf("month"))', '2024-02-01T00:00:00.000Z'],
      ['string(timestamp(input.at).startOf("day", "America/New_York"))', '2024-02-29T05:00:00.000Z'],
    ],
    alias: ['truncateTime', 'floorTime', 'beginningOf'],
    run: startOf,
  },
];

export const times: Family = {
  title: 'Times and durations',
  functions: [
    {
      name: 'now',
      signatures: ['now(): string'],
      does: 'The recorded time of the request, as a text: replay gives the same.',
      examples: [['now()', '2024-03-01T00:00:00.000Z']],
      alias: ['today', 'currentTime', 'utcnow'],
      run: () => isoInstant(surroundings().now),
    },
    {
      name: 'timestamp',
      signatures: [
        'timestamp(text: string, pattern: string?, zone: string?): time',
        'timestamp(seconds: number): time',
        'timestamp(time: time): time',
      ],
      does: 'A time, of a text in RFC 3339, a date, a text in a form of your own, or seconds since 1970.',
      examples: [
        ['string(timestamp("2024-02-29"))', '2024-02-29T00:00:00.000Z'],
        ['string(timestamp("29.02.2024 08:15", "dd.MM.yyyy HH:mm", "Europe/Berlin"))', '2024-02-29T07:15:00.000Z'],
        ['string(timestamp(86400))', '1970-01-02T00:00:00.000Z'],
        ['timestamp(now()) > timestamp(input.at)', true],
      ],
      alias: ['date', 'datetime', 'parseDate', 'parseTime', 'toDate', 'time'],
      run: timestamp,
    },
    {
      name: 'duration',
      signatures: ['duration(text: string): duration', 'duration(seconds: number): duration'],
      does: 'A length of time: `1h30m`, `90s`, `250ms`, `2d`; or seconds. Times and durations can be added and subtracted.',
      examples: [
        ['string(timestamp(input.at) + duration("1h30m"))', '2024-03-01T01:00:00.000Z'],
        ['duration("90m") == duration("1h") + duration(1800)', true],
      ],
      alias: ['timedelta', 'interval', 'seconds', 'minutes', 'hours', 'days'],
      run: (given: string | number) => (typeof given === 'string' ? parseDuration(given) : durationOf(given)),
    },
    ...parts,
    ...calendar,
    {
      name: 'toSeconds',
      signatures: ['duration.toSeconds(): number'],
      does: 'The seconds of a duration, fractions included.',
      examples: [['duration("1m0.5s").toSeconds()', 60.5]],
      alias: ['totalSeconds'],
      run: (duration: Duration) => millisOf(duration) / 1000,
    },
  ],
};
