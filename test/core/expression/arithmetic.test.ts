import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Json } from '../../../src/kernel/index.js';
import { outcomeOf, valueOf } from '../../world/expressions.js';

const RUNS = process.env.HARMONIA_TEST_LONG === '1' ? 10_000 : 500;

const input: Json = { n: 5, half: 0.5, i: 1, text: 'abc', list: [10, 20, 30], none: null, obj: { a: 1 }, yes: true };

describe('all numbers are doubles', () => {
  test.each<[string, Json]>([
    ['9007199254740993 + 1', 9007199254740992],
    ['9223372036854775807 + 1', 2 ** 63],
    ['1000000000000 * 1000000000000', 1e24],
    ['-9223372036854775808', -(2 ** 63)],
    ['1e300 / 1e299', 10],
    ['1e-12 / 1', 1e-12],
    ['input.yes ? 0.1234567890123456 : 1', 0.1234567890123456],
    ['input.yes ? 1e21 : 1', 1e21],
    ['0x10 + 5u', 21],
    ['7 / 2', 3.5],
    ['-7 % 3', -1],
    ['7.5 % 2', 1.5],
    ['int(7.9) / 2', 3.5],
    ['size(input.list) / 2', 1.5],
    ['size(input.list) * 0.5 + "abc".indexOf("c")', 3.5],
    ['timestamp("2024-02-03T04:05:06Z").getDate() / 2', 1.5],
    ['-0', 0],
    ['[1, 2] == [1.0, 2.0]', true],
    ['{"a": 1} == {"a": 1.0}', true],
    ['5 in [5.0]', true],
    ['1 == 1.0 && 1 < 1.5 && 2 >= 2.0', true],
    ['string(1.5) + string(2) + string(size(input.list))', '1.523'],
    ['timestamp(86400).getDate()', 2],
  ])('%s is %j', (expression, expected) => {
    expect(valueOf(expression, input)).toEqual(expected);
    expect(Object.is(valueOf(expression, input), -0)).toBe(false);
  });

  test.each(['7 / 0', '-7 / 0', '0 / 0', '7 % 0', 'double("inf")', 'double("nan")'])(
    '%s is no number',
    (expression) => {
      expect(outcomeOf(`\${${expression}}`, input)).toMatchObject({ error: expect.stringContaining('no JSON number') });
    },
  );

  test.each<[string, Json]>([
    ['input.list[1]', 20],
    ['input.list[input.i + 1]', 30],
    ['[10, 20, 30][input.i]', 20],
    ['input.list[size(input.list) - 1]', 30],
    ['input.list[?input.n].orValue(7)', 7],
    ['input.text.substring(input.i)', 'bc'],
    ['input.text.substring(input.i, size(input.text) - 1)', 'b'],
    ['"a,b,c".split(",", input.i + 1)', ['a', 'b,c']],
    ['"abcabc".indexOf("a", input.i)', 3],
  ])('a double counts where %s needs a position', (expression, expected) => {
    expect(valueOf(expression, input)).toEqual(expected);
  });

  test.each(['input.list[1.5]', 'input.list[-1]', 'input.list[3]', 'input.text.substring(1.5)'])(
    '%s is no position',
    (expression) => {
      expect(outcomeOf(`\${${expression}}`, input)).toHaveProperty('error');
    },
  );
});

describe('unlike things', () => {
  test.each<[string, Json]>([
    ['1 == "1"', false],
    ['1 != "1"', true],
    ['input.n == null', false],
    ['input.none == null', true],
    ['input.obj == null', false],
    ['input.list == input.obj', false],
    ['input.text == 5', false],
    ['input.obj == {"a": 1}', true],
    ['input.n > 3 ? "big" : 0', 'big'],
    ['[1, "a", null, [2]]', [1, 'a', null, [2]]],
  ])('%s is %j', (expression, expected) => {
    expect(valueOf(expression, input)).toEqual(expected);
  });

  test.each(['input.n < input.text', 'input.none > 3', 'input.text + input.n', 'input.n && true', '!input.n'])(
    '%s fails with a reason that names no guard',
    (expression) => {
      const outcome = outcomeOf(`\${${expression}}`, input);
      expect(outcome).toHaveProperty('error');
      expect(JSON.stringify(outcome)).not.toMatch(/harmonia|dyn</);
    },
  );

  test.each(['1 < "1"', '"a" * 2', '"a" + 1', '!5', '1 && true', 'nosuch(1)', '"a".nosuch()'])(
    '%s is a fault when the workflow is saved',
    (expression) => {
      expect(outcomeOf(`\${${expression}}`, input)).toEqual({ fault: 'expression_syntax' });
    },
  );
});

