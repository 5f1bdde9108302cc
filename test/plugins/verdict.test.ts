import { describe, expect, test } from '@jest/globals';
import type { Json } from '../../src/kernel/index.js';
import { judge, type CaseObservations, type Observation } from '../../src/plugin/certification/verdict.js';
import type { Effects } from '../../src/plugin/contract/index.js';

const step = (effects: readonly Json[], places: readonly string[] = [], output: Json = null): Observation => ({
  kills: places.map((place, index) => ({ index: index + 1, place })),
  effects,
  outcome: { is: 'completed', output },
  boundaries: ['one', 'two'],
});
const failing: Observation = {
  ...step([], ['at one']),
  outcome: { is: 'failed', failure: { kind: 'fatal', code: 'gone', message: 'It is gone.' } },
};
const observed = (baseline: readonly Json[], killed: readonly Observation[], more: Partial<CaseObservations> = {}) => ({
  name: '"t"',
  baseline: step(baseline),
  again: step(baseline),
  killed,
  ...more,
});
const judged = (declared: Effects, ...cases: CaseObservations[]) => judge('t', declared, cases);

describe('what killed steps show', () => {
  test.each<[string, readonly Json[], Observation, string]>([
    [
      'the same, in another order and with other keys first',
      ['a', { x: 1, y: 2 }],
      step([{ y: 2, x: 1 }, 'a'], ['at one']),
      'exactly-once',
    ],
    ['once more', ['a'], step(['a', 'a'], ['at one']), 'at-least-once'],
    ['something that never happens undisturbed', ['a'], step(['a', 'b'], ['at one']), 'at-least-once'],
    ['nothing at all', [], step([], ['at one']), 'none'],
  ])('%s', (_name, baseline, killed, seen) => {
    expect(judged('write', observed(baseline, [killed]))).toMatchObject({
      seen,
      failures: [],
      boundaries: 2,
      kills: 1,
    });
  });

  test('an effect that is lost is a failure, of a write too, and when another one happens twice', () => {
    for (const killed of [step(['a'], ['at one']), step(['a', 'a'], ['at one'])]) {
      const { failures } = judged('write', observed(['a', 'b'], [killed]));
      expect(failures).toEqual([expect.stringContaining('killed at one (boundary 1 of 2), this never happened: "b"')]);
    }
  });

  test('both kills of a step are named, and each kind of failure once', () => {
    const twice = step(['a', 'a'], ['at one', 'at two']);
    const { failures, repeated } = judged('idempotent', observed(['a'], [twice, step(['a', 'a'], ['at two'])]));
    expect(failures).toEqual([
      expect.stringMatching(/killed at one \(boundary 1 of 2\), and again at two \(boundary 2 of 2\), /),
    ]);
    expect(repeated).toBe(2);
  });

  test('another effect instead of the right one, or attempts that fail: forbidden to what is idempotent, remarked of a write', () => {
    for (const [killed, words] of [
      [step(['b'], ['at one']), 'something else happened: "b" instead of "a"'],
      [failing, 'the attempts after it failed: It is gone. [gone]'],
    ] as const) {
      expect(judged('idempotent', observed(['a'], [killed])).failures[0]).toContain(words);
      const write = judged('write', observed(['a'], [killed]));
      expect([write.failures, write.seen]).toEqual([[], 'at-least-once']);
      expect(write.remarks[0]).toContain(words);
    }
  });

  test('what is pure answers the same after a kill', () => {
    const { failures } = judged('pure', observed([], [step([], ['at two'], 'attempt 2')]));
    expect(failures[0]).toMatch(/answers differently when it is killed at two/);
  });
});

describe('what is wrong without a kill', () => {
  test.each<[string, Effects, Partial<CaseObservations>, RegExp]>([
    ['it fails', 'write', { baseline: failing }, /fails without being killed: It is gone/],
    ['it does something else the second time', 'write', { again: step(['b']) }, /does not do the same twice/],
    ['it reads, and does something', 'read', {}, /does something: "a"/],
  ])('%s', (_name, declared, more, words) => {
    expect(judged(declared, observed(['a'], [], more)).failures).toEqual([expect.stringMatching(words)]);
  });

  test('it declares less than it keeps: a remark', () => {
    expect(judged('write', observed(['a'], [step(['a'], ['at one'])])).remarks[0]).toContain("'idempotent' as far as");
    expect(judged('idempotent', observed([], [step([], ['at one'])])).remarks[0]).toContain("it may be 'read'");
  });

  test('one bad case among good ones fails the task', () => {
    const good = observed(['a'], [step(['a'], ['at one'])]);
    const bad = observed(['a'], [step([], ['at one'])]);
    expect(judged('idempotent', good, bad)).toMatchObject({ boundaries: 4, kills: 2, seen: 'at-least-once' });
    expect(judged('idempotent', good, bad).failures).toHaveLength(1);
  });
});
