import { describe, expect, test } from '@jest/globals';
import { Chance } from '../../../src/kernel/index.js';
import { atLeastAsMany } from '../../../src/llm/optimizer/trial/exact-test.js';
import {
  judgeRuns,
  LOOKS,
  outcomeOf,
  runsAt,
  type Outcome,
  type TrialRun,
} from '../../../src/llm/optimizer/trial/index.js';
import { rankCounts, shiftBetween, waysToChoose } from '../../../src/llm/optimizer/trial/rank-test.js';

const LONG = process.env.HARMONIA_TEST_LONG === '1' ? 30 : 1;

describe('the exact tests', () => {
  test('count every order of two samples once', () => {
    for (const [few, many] of [
      [1, 1],
      [3, 5],
      [7, 7],
      [10, 60],
      [20, 100],
    ] as const) {
      const counts = rankCounts(few, many);
      const half = counts.reduce((sum, count) => sum + count, 0);
      const middle = (few * many) % 2 === 0 ? (counts.at(-1) as number) : 0;
      expect((2 * half - middle) / waysToChoose(few, few + many)).toBeCloseTo(1, 9);
    }
    // All 20 orders of 3 and 3, by hand.
    expect([...rankCounts(3, 3)]).toEqual([1, 1, 2, 3, 3]);
  });

  test('give the bounds of the tables', () => {
    // Hollander and Wolfe, Nonparametric Statistical Methods, table of the rank sum: 5 and 5 at 0.028, 8 smallest sums.
    const before = [1, 2, 3, 4, 5];
    const after = [11, 12, 13, 14, 15];
    expect(shiftBetween(before, after, 0.5)).toMatchObject({ change: 10 });
    expect(shiftBetween(before, after, 0.025)).toMatchObject({ least: 7, most: 13 });
    // Nothing can be said at this level: the rarest order of all has 1/252.
    expect(shiftBetween(before, after, 0.003)).toMatchObject({ least: -Infinity, most: Infinity });
    expect(shiftBetween([], after, 0.025)).toBeUndefined();
  });

  test('Fisher: the lady tasting tea', () => {
    expect(atLeastAsMany({ hits: 1, of: 4 }, { hits: 3, of: 4 })).toBeCloseTo(17 / 70, 12);
    expect(atLeastAsMany({ hits: 0, of: 4 }, { hits: 4, of: 4 })).toBeCloseTo(1 / 70, 12);
    expect(atLeastAsMany({ hits: 0, of: 9 }, { hits: 0, of: 4 })).toBe(1);
    expect(atLeastAsMany({ hits: 2, of: 2 }, { hits: 1, of: 3 })).toBeCloseTo(1, 12);
  });
});

type Draw = (chance: Chance) => number;

/** Lengths of mean 1000 ms, each in its own way. */
const WAYS: Readonly<Record<string, Draw>> = {
  'log-normal, cv 0.3': (chance) => 1000 * Math.exp(0.2936 * chance.normal() - 0.0431),
  exponential: (chance) => -1000 * Math.log(1 - chance.next()),
  'two kinds of runs': (chance) => (chance.happens(0.3) ? 2400 : 400) * (1 + 0.1 * chance.normal()),
  'a few ms, many alike': (chance) => chance.below(4),
  'heavy tail': (chance) => 300 * (1 - chance.next()) ** (-1 / 1.5),
};

const runs = (
  count: number,
  of: { draw: Draw; fails: number; slower?: number; spends?: number },
  chance: Chance,
): TrialRun[] =>
  Array.from({ length: count }, () => {
    const makespan = of.draw(chance) * (of.slower ?? 1);
    const busy = makespan * (1 + chance.next());
    const used = of.spends === undefined ? undefined : of.draw(chance) * of.spends;
    return { makespan, busy, isCompleted: !chance.happens(of.fails), tokens: used, cost: used && used / 1e6 };
  });

/** As it is done: looked at half of the runs for harm, at all of them for everything. */
const followed = (before: readonly TrialRun[], after: readonly TrialRun[]): Outcome | undefined => {
  let outcome: Outcome | undefined;
  for (const look of LOOKS) {
    const judged = judgeRuns({ before, after: after.slice(0, runsAt(look, after.length)) }, look.level);
    outcome = judged && outcomeOf(judged);
    if (outcome === 'regressed') break;
  }
  return outcome;
};

const SEED = 20_261_130;

const share = (rounds: number, one: (chance: Chance) => boolean): number => {
  let hits = 0;
  for (let round = 0; round < rounds; round++) if (one(new Chance(SEED, round))) hits += 1;
  return hits / rounds;
};

describe(`a version that is no worse (seed ${SEED})`, () => {
  const ROUNDS = 300 * LONG;
  test.each(Object.entries(WAYS))('is said to be worse in at most 5 of 100 cases: %s', (_, draw) => {
    const alike = { draw, fails: 0.1 };
    const shares = [15, 100].map((base) =>
      share(ROUNDS, (chance) => followed(runs(base, alike, chance), runs(20, alike, chance)) === 'regressed'),
    );
    // Two more that can be worse, and no more false alarms.
    const spending = { ...alike, spends: 2 };
    shares.push(
      share(ROUNDS, (chance) => followed(runs(15, spending, chance), runs(20, spending, chance)) === 'regressed'),
    );
    for (const found of shares) expect(found).toBeLessThanOrEqual(0.05);
  });
});

