import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { compileTemplate } from '../../../src/engine/core/expression/index.js';
import type { Json } from '../../../src/kernel/index.js';
import { outcomeOf, valueOf } from '../../world/expressions.js';

const RUNS = process.env.HARMONIA_TEST_LONG === '1' ? 5000 : 300;

const input: Json = {
  list: Array.from({ length: 100_000 }, (_, i) => i),
  rows: Array.from({ length: 1000 }, (_, id) => ({ id, note: 'x'.repeat(10) })),
  text: 'x'.repeat(2 ** 20),
  alike: Array.from({ length: 1000 }, (_, i) => `${'x'.repeat(10_000)}${i}`),
  digits: '1'.repeat(2 ** 20),
  at: '2024-02-29T23:30:00Z',
};

describe('no function runs for long or fills the memory', () => {
  test.each([
    'input.text.repeat(1000000)',
    '"ab".repeat(9007199254740991)',
    'input.text.replace("x", input.text)',
    'input.list.map(x, input.text.replace("x", "y"))',
    'input.list.map(x, input.text.upper())',
    'input.list.map(x, input.text.reverse())',
    'input.list.map(x, input.list.reverse())',
    'input.list.map(x, "a".padStart(10000))',
    'range(100000000)',
    'range(9007199254740991)',
    'range(1000).map(x, range(10000))',
    'range(100).map(x, input.list.sort())',
    'input.list.map(x, input.alike.sort())',
    'range(100).map(x, input.rows.sortBy(r, r.note + string(x)))',
    'range(2000).map(x, input.rows.groupBy(r, r.id))',
    'range(2000).map(x, input.rows.distinct())',
    'range(100).map(x, input.list.indexOf(x))',
    'range(100).map(x, input.list.zip(input.list))',
    'range(100).map(x, input.list.chunk(1))',
    'range(100).map(x, sets.contains(input.list, input.list))',
    'range(2000).map(x, merge(input.rows[0], {"a": input.rows}).entries().map(e, toJson(e)))',
    'range(1000).map(x, toJson(input.rows))',
    'range(1000).map(x, sha256(input.text))',
    'range(1000).map(x, md5(input.text))',
    'range(1000).map(x, base64.encode(input.text))',
    'range(1000).map(x, base64.decode(input.text))',
    'range(1000).map(x, url.encode(input.text))',
    'range(1000).map(x, input.text.slug())',
    'range(1000).map(x, input.text.lines())',
    'range(1000).map(x, input.text.split("").join(","))',
    'range(1000).map(x, regex.extractAll(input.text, "x"))',
    'range(100).map(x, regex.replace(input.text, "x*?y|x", "zz"))',
    'input.text.matches("(x?){200}[yz]")',
    'range(100000).map(x, "%s".format([input.text]))',
    'range(100000).map(x, timestamp(input.at).format("yyyy", "Europe/Berlin"))',
    'range(100000).map(x, timestamp(input.at).add(x, "days", "America/New_York"))',
    'range(100000).map(x, bytes(input.text).hex())',
    'range(100000).map(x, bytes(input.text) + bytes(input.text))',
    'range(1000).map(x, fromJson("[" + input.digits + "]"))',
    'input.text.split("").map(c, c.padEnd(10000, c)).join("")',
  ])('%.70s', (expression) => {
    const before = process.memoryUsage().heapUsed;
    const began = performance.now();
    const outcome = outcomeOf(`\${${expression}}`, input);
    expect(outcome).toMatchObject({
      error: expect.stringMatching(/takes too long|larger than|more than|must be a whole/),
    });
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(700 * 2 ** 20);
    // Generous: the machine may be busy. Unbounded ones would take minutes.
    expect(performance.now() - began).toBeLessThan(8000);
  });

  test.each([
    ['duration(input.digits)', /no duration/],
    ['double(input.digits) > 0', /.*/],
    ['timestamp(input.text)', /no time/],
    ['fromJson("[".repeat(100000))', /no JSON/],
    ['fromJson("[".repeat(1000) + "]".repeat(1000))', /deeper than 200/],
    ['timestamp(input.at, input.text)', /pattern of more/],
    ['timestamp(input.at).getHours(input.text)', /no time zone/],
    ['input.text.toFixed(2)', /takes|take/],
  ] as [string, RegExp][])('%s is refused at once', (expression, reason) => {
    const outcome = outcomeOf(`\${${expression}}`, input);
    if (!('value' in outcome)) expect(JSON.stringify(outcome)).toMatch(reason);
  });

  test.each<[string, Json]>([
    ['input.list.sort().first().value()', 0],
    ['input.list.reverse().last().value()', 0],
    ['input.list.sum()', 4_999_950_000],
    ['input.list.max() - input.list.min()', 99_999],
    ['input.rows.sortBy(r, -r.id).first().id', 999],
    ['input.rows.groupBy(r, r.id % 10).keys().size()', 10],
    ['input.list.chunk(1000).size()', 100],
    ['input.text.replace("x", "yy").size()', 2 ** 21],
    ['sha256(input.text).size()', 64],
    ['input.list.map(x, string(x)).join(",").size()', 588_889],
    ['fromJson(toJson(input.rows)).size()', 1000],
    ['regex.extractAll(input.digits.substring(0, 10000), "1{10}").size()', 1000],
    [
      'range(1000).map(d, timestamp(input.at).add(d, "days", "Europe/Berlin").getHours("Europe/Berlin")).distinct()',
      [0],
    ],
  ])('ordinary work on large data is done: %s', (expression, expected) => {
    expect(valueOf(expression, input)).toEqual(expected);
  });
});

