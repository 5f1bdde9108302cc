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
export const observedOf = (
  { runs, makespan, busy, failure, tokens, cost }: Judgement,
  currency: string | undefined,
): Observed => ({
  runs,
  makespan: makespan ? scaled(makespan, 1 / 1000) : null,
  busy: busy ? scaled(busy, 1 / 1000) : null,
  failure: scaled(failure, 1),
  tokens: tokens ? scaled(tokens, 1) : null,
  cost: cost ? scaled(cost, 1) : null,
  currency: cost && currency !== undefined ? currency : null,
});

const percent = (share: number): string => `${Number((share * 100).toFixed(1))} %`;

/** What is worse, in words. */
export const worseIn = ({ makespan, busy, failure, tokens, cost, currency }: Observed): string => {
  const worse = (what: string, aspect: Aspect | null, unit: string): readonly string[] => {
    if (aspect?.verdict !== 'worse') return [];
    const { before, after, change, ci95 } = aspect;
    const [from, to, by, least, most] = [before, after, change, ...ci95].map((value) => `${value}${unit}`);
    return [`${what} ${from} → ${to} (+${by}, 95 % interval ${least} to ${most})`];
  };
  return [
    ...worse('median length', makespan, ' s'),
    ...worse('time of attempts', busy, ' s'),
    ...(failure.verdict === 'worse' ? [`runs that fail ${percent(failure.before)} → ${percent(failure.after)}`] : []),
    ...worse('tokens', tokens, ''),
    ...worse('cost', cost, ` ${currency}`),
  ].join('; ');
};
