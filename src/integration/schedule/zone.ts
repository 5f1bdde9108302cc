import type { Instant, Millis } from '../../kernel/index.js';

const DAY = 86_400_000;
const ZONES_KEPT = 500;
const LONGEST_NAME = 64;

const formats = new Map<string, Intl.DateTimeFormat>();

const formatOf = (zone: string): Intl.DateTimeFormat => {
  const known = formats.get(zone);
  if (known) return known;
  const made = new Intl.DateTimeFormat('en-US', {
    ...{ timeZone: zone, hourCycle: 'h23', year: 'numeric', month: 'numeric', day: 'numeric' },
    ...{ hour: 'numeric', minute: 'numeric', second: 'numeric' },
  });
  if (formats.size >= ZONES_KEPT) formats.delete(formats.keys().next().value as string);
  formats.set(zone, made);
  return made;
};

/** Whether this is the name of a zone of the IANA database; `+02:00` is none. */
export const isTimeZone = (zone: string): boolean => {
  if (zone.length > LONGEST_NAME || !/^[A-Za-z]/.test(zone)) return false;
  try {
    formatOf(zone);
    return true;
  } catch {
    return false;
  }
};

const SHOWN = /^(\d+)\/(\d+)\/(\d+), (\d+):(\d+):(\d+)$/;

/** How far the wall clock of a zone is ahead of UTC. */
export const offsetAt = (instant: Instant, zone: string): Millis => {
  if (zone === 'UTC') return 0;
  const text = formatOf(zone).format(instant);
  const found = SHOWN.exec(text);
  if (!found) throw new Error(`unexpected time "${text}" of zone ${zone}`);
  const [month, day, year, hour, minute, second] = found.slice(1).map(Number) as [
    ...[number, number, number, number, number, number],
  ];
  const wall = Date.UTC(year, month - 1, day, hour, minute, second);
  return wall - Math.floor(instant / 1000) * 1000;
};

/** A moment at which the clock of a zone is put forward or back. */
export interface Change {
  /** The first moment of the new time. */
  readonly at: Instant;
  readonly before: Millis;
  readonly after: Millis;
}

/** The change between two moments that are a day or less apart and have different offsets. */
const bisect = (zone: string, from: Instant, to: Instant): Change => {
  const before = offsetAt(from, zone);
  let [low, high] = [Math.floor(from / 1000), Math.floor(to / 1000)];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (offsetAt(middle * 1000, zone) === before) low = middle;
    else high = middle;
  }
  return { at: high * 1000, before, after: offsetAt(high * 1000, zone) };
};

/**
 * The first change after `from`, up to `to`. Looks once a day: nowhere is the clock changed twice within one, which a test
 * makes sure of for every zone.
 */
export const firstChange = (zone: string, from: Instant, to: Instant): Change | undefined => {
  if (zone === 'UTC') return undefined;
  const before = offsetAt(from, zone);
  for (let at = from; at < to;) {
    const next = Math.min(at + DAY, to);
    if (offsetAt(next, zone) !== before) return bisect(zone, at, next);
    at = next;
  }
  return undefined;
};

/** The change of the last day, up to this moment. */
export const changeBefore = (zone: string, instant: Instant): Change | undefined =>
  firstChange(zone, instant - DAY, instant);

/** `2026-03-29T03:00:00+02:00` */
export const localTime = (instant: Instant, zone: string): string => {
  const offset = offsetAt(instant, zone);
  const minutes = Math.abs(offset) / 60_000;
  const two = (part: number): string => String(Math.floor(part)).padStart(2, '0');
  const sign = offset < 0 ? '-' : '+';
  return `${new Date(instant + offset).toISOString().slice(0, 19)}${sign}${two(minutes / 60)}:${two(minutes % 60)}`;
};