describe('errors are in the words of whoever wrote it', () => {
  test.each<[string, RegExp]>([
    ['"a".toUpperCase()', /there is string\.upper\(\): string/],
    ['"a".uper()', /string\.upper/],
    ['JSON.parse("1")', /there is fromJson\(text: string\): dyn/],
    ['toJSON(1)', /toJson/],
    ['upper("a")', /string\.upper/],
    ['[1].length()', /size/],
    ['math.max(1, 2)', /math\.greatest/],
    ['math.nosuch(1)', /math\.nosuch\(…\)/],
    ['nosuch(1)', /docs\/expressions\.md/],
    [
      '"a".padStart("b")',
      /padStart\(\) does not take \(string, string\); it is string\.padStart\(width: number, pad: string\?\)/,
    ],
    ['math.round("1")', /math\.round\(\) does not take \(string\)/],
    ['[1].sortBy(x)', /sortBy\(\) is written list\.sortBy\(x: dyn, key: dyn\)/],
    ['harmonia_upper("a")', /unknown name/],
  ])('%s', (expression, reason) => {
    expect(faultOf(expression)).toMatch(reason);
  });

  test.each<[string, RegExp]>([
    ['input.at.round()', /there is math\.round/],
    ['math.round(input.at)', /math\.round\(\) does not take \(string\)/],
    ['[1, "a"].sort()', /string and number have no order|number and string have no order/],
    ['[{}, {}].sort()', /sortBy/],
    ['[1, "a"].sum()', /takes numbers; there is a value of type string/],
    ['[].max()', /empty list/],
    ['"%d".format([1.5])', /whole number, not 1\.5/],
    ['"%d".format([])', /asks for more/],
    ['"%q".format([1])', /does not know %q/],
    ['fromJson("{")', /no JSON/],
    ['base64.decode("*")', /no Base64/],
    ['url.decode("%")', /no URL-encoded/],
    ['timestamp("2024-02-30")', /no time/],
    ['timestamp("2024-02-29T10:00:00")', /no time/],
    ['timestamp("Feb 29 2024 10:00:00 GMT")', /no time/],
    ['timestamp("1.2.2024", "dd.MM.yyyy")', /no time of the form/],
    ['timestamp(input.at).format("yyyy-mm-DD")', /"DD" means nothing/],
    ['timestamp(input.at).getHours("Mars/Olympus")', /no time zone "Mars\/Olympus"/],
    ['timestamp("1950-01-01").getHours("Europe/Berlin")', /from 1970 on/],
    ['timestamp(input.at).add(1, "fortnights")', /no unit of time/],
    ['timestamp(input.at).add(1.5, "days")', /must be a whole number/],
    ['timestamp(input.at).add(1e7, "years")', /between the years/],
    ['duration("1 hour")', /no duration/],
    ['clamp(1, 5, 2)', /no range/],
    ['"a".replace("", "b")', /empty text/],
    ['merge({}, input.at)', /merge\(\) takes objects, not string/],
    ['fromEntries([1])', /fromEntries\(\) takes/],
    ['regex.replace("a", "(a)", r"\\2")', /no group 2/],
  ])('%s', (expression, reason) => {
    const outcome = outcomeOf(`\${${expression}}`, input);
    expect(outcome).not.toHaveProperty('value');
    expect('error' in outcome ? outcome.error : faultOf(expression)).toMatch(reason);
    expect(JSON.stringify(outcome)).not.toMatch(/harmonia|dyn</);
  });
});

describe('laws', () => {
  const law = (name: string, holds: (source: { list: Json; text: string; n: number }) => void): void =>
    test(name, () => {
      const list = fc.array(
        fc.oneof(fc.integer(), fc.string({ maxLength: 5 }), fc.constant(null), fc.array(fc.boolean())),
      );
      const source = fc.record({ list, text: fc.string({ unit: 'grapheme' }), n: fc.integer({ min: 1, max: 5 }) });
      fc.assert(
        fc.property(source, (given) => holds(given as never)),
        { numRuns: RUNS },
      );
    });

  law('what is encoded is decoded', ({ list, text }) => {
    expect(valueOf('fromJson(toJson(input)) == input', { list, text })).toBe(true);
    expect(valueOf('string(base64.decode(base64.encode(input))) == input', text)).toBe(true);
    expect(valueOf('url.decode(url.encode(input)) == input', text)).toBe(true);
    expect(valueOf('base64.encode(input) == bytes(input).base64()', text)).toBe(true);
  });

  law('lists are the same after there and back', ({ list, n }) => {
    expect(valueOf('input.list.reverse().reverse() == input.list', { list })).toBe(true);
    expect(valueOf('input.list.chunk(input.n).flatten() == input.list', { list, n })).toBe(true);
    expect(valueOf('input.list.distinct().distinct() == input.list.distinct()', { list })).toBe(true);
    expect(valueOf('sets.equivalent(input.list, input.list.distinct())', { list })).toBe(true);
    expect(valueOf('input.list.all(x, input.list.indexOf(x) <= input.list.lastIndexOf(x))', { list })).toBe(true);
    expect(valueOf('input.list.sortBy(x, typeOf(x)).size() == size(input.list)', { list })).toBe(true);
    expect(valueOf('input.list.groupBy(x, typeOf(x)).values().flatten().size() == size(input.list)', { list })).toBe(
      true,
    );
  });

  test('sorting is that of JavaScript by <', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ noNaN: true, noDefaultInfinity: true })), (list) => {
        expect(valueOf('input.list.sort()', { list })).toEqual([...list].map((x) => x + 0).sort((a, b) => a - b));
      }),
      { numRuns: RUNS },
    );
  });
});

const faultOf = (expression: string): string => {
  const { faults } = compileTemplate(`\${${expression}}`, { pointer: '', names: new Set(['input']), secrets: false });
  return faults.map(({ message }) => message).join('; ');
};
