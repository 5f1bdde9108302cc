import type { Aspect, Judgement } from '../../optimizer/trial/index.js';
import type { Observed } from '../../ports/index.js';

/** Figures are told to so many digits. */
const DIGITS = 6;

const scaled = (aspect: Aspect, scale: number): Aspect => {
  const figure = (value: number): number => Number((value * scale).toPrecision(DIGITS));
  const { before, after, change, ci95, verdict } = aspect;
  return {
    ...{ before: figure(before), after: figure(after), change: figure(change), verdict },
    ci95: [figure(ci95[0]), figure(ci95[1])],
  };
};

/** A judgement in seconds, as it is kept. */
export const observedOf = ({ runs, makespan, busy, failure }: Judgement): Observed => ({
  runs,
  makespan: makespan ? scaled(makespan, 1 / 1000) : null,
  busy: busy ? scaled(busy, 1 / 1000) : null,
  failure: scaled(failure, 1),
});

const percent = (share: number): string => `${Number((share * 100).toFixed(1))} %`;

/** What is worse, in words. */
export const worseIn = ({ makespan, busy, failure }: Observed): string => {
  const time = (what: string, { before, after, change, ci95 }: Aspect): string =>
    `${what} ${before} s → ${after} s (+${change} s, 95 % interval ${ci95[0]} to ${ci95[1]} s)`;
  return [
    ...(makespan?.verdict === 'worse' ? [time('median length', makespan)] : []),
    ...(busy?.verdict === 'worse' ? [time('time of attempts', busy)] : []),
    ...(failure.verdict === 'worse' ? [`runs that fail ${percent(failure.before)} → ${percent(failure.after)}`] : []),
  ].join('; ');
};