describe(`a version that is worse (seed ${SEED})`, () => {
  const ROUNDS = 200 * LONG;
  const draw = WAYS['log-normal, cv 0.3'] as Draw;

  test('by half: found within 20 runs in 95 of 100 cases and more; by 2 %: seldom, since it does not count', () => {
    const found = (slower: number, base: number): number =>
      share(ROUNDS, (chance) => {
        const before = runs(base, { draw, fails: 0 }, chance);
        return followed(before, runs(20, { draw, fails: 0, slower }, chance)) === 'regressed';
      });
    expect(found(1.5, 20)).toBeGreaterThanOrEqual(0.95);
    expect(found(1.5, 100)).toBeGreaterThanOrEqual(0.95);
    expect(found(1.02, 100)).toBeLessThanOrEqual(0.06);
  });

  test('that fails in 4 of 10 runs: found in 95 of 100 cases and more; better by a third: confirmed', () => {
    const fails = share(ROUNDS, (chance) => {
      const before = runs(100, { draw, fails: 0.02 }, chance);
      return followed(before, runs(20, { draw, fails: 0.4 }, chance)) === 'regressed';
    });
    const better = share(ROUNDS, (chance) => {
      const before = runs(100, { draw, fails: 0.02 }, chance);
      return followed(before, runs(20, { draw, fails: 0.02, slower: 0.66 }, chance)) === 'confirmed';
    });
    expect(fails).toBeGreaterThanOrEqual(0.95);
    expect(better).toBeGreaterThanOrEqual(0.9);
  });
});

describe('what counts', () => {
  const steady = (count: number, makespan: number): TrialRun[] =>
    Array.from({ length: count }, (_, index) => ({
      ...{ makespan: makespan + index, busy: 1, isCompleted: true },
      ...{ tokens: undefined, cost: undefined },
    }));
  const paying = (count: number, tokens: number, cost?: number): TrialRun[] =>
    steady(count, 1000).map((run, index) => ({ ...run, tokens: tokens + (index % 3), cost }));
  const AT = 0.045;

  test('5 % or a second; less is no difference, however sure', () => {
    const verdict = (before: number, after: number): string | undefined =>
      judgeRuns({ before: steady(20, before), after: steady(20, after) }, AT)?.makespan?.verdict;
    expect(verdict(10_000, 10_400)).toBe('same');
    expect(verdict(10_000, 10_600)).toBe('worse');
    expect(verdict(1_000_000, 1_000_900)).toBe('same');
    expect(verdict(1_000_000, 1_001_100)).toBe('worse');
    expect(verdict(10_000, 9_900)).toBe('same');
    expect(verdict(10_000, 9_700)).toBe('better');
  });

  test('too few runs say nothing; runs that failed have no length', () => {
    expect(judgeRuns({ before: steady(4, 1), after: steady(20, 1) }, AT)).toBeUndefined();
    const failing = steady(20, 1).map((run, index) => ({ ...run, isCompleted: index < 3 }));
    const judged = judgeRuns({ before: steady(20, 1), after: failing }, AT);
    expect(judged).toMatchObject({ makespan: undefined, busy: undefined, failure: { verdict: 'worse', after: 0.85 } });
    expect(judged && outcomeOf(judged)).toBe('regressed');
  });

  test('tokens and money count by their share, where somebody told of any', () => {
    const judged = (before: TrialRun[], after: TrialRun[]) => judgeRuns({ before, after }, AT);
    const verdicts = (before: TrialRun[], after: TrialRun[]) => {
      const { tokens, cost } = judged(before, after) ?? {};
      return [tokens?.verdict, cost?.verdict];
    };
    expect(verdicts(paying(20, 1000), paying(20, 1100))).toEqual(['worse', undefined]);
    expect(verdicts(paying(20, 1000), paying(20, 1030))).toEqual(['same', undefined]);
    expect(verdicts(paying(20, 1000, 0.01), paying(20, 900, 0.005))).toEqual(['better', 'better']);
    // Of four runs the price is known, and of no run of the other.
    const some = paying(20, 1000, 0.01).map((run, index) => (index < 4 ? run : { ...run, cost: undefined }));
    expect(verdicts(some, paying(20, 1000))).toEqual(['same', undefined]);
    expect(
      verdicts(
        paying(20, 0, 0),
        paying(20, 0, 0).map((run) => ({ ...run, tokens: 0 })),
      ),
    ).toEqual(['same', undefined]);
    expect(verdicts(steady(20, 1), steady(20, 1))).toEqual([undefined, undefined]);
    const dearer = judged(paying(20, 0, 0), paying(20, 0, 0.001));
    expect(dearer && outcomeOf(dearer)).toBe('regressed');
    expect(dearer?.cost).toMatchObject({ before: 0, after: 0.001, verdict: 'worse' });
  });
});
