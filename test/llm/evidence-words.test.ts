import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import type { Evidence } from '../../src/llm/optimizer/rules/index.js';
import { evidenceOf, titleFrom } from '../../src/llm/suggestion/evidence-words.js';

const timeout: Evidence = {
  ...{ is: 'timeout', task: '/fetch', samples: 140, median: 800, tail: 3000, longest: 3200, lost: 7 },
  ...{ before: 3_600_000, after: 4500, because: 'hung' },
};

test('the guide quotes what is said', () => {
  const guide = readFileSync(join(import.meta.dirname, '../../docs/guides/suggestions.md'), 'utf8');
  expect(guide.replace(/[>\s]+/g, ' ')).toContain(`${evidenceOf(timeout)} Nothing changes but how attempts are made.`);
});

test.each<[Evidence, string, RegExp]>([
  [timeout, 'Stop attempts at /fetch after 4.5 s', /7 attempts went on for longer than 4.5 s/],
  [
    { ...timeout, before: 1000, because: 'slow' },
    'Give attempts at /fetch 4.5 s instead of 1 s',
    /7 attempts met the timeout of 1 s, .* half of all attempts would take 0.8 s, 99.5 % of them up to 3 s/,
  ],
  [
    {
      is: 'retries',
      task: '/a',
      samples: 40,
      failures: 12,
      later: 30,
      succeeded: 28,
      of: 'reruns',
      before: 0,
      after: 3,
    },
    'Try /a again up to 3 times when it fails in a way that may pass',
    /12 attempts in 40 runs .* Of 30 failed steps that somebody ran anew 28 succeeded/,
  ],
  [
    { is: 'fewer-retries', task: '/a', before: 6, after: 1, beyond: 44 },
    'Try /a again at most 1 time instead of 6',
    /44 attempts at \/a were made after it had been tried again 1 time, and none succeeded/,
  ],
  [
    { is: 'hopeless', task: '/a', codes: 1, beyond: 33 },
    'Do not try /a again after failures that never passed',
    /1 code 33 further attempts/,
  ],
  [
    {
      ...{ is: 'concurrency', task: '', samples: 900, before: undefined, after: 8, growth: 1, ci95: [0.9, 1.1] },
      failing: [0.01, 0.25],
    },
    'Run at most 8 attempts of the workflow at a time',
    /take 2 times as long each \(95 %: 1.87 to 2.14\). With up to 8 at a time 1 % of them fail .* with more 25 %. There is no limit/,
  ],
  [
    { is: 'repeats', task: '/a', samples: 80, share: 0.75, ttl: 21_600 },
    'Keep results of /a for 6 h',
    /75 % of 80 runs of \/a had an input whose result was known, and no older than 6 h/,
  ],
  [{ is: 'ranks', tasks: ['/a', '/b'], rank: 61_000 }, 'Begin /a and /b first when slots are short', /up to 61 s/],
])('%j', (evidence, title, words) => {
  expect(titleFrom(evidence)).toBe(title);
  expect(evidenceOf(evidence)).toMatch(words);
});
