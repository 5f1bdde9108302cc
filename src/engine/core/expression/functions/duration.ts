import { Duration } from '@marcbachmann/cel-js/evaluator';
import { ExpressionRefused } from '../budget.js';

const MAX_LENGTH = 64;
const NANOS = 1_000_000_000n;
const UNITS: Readonly<Record<string, bigint>> = {
  ...{ d: 86_400n * NANOS, h: 3600n * NANOS, m: 60n * NANOS, s: NANOS },
  ...{ ms: 1_000_000n, us: 1000n, µs: 1000n, ns: 1n },
};
/** Some ten thousand years, beyond which there is no time. */
const MAX_SECONDS = 315_576_000_000n;

const WHOLE = /^[-+]?(?:\d+(?:\.\d*)?(?:ns|us|µs|ms|s|m|h|d)|\.\d+(?:ns|us|µs|ms|s|m|h|d))+$/;
const PART = /(\d*)(?:\.(\d*))?(ns|us|µs|ms|s|m|h|d)/g;

/** Nanoseconds from 0 up: CEL's arithmetic is right on such alone. */
const fromNanos = (nanos: bigint): Duration => {
  const rest = ((nanos % NANOS) + NANOS) % NANOS;
  const seconds = (nanos - rest) / NANOS;
  if (seconds > MAX_SECONDS || seconds < -MAX_SECONDS) throw new ExpressionRefused('the duration is too long');
  return new Duration(seconds, Number(rest));
};

// What `time - time` calls. CEL's own counts nanoseconds in a double, so that a ms is lost on the way back to a time.
Duration.fromMilliseconds = (millis) => fromNanos(BigInt(Math.round(millis)) * 1_000_000n);

/** `1h30m`, `-1.5s`, `250ms`; days are 24 hours. */
export const parseDuration = (text: string): Duration => {
  if (text.length > MAX_LENGTH || !WHOLE.test(text))
    throw new ExpressionRefused(
      `"${text.slice(0, MAX_LENGTH)}" is no duration; write it as "1h30m", "90s", "250ms" or "2d"`,
    );
  let nanos = 0n;
  for (const [, whole = '', fraction = '', unit = ''] of text.matchAll(PART)) {
    const size = UNITS[unit] as bigint;
    const digits = fraction.slice(0, 15);
    nanos += BigInt(whole || '0') * size + (BigInt(digits || '0') * size) / 10n ** BigInt(digits.length);
  }
  return fromNanos(text.startsWith('-') ? -nanos : nanos);
};

export const durationOf = (seconds: number): Duration => {
  if (!Number.isFinite(seconds)) throw new ExpressionRefused(`${seconds} is no number of seconds`);
  const whole = Math.trunc(seconds);
  return fromNanos(BigInt(whole) * NANOS + BigInt(Math.round((seconds - whole) * 1e9)));
};

const nanosOf = ({ seconds, nanos }: Duration): bigint => seconds * NANOS + BigInt(nanos);

/** Whole units in a duration, towards zero. */
export const wholeUnits = (duration: Duration, unit: 'h' | 'm' | 's' | 'ms'): number =>
  Number(nanosOf(duration) / (UNITS[unit] as bigint));

/** Milliseconds, fractions included. */
export const millisOf = (duration: Duration): number => Number(nanosOf(duration)) / 1e6;

/** `5400s`, `-1.5s`: CEL's way to write one. */
export const durationText = (duration: Duration): string => {
  const all = nanosOf(duration);
  const size = all < 0n ? -all : all;
  const fraction = String(size % NANOS)
    .padStart(9, '0')
    .replace(/0+$/, '');
  return `${all < 0n ? '-' : ''}${size / NANOS}${fraction === '' ? '' : `.${fraction}`}s`;
};