describe('what is written is what is read', () => {
  test.each<[string, Json]>([
    ['input.yes ? 10 - (5 + 2) : 0', 3],
    ['7 % (2 * 2) / 1', 3],
    ['8 / (4 / 2)', 4],
    ['8 / 4 / 2', 1],
    ['-(input.yes ? 1 : 2)', -1],
    ['(input.yes ? "a" : "b") + "c"', 'ac'],
    ['!(input.yes && false)', true],
    ['(1 < 2) == (3 < 4)', true],
    ['1 - (2 - (3 - 4)) / 1', -2],
    ['input.list.map(x, x - (1 - 2))', [11, 21, 31]],
    ['(input.list)[0]', 10],
    ['("a" + "b").size()', 2],
    ['"😀" + (input.yes ? "x" : "y")', '😀x'],
    ['"\\u00e9\\t\\"" + r"\\d" + \'it\'', 'é\t"\\dit'],
    ["'''a\nb''' + (input.yes ? '' : 'y')", 'a\nb'],
    [
      '{"constructor": 1, "__proto__": 2, input.text: 3}',
      JSON.parse('{"constructor":1,"__proto__":2,"abc":3}') as Json,
    ],
    ['{"a": {"b": [1, {"c": 2}]}}.a.b[1].c', 2],
    ['bytes("abc").hex() + b"\\xff".hex()', '616263ff'],
    ['has(input.obj.a) && !has(input.obj.b)', true],
    ['input.?obj.?b.orValue(input.yes ? 0.5 : 1)', 0.5],
    ['input.list.exists(x, x == 20) && input.list.all(x, x > 5) && input.list.exists_one(x, x > 25)', true],
    ['string(timestamp("2024-01-01T00:00:00Z") + duration("1h"))', '2024-01-01T01:00:00.000Z'],
    ['string(duration("90m"))', '5400s'],
  ])('%s is %j', (expression, expected) => {
    expect(valueOf(expression, input)).toEqual(expected);
  });

  interface Written {
    readonly source: string;
    readonly value: number | boolean | string;
  }

  /** Random expressions, fully or barely in parentheses, each with its value by JavaScript's own arithmetic. */
  const { number: numbers } = fc.letrec<{ number: Written; boolean: Written; text: Written }>((tie) => {
    const leaf: fc.Arbitrary<Written> = fc.oneof(
      fc.integer({ min: 0, max: 20 }).map((value) => ({ source: String(value), value })),
      fc.double({ min: 1e-9, max: 1e9, noNaN: true }).map((value) => ({ source: String(value), value })),
      fc.constantFrom({ source: 'input.n', value: 5 }, { source: 'input.half', value: 0.5 }),
    );
    const wrap = ({ source }: Written): string => `(${source})`;
    const sign = (sign: string, apply: (a: number, b: number) => number) =>
      fc.tuple(tie('number'), tie('number')).map(([a, b]) => ({
        source: `${wrap(a)} ${sign} ${wrap(b)}`,
        value: apply(a.value as number, b.value as number),
      }));
    const chain = fc.tuple(tie('number'), leaf, leaf, fc.constantFrom('+', '-')).map(([a, b, c, sign]) => ({
      source: `${wrap(a)} - ${b.source} ${sign} ${c.source} * 2`,
      value: (a.value as number) - (b.value as number) + (sign === '+' ? 2 : -2) * (c.value as number),
    }));
    const choice = fc.tuple(tie('boolean'), tie('number'), tie('number')).map(([test, a, b]) => ({
      source: `${wrap(test)} ? ${a.source} : ${wrap(b)}`,
      value: test.value ? a.value : b.value,
    }));
    const compared = fc
      .tuple(tie('number'), tie('number'), fc.constantFrom('<', '>=', '==', '!='))
      .map(([a, b, sign]) => {
        const table = {
          '<': a.value < b.value,
          '>=': a.value >= b.value,
          '==': a.value === b.value,
          '!=': a.value !== b.value,
        };
        return { source: `${wrap(a)} ${sign} ${wrap(b)}`, value: table[sign as '<'] };
      });
    return {
      number: fc.oneof(
        { maxDepth: 4, withCrossShrink: true },
        leaf,
        sign('+', (a, b) => a + b),
        sign('-', (a, b) => a - b),
        sign('*', (a, b) => a * b),
        sign('/', (a, b) => a / b),
        sign('%', (a, b) => a % b),
        chain,
        choice,
        tie('number').map((a) => ({ source: `-${wrap(a)}`, value: -(a.value as number) })),
        tie('text').map((a) => ({ source: `size(${a.source})`, value: (a.value as string).length })),
      ),
      boolean: fc.oneof(
        { maxDepth: 3, withCrossShrink: true },
        compared,
        tie('boolean').map((a) => ({ source: `!${wrap(a)}`, value: !a.value })),
        fc.tuple(tie('boolean'), tie('boolean')).map(([a, b]) => ({
          source: `${wrap(a)} && ${wrap(b)}`,
          value: a.value && b.value,
        })),
      ),
      text: fc.oneof(
        { maxDepth: 3, withCrossShrink: true },
        fc.constantFrom({ source: 'input.text', value: 'abc' }, { source: '"x}\\""', value: 'x}"' }),
        fc.tuple(tie('text'), tie('text')).map(([a, b]) => ({
          source: `${a.source} + ${wrap(b)}`,
          value: (a.value as string) + (b.value as string),
        })),
      ),
    };
  });

  test('whatever the parentheses', () => {
    fc.assert(
      fc.property(numbers, ({ source, value }) => {
        const outcome = outcomeOf(`\${${source}}`, input);
        if (Number.isFinite(value)) expect(outcome).toEqual({ value: (value as number) + 0 });
        else expect(outcome).toHaveProperty('error');
      }),
      { numRuns: RUNS },
    );
  });
});
