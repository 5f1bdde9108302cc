import { describe, expect, test } from '@jest/globals';
import type { Json } from '../../../src/kernel/index.js';
import { mentionsIn, termsOf } from '../../../src/llm/generate/word/index.js';
import { random, seedOf } from '../../world/random.js';

/* What a sentence names. */

const named = (text: string): readonly (readonly [string, Json])[] =>
  mentionsIn(text)
    .filter(({ is }) => is !== 'word')
    .map(({ is, value }) => [is, value]);

describe('what is named', () => {
  test.each<[string, readonly (readonly [string, Json])[]]>([
    ['see https://a.example/x?y=1.', [['url', 'https://a.example/x?y=1']]],
    ['ping http://10.1.2.3:8080/ready, please', [['url', 'http://10.1.2.3:8080/ready']]],
    ['is www.example.com up', [['url', 'http://www.example.com']]],
    ['mail ann@example.com', [['email', 'ann@example.com']]],
    [
      'run.sh and notes.md',
      [
        ['path', 'run.sh'],
        ['path', 'notes.md'],
      ],
    ],
    [
      'from /srv/a to ~/b and ./c/d.',
      [
        ['path', '/srv/a'],
        ['path', '~/b'],
        ['path', './c/d'],
      ],
    ],
    ['this and/or that', []],
    ['on 2026-12-24', [['date', '2026-12-24']]],
    [
      'on 24 December 2026 or March 3rd, 2027',
      [
        ['date', '2026-12-24'],
        ['date', '2027-03-03'],
      ],
    ],
    ['at 2026-12-24T18:00Z', [['date-time', '2026-12-24T18:00:00Z']]],
    ['on 2026-02-30', []],
    ['on 03/04/2027, or tomorrow', []],
    [
      '5 minutes, 2h, 90 s, 1.5 days',
      [
        ['duration', 300],
        ['duration', 7200],
        ['duration', 90],
        ['duration', 129600],
      ],
    ],
    ['two weeks', [['duration', 1209600]]],
    ['0.1 s', [['duration', 0.1]]],
    [
      '1,200.50 of 12 and three',
      [
        ['number', 1200.5],
        ['number', 12],
        ['number', 3],
      ],
    ],
    ['version 2.4.1, post-1, v2, a1', []],
    [
      '"a b" and “c” or „d“ or ‘e',
      [
        ['list', ['a b', 'c', 'd']],
        ['quoted', 'a b'],
        ['quoted', 'c'],
        ['quoted', 'd'],
      ],
    ],
    ["it's Ann's 'turn'", [['quoted', 'turn']]],
    ['with {"a": [1, "}"]} now', [['json', { a: [1, '}'] }]]],
    ['items ["a", "b"]', [['json', ['a', 'b']]]],
    ['an open [ bracket {', []],
    ['these: apples, pears and plums. Then rest', [['list', ['apples', 'pears', 'plums']]]],
    ['${input.x} and ${[]}', []],
  ])('%s', (text, expected) => {
    expect(named(text)).toEqual(expected);
  });
});

test('words with the same meaning have the same term; words that say nothing have none', () => {
  expect(termsOf('Fetches the Web-Address')).toEqual(termsOf('download website addresses'));
  expect(termsOf('backupFolder')).toEqual(termsOf('copy_directory'));
  expect(termsOf('I want it to be the 3 of a')).toEqual([]);
});

test('any text is read in the same way twice, in order, with nothing named twice', () => {
  const next = random(seedOf('texts that are read'));
  const SIGNS = [
    ...'ab "\'`“”„«»[]{}:,./\\@-_$%0159 \n\té漢😀\u202e\u0000',
    'https://',
    '2026-01-01',
    ' and ',
    '5 minutes',
  ];
  for (let round = 0; round < 300; round++) {
    const text = Array.from({ length: Math.floor(next() * 120) }, () => SIGNS[Math.floor(next() * SIGNS.length)]).join(
      '',
    );
    const found = mentionsIn(text);
    expect(mentionsIn(text)).toEqual(found);
    const single = found.filter((one) => !(one.is === 'list' && one.isQuoted));
    single.forEach(({ at, end }, index) => {
      expect(end).toBeGreaterThan(at);
      expect(at).toBeGreaterThanOrEqual(single[index - 1]?.end ?? 0);
      expect(end).toBeLessThanOrEqual(text.length);
    });
  }
});
