import { describe, expect, test } from '@jest/globals';
import { createSchemaChecker } from '../../../src/json-schema/index.js';
import type { JsonObject } from '../../../src/kernel/index.js';
import { fillSlots, readSentence, slotsOf } from '../../../src/llm/generate/slot/index.js';
import { readParameters } from '../../../src/template/core/index.js';
import { random, seedOf } from '../../world/random.js';

/* Values of parameters, out of words. */

const schemas = createSchemaChecker();

const parametersOf = (said: JsonObject) => {
  const { parameters } = readParameters(said, { where: '', faults: [], schemas });
  return Object.fromEntries(parameters);
};

const fill = (said: JsonObject, words: string): JsonObject => {
  const { filled } = fillSlots(readSentence(words), slotsOf(parametersOf(said), schemas));
  return Object.fromEntries(filled.map(({ name, value }) => [name, value]));
};

const text = (more: JsonObject = {}): JsonObject => ({ type: 'string', ...more });

describe('a slot is filled', () => {
  const url = text({ format: 'uri' });
  test.each<[string, JsonObject, string, JsonObject]>([
    [
      'by format',
      { a: url, b: text({ format: 'email' }) },
      'from https://x.example to y@z.example',
      { a: 'https://x.example', b: 'y@z.example' },
    ],
    ['by its pattern, or not at all', { a: text({ format: 'uri', pattern: '^https:' }) }, 'at http://x.example', {}],
    [
      'with all addresses',
      { to: { type: 'array', items: text({ format: 'email' }) } },
      'to a@x.example, b@x.example',
      { to: ['a@x.example', 'b@x.example'] },
    ],
    ['in the unit of its name', { keep_hours: { type: 'integer' } }, 'keep it 2 days', { keep_hours: 48 }],
    [
      'in the unit of its description',
      { pause: { type: 'number', description: 'Seconds.' } },
      'pause 1.5 minutes',
      { pause: 90 },
    ],
    ['by no length of time when nobody says the unit', { pause: { type: 'number' } }, 'pause 5 minutes', {}],
    ['only with whole numbers', { keep_days: { type: 'integer' } }, 'keep it 36 hours', {}],
    ['within its bounds', { tries: { type: 'integer', maximum: 9 } }, '12 tries', {}],
    [
      'by the nearer word',
      { width: { type: 'number' }, height: { type: 'number' } },
      'height 3 and width 4',
      { width: 4, height: 3 },
    ],
    ['by a choice', { level: { enum: ['low', 'high'] } }, 'with High priority', { level: 'high' }],
    ['by a flag', { keep_api: { type: 'boolean' } }, 'and keep the API', { keep_api: true }],
    ['by a flag that is denied', { keep_api: { type: 'boolean' } }, 'but do not keep the API', { keep_api: false }],
    [
      'from and to',
      { source: text({ description: 'File.' }), target: text({ description: 'File.' }) },
      'to /b/x from /a/x',
      { source: '/a/x', target: '/b/x' },
    ],
    [
      'by the only text that is left',
      { question: text({ required: true }) },
      'say "yes or no"',
      { question: 'yes or no' },
    ],
    ['by neither of two', { a: text({ required: true }), b: text({ required: true }) }, 'say "yes"', {}],
    [
      'by its own name',
      { batch_size: { type: 'integer' }, on: { type: 'boolean' } },
      'batch size: 7, on=no',
      { batch_size: 7, on: false },
    ],
    [
      'by a word behind its name',
      { table: text({ pattern: '^[a-z]+$' }) },
      'into the table orders now',
      { table: 'orders' },
    ],
    ['by no word elsewhere', { table: text() }, 'orders go into a table', {}],
    [
      'by JSON',
      { items: { type: 'array' }, with: { type: 'object' } },
      'do {"a":1} for [1,2]',
      { items: [1, 2], with: { a: 1 } },
    ],
    [
      'by a list of what is quoted',
      { items: { type: 'array', items: text() } },
      'each of "a", "b" and "c"',
      { items: ['a', 'b', 'c'] },
    ],
  ])('%s', (_, parameters, words, expected) => {
    expect(fill(parameters, words)).toEqual(expected);
  });
});

test('a secret is never read out of a sentence', () => {
  expect(
    fill({ token: text({ secret: true }), password: { type: 'password' } }, 'token: "abc123", password=hunter2'),
  ).toEqual({});
});

test('whatever is said, what is filled in fits its schema, and is the same again', () => {
  const next = random(seedOf('slots that are filled'));
  const pick = <T>(list: readonly T[]): T => list[Math.floor(next() * list.length)] as T;
  const NAMES = ['url', 'days', 'path', 'name', 'level', 'items', 'keep_it', 'amount', 'to', 'when'];
  const TYPES: readonly JsonObject[] = [
    ...[
      text(),
      text({ format: 'uri' }),
      text({ format: 'email', maxLength: 12 }),
      text({ pattern: '^\\d+$' }),
      text({ format: 'date' }),
    ],
    ...[
      { type: 'integer', minimum: 3 },
      { type: 'number', description: 'Minutes.' },
      { type: 'boolean' },
      { enum: ['a', 'b', 3] },
    ],
    ...[
      { type: 'array', maxItems: 2, items: text({ minLength: 2 }) },
      { type: 'object', required: ['a'] },
    ],
  ];
  const WORDS = [
    ...[
      ...NAMES,
      'https://x.example/a',
      'ann@example.com',
      '"a b"',
      '"x", "y", "zz"',
      '/srv/a',
      '5 days',
      '2',
      '3.5',
      'a',
      'b',
    ],
    ...['["aa","bb"]', '{"a":1}', '2027-01-02', 'keep it', 'not', ':', '=', ',', 'to', 'from', 'and', '.'],
  ];
  for (let round = 0; round < 200; round++) {
    const said = Object.fromEntries(NAMES.filter(() => next() < 0.5).map((name) => [name, pick(TYPES)]));
    const words = Array.from({ length: Math.floor(next() * 25) }, () => pick(WORDS)).join(' ');
    const found = fill(said, words);
    expect(fill(said, words)).toEqual(found);
    for (const [name, value] of Object.entries(found)) {
      const schema = schemas.compile(parametersOf(said)[name]?.schema ?? {});
      expect([words, name, schema.ok && schema.value.check(value)]).toEqual([words, name, []]);
    }
  }
});
