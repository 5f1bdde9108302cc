import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Json } from '../../../src/kernel/index.js';
import { outcomeOf, valueOf } from '../../world/expressions.js';

const LONG = process.env.HARMONIA_TEST_LONG === '1';
const input: Json = {
  list: Array.from({ length: 100_000 }, (_, i) => i),
  rows: Array.from({ length: 1000 }, (_, id) => ({ id, note: 'x'.repeat(10) })),
  text: 'x'.repeat(2 ** 20),
  few: [1, 2, 3],
};

describe('no expression runs for long or fills the memory', () => {
  test.each([
    'input.list.filter(x, x in input.list)',
    'input.list.map(x, input.list + input.list)',
    'input.list.map(x, input.text.contains("y"))',
    'input.list.map(x, input.text + "a")',
    'input.list.map(x, input.text.split(""))',
    'input.list.map(x, input.text.matches("(x+x+)+y"))',
    'input.list.map(x, size(input.text))',
    'input.list.all(x, input.rows == input.rows.map(y, y))',
    'input.list.exists(x, input.rows.map(y, y) != input.rows || false)',
    'input.list.map(x, input.list.map(y, x + y))',
    'input.list.map(x, [x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x].map(y, y * y))',
    'input.list.map(x, input.rows)',
    'input.rows.map(x, input.text)',
    `input.list.map(x, ${Array.from({ length: 150 }, () => 'x').join(' + ')})`,
    Array.from({ length: 150 }, () => 'input.list').join(' + '),
  ])('%.70s', (expression) => {
    const before = process.memoryUsage().heapUsed;
    const outcome = outcomeOf(`\${${expression}}`, input);
    expect(outcome).toMatchObject({ error: expect.stringMatching(/takes too long|larger than/) });
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(700 * 2 ** 20);
  });

  test.each<[string, Json]>([
    ['input.list.filter(x, x % 2 == 0).size()', 50_000],
    ['input.list.map(x, x * 2).exists(x, x == 199998)', true],
    ['input.rows.filter(r, r.id in input.few).size()', 3],
    ['input.text.contains("y") || input.text.matches("y$")', false],
    ['input.rows.map(r, r.note).join(",").size()', 10_999],
    ['(input.text + input.text).size()', 2 ** 21],
  ])('ordinary work on large data is done: %s', (expression, expected) => {
    expect(valueOf(expression, input)).toEqual(expected);
  });

  test.each([
    Array.from({ length: 2000 }, () => '1').join('+'),
    `${'!'.repeat(3000)}true`,
    `${'-'.repeat(3000)}1`,
    `${'('.repeat(100)}1${')'.repeat(100)}`,
    `input${'.a'.repeat(500)}`,
    `[${'1,'.repeat(1500)}1]`,
    Array.from({ length: 500 }, () => 'true ? 1 ').join(': '),
  ])('a long or deep source is refused: %.40s', (expression) => {
    expect(outcomeOf(`\${${expression}}`)).toMatchObject({ fault: expect.stringMatching(/^expression_/) });
  });

  test('a chain of 150 alternatives is none', () => {
    const alternatives = Array.from({ length: 150 }, (_, i) => `input.n == ${i}`).join(' || ');
    expect(valueOf(alternatives, { n: 149 })).toBe(true);
  });
});

describe('data is data', () => {
  const hostile = JSON.parse(
    '{"constructor":"x","__proto__":{"a":1},"toString":2,"n":5,"deep":{"constructor":null,"b":[{"constructor":{}}]}}',
  ) as Json;

  test.each<[string, Json]>([
    ['input.n + 1', 6],
    ['input.constructor', 'x'],
    ['input.toString', 2],
    ['input.__proto__', { a: 1 }],
    ['size(input)', 5],
    ['input.deep.b.map(x, x)', [JSON.parse('{"constructor":{}}') as Json]],
    ['input.deep.?b[0].?none.orValue(3)', 3],
    ['"constructor" in input && !("valueOf" in input)', true],
  ])('%s', (expression, expected) => {
    expect(valueOf(expression, hostile)).toEqual(expected);
  });

  test.each([
    'input.valueOf',
    'input.hasOwnProperty',
    'input.n.constructor',
    '"a".constructor',
    'input.few.length',
    '[].constructor',
    '{}.__proto__',
    'input["__proto__"]',
    'input[?"constructor"].value()',
  ])('%s reaches no prototype', (expression) => {
    expect(outcomeOf(`\${${expression}}`, { n: 1, few: [] })).not.toHaveProperty('value');
  });

  test.each([
    'cel.bind(x, 1, x)',
    'google.protobuf',
    'globalThis',
    'this',
    'process.env',
    'eval("1")',
    'harmoniaPay(1)',
  ])('%s is a fault', (expression) => {
    expect(outcomeOf(`\${${expression}}`)).toHaveProperty('fault');
  });
});

describe('whatever is written', () => {
  const words = fc.constantFrom(
    ...[
      'input',
      'tasks',
      'secrets',
      '.',
      '.?',
      '[',
      ']',
      '(',
      ')',
      '{',
      '}',
      ':',
      ',',
      '?',
      '+',
      '-',
      '*',
      '/',
      '%',
      '!',
    ],
    ...[
      '==',
      '<',
      'in',
      '&&',
      '||',
      '"a"',
      "'",
      '"',
      '1',
      '0.5',
      '5u',
      'b"a"',
      'r"\\',
      'null',
      'true',
      'x',
      'map',
      'has',
    ],
    ...[
      'few',
      'size',
      'matches',
      'orValue',
      'optional',
      'timestamp',
      '$',
      '${',
      '`',
      '//',
      '\\',
      '😀',
      '\u0000',
      '\ud800',
    ],
  );
  const sources = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 60 }),
    fc.array(words, { maxLength: 25 }).map((parts) => parts.join('')),
    fc.array(words, { maxLength: 15 }).map((parts) => parts.join(' ')),
  );

  test('nothing throws, and the same gives the same', () => {
    fc.assert(
      fc.property(sources, fc.boolean(), (source, whole) => {
        const text = whole ? `\${${source}}` : `a ${source} \${input.few} $\${`;
        const once = outcomeOf(text, { few: [1, 2], x: 'y' });
        expect(outcomeOf(text, { few: [1, 2], x: 'y' })).toEqual(once);
        if ('value' in once) expect(JSON.parse(JSON.stringify(once.value))).toEqual(once.value);
      }),
      { numRuns: LONG ? 100_000 : 1500 },
    );
  });
});
