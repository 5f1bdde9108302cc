import type { Millis } from '../../../kernel/index.js';
import { wilson } from '../simulate/index.js';
import { atLeastAsMany, type Count } from './exact-test.js';
import { shiftBetween } from './rank-test.js';

/** A run that counts. */
export interface TrialRun {
  /** From its begin to its end; of one that is still open, so far. */
  readonly makespan: Millis;
  /** What its attempts took together. */
  readonly busy: Millis;
  readonly isCompleted: boolean;
  /** Undefined: not known, as of a run that is open. 0: it used none. */
  readonly tokens: number | undefined;
  /** Money in one currency, likewise. */
  readonly cost: number | undefined;
}

/** Runs of two versions of a workflow. */
export interface Arms {
  readonly before: readonly TrialRun[];
  readonly after: readonly TrialRun[];
}

/** Less is better in all that is looked at. */
export type Verdict = 'better' | 'worse' | 'same';

export interface Aspect {
  /** Medians; of failures, shares. */
  readonly before: number;
  readonly after: number;
  /** The typical difference of a run of the one and of the other; of failures, the difference of the shares. */
  readonly change: number;
  readonly ci95: readonly [number, number];
  readonly verdict: Verdict;
}

/** What runs of two versions say. Undefined: too few runs completed. */
export interface Judgement {
  readonly runs: { readonly before: number; readonly after: number };
  readonly makespan: Aspect | undefined;
  readonly busy: Aspect | undefined;
  readonly failure: Aspect;
  /** Undefined also where no run used any. */
  readonly tokens: Aspect | undefined;
  readonly cost: Aspect | undefined;
}

export type Outcome = 'confirmed' | 'no_difference' | 'regressed';

/** When it is looked, as a share of the runs, and how probable a false alarm may be then in all aspects together. */
export interface Look {
  readonly share: number;
  readonly level: number;
}

/**
 * Two looks at fixed numbers of runs, the first of which wants much more (O'Brien and Fleming, 1979). Levels of looks and
 * of aspects add up (Bonferroni), so whatever they have to do with each other, a version that is not worse is said to be
 * so with a probability of at most 0.3 % + 4.5 % = 4.8 %. Where something was used there are more aspects than three, and
 * each has less of it.
 */
export const LOOKS: readonly [Look, Look] = [
  { share: 0.5, level: 0.003 },
  { share: 1, level: 0.045 },
];

/** Fewer runs of one of the two say nothing. */
export const FEWEST_RUNS = 5;

/** Lengths and failures are there in any case. */
const ASPECTS = 3;

/** A change that counts: so much of what was; of lengths, or a second. */
const LEAST_GAIN = 0.02;
const LEAST_LOSS = 0.05;
const SECOND = 1000;

interface Amounts {
  readonly before: readonly number[];
  readonly after: readonly number[];
  readonly enough: number;
}

const medianOf = (values: readonly number[]): number => {
  const sorted = Float64Array.from(values).sort();
  const middle = sorted.length >> 1;
  const upper = sorted[middle] as number;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] as number) + upper) / 2;
};

/** `enough`: a change by so much counts, however small a share it is. */
const amounts = ({ before, after, enough }: Amounts, level: number): Aspect | undefined => {
  if (Math.min(before.length, after.length) < FEWEST_RUNS) return undefined;
  const shift = shiftBetween(before, after, level);
  const shown = shiftBetween(before, after, 0.025);
  if (!shift || !shown) return undefined;
  const { change } = shift;
  const was = medianOf(before);
  const counts = (share: number): boolean => Math.abs(change) >= Math.min(share * was, enough);
  const isWorse = shift.least > 0 && counts(LEAST_LOSS);
  const isBetter = shift.most < 0 && counts(LEAST_GAIN);
  return {
    ...{ before: was, after: medianOf(after), change, ci95: [shown.least, shown.most] },
    verdict: isWorse ? 'worse' : isBetter ? 'better' : 'same',
  };
};

/** The interval is Newcombe's (1998, method 10). */
const failures = (before: Count, after: Count, level: number): Aspect => {
  const [was, is] = [before.hits / before.of, after.hits / after.of];
  const [[low, high], [least, most]] = [wilson(was, before.of), wilson(is, after.of)];
  const change = is - was;
  const down = Math.hypot(is - least, high - was);
  const up = Math.hypot(most - is, was - low);
  const isWorse = atLeastAsMany(before, after) <= level;
  const isBetter = atLeastAsMany(after, before) <= level;
  return {
    ...{ before: was, after: is, change, ci95: [change - down, change + up] },
    verdict: isWorse ? 'worse' : isBetter ? 'better' : 'same',
  };
};

const failedOf = (runs: readonly TrialRun[]): Count => ({
  hits: runs.filter(({ isCompleted }) => !isCompleted).length,
  of: runs.length,
});

/**
 * Compares two versions at a level of false alarms, all aspects together. Lengths and what was used are those of runs that
 * completed. Undefined: too few runs.
 */
export const judgeRuns = ({ before, after }: Arms, level: number): Judgement | undefined => {
  if (Math.min(before.length, after.length) < FEWEST_RUNS) return undefined;
  const [was, is] = [before, after].map((runs) => runs.filter(({ isCompleted }) => isCompleted)) as [
    TrialRun[],
    TrialRun[],
  ];
  const pick = (value: (run: TrialRun) => number | undefined, enough: number): Amounts => ({
    before: was.flatMap((run) => value(run) ?? []),
    after: is.flatMap((run) => value(run) ?? []),
    enough,
  });
  const [tokens, cost] = [pick((run) => run.tokens, Infinity), pick((run) => run.cost, Infinity)];
  const used = [tokens, cost].filter(isUsed).length;
  const each = level / (ASPECTS + used);
  return {
    runs: { before: before.length, after: after.length },
    makespan: amounts(
      pick(({ makespan }) => makespan, SECOND),
      each,
    ),
    busy: amounts(
      pick(({ busy }) => busy, SECOND),
      each,
    ),
    failure: failures(failedOf(before), failedOf(after), each),
    tokens: isUsed(tokens) ? amounts(tokens, each) : undefined,
    cost: isUsed(cost) ? amounts(cost, each) : undefined,
  };
};

const isUsed = ({ before, after }: Amounts): boolean => [...before, ...after].some((amount) => amount > 0);

/** Something is worse; else something is better; else neither can be told. */
export const outcomeOf = ({ makespan, busy, failure, tokens, cost }: Judgement): Outcome => {
  const verdicts = [makespan, busy, failure, tokens, cost].map((aspect) => aspect?.verdict);
  if (verdicts.includes('worse')) return 'regressed';
  return verdicts.includes('better') ? 'confirmed' : 'no_difference';
};

/** How many runs a look takes. */
export const runsAt = ({ share }: Look, runs: number): number => Math.ceil(share * runs);
