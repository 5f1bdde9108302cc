import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { maskingOf } from '../../src/plugin/host/masking.js';

const SECRET = 'p@ss "w/örd"\\+\n&key';
const masking = maskingOf([SECRET]);

describe('a secret is found', () => {
  const url = new URL('https://example.org/');
  url.searchParams.set('key', SECRET);
  test.each<[string, string]>([
    ['as it is', SECRET],
    ['as JSON', JSON.stringify(SECRET)],
    [
      'as JSON of a careful writer',
      JSON.stringify(SECRET).replace(/[/ö&@]/g, (c) => `\\u00${c.charCodeAt(0).toString(16)}`),
    ],
    ['as JSON in JSON in JSON', JSON.stringify(JSON.stringify(JSON.stringify(SECRET)))],
    ['in a URL that was encoded again', encodeURIComponent(encodeURIComponent(SECRET))],
    ['as JSON with escaped slashes', JSON.stringify(SECRET).replaceAll('/', '\\/')],
    ['in a query', url.href],
    ['in a path', new URL(`https://example.org/${encodeURIComponent(SECRET)}`).href],
    ['in a URL that was not encoded', encodeURI(SECRET)],
    ['in a URL in lower case', encodeURIComponent(SECRET).replace(/%../g, (code) => code.toLowerCase())],
  ])('%s', (_name, text) => {
    const masked = masking.text(`before ${text} after`);
    expect(masked).toMatch(/^before .*\*\*\*.* after$/s);
    expect(masked).not.toMatch(/ss|rd|key$/);
  });

  test.each([0, 1, 2, 3, 4, 5])('in base64, %i bytes behind its start, in both alphabets', (offset) => {
    const bytes = Buffer.from(`${'x'.repeat(offset)}${SECRET}tail`);
    for (const alphabet of ['base64', 'base64url'] as const) {
      const masked = masking.text(bytes.toString(alphabet));
      expect(masked).toContain('***');
      // At most one letter on either side depends on the secret and on its neighbours.
      expect(masked.length).toBeLessThan(bytes.toString(alphabet).length - Buffer.byteLength(SECRET));
    }
  });

  test('as a number, and as a key', () => {
    const digits = maskingOf(['12345678']);
    expect(digits.json({ a: 12345678, b: 1234567, c: -12345678.5, '12345678': true })).toEqual({
      a: '***',
      b: 1234567,
      c: '-***.5',
      '***': true,
    });
  });
});

test('secrets that hold each other, or overlap, are masked as a whole', () => {
  const { text } = maskingOf(['abcdef', 'defghi', 'cde1', 'abcdefghijkl']);
  expect(text('-abcdefghi-')).toBe('-***-');
  expect(text('-abcdefghijkl-')).toBe('-***-');
  expect(text('-cde1-abcdef1-')).toBe('-***-***1-');
});

test('a secret that would be a pattern is a text', () => {
  const { text } = maskingOf(['.*.*', '(a+)+$', '[x]{9}\\d', '$&$1', '^a|b$', 'a-b/c']);
  expect(text('nothing to see')).toBe('nothing to see');
  expect(text('.*.* (a+)+$ [x]{9}\\d $&$1 ^a|b$ a-b/c')).toBe('*** *** *** *** *** ***');
});

test('half a secret where a long text was cut is masked, at either end', () => {
  const masking = maskingOf(['the whole secret', 'ab'.repeat(20)]);
  const { text } = masking;
  const filling = 'x'.repeat(2000);
  expect(text(`secret${filling}the wh`)).toBe(`***${filling}***`);
  expect(text(`he whole secret${filling}the whole secre`)).toBe(`***${filling}***`);
  expect(masking.json({ a: [`ab${filling}`, `abab${filling}`, `ababab${filling}ababab`] })).toEqual({
    a: [`ab${filling}`, `abab${filling}`, `***${filling}***`],
  });
  expect(text(`${filling}the whole….`)).toBe(`${filling}***….`);
  expect(text('secret, the wh')).toBe('secret, the wh');
  expect(text(`the whole secret${filling}the whole secret`)).toBe(`***${filling}***`);
});

test('nothing, or fewer than four characters, is not searched for', () => {
  expect(maskingOf(['', 'a', 'abc']).text('abc')).toBe('abc');
  expect(maskingOf([]).json({ a: ['x'] })).toEqual({ a: ['x'] });
});

test('half a character is no reason to fail', () => {
  expect(maskingOf(['\ud800abcdefgh']).text('x\ud800abcdefghx')).toBe('x***x');
});

test('a short secret leaves base64 alone: it would tear up large bodies by chance', () => {
  expect(maskingOf(['abcd']).text(Buffer.from('abcd').toString('base64'))).toBe('YWJjZA==');
});

test('a large text is searched in little time', () => {
  const many = maskingOf(Array.from({ length: 20 }, (_, index) => `aaaaaaaaaaaaaaaa-secret-${index}`));
  const began = performance.now();
  expect(many.text(`${'a'.repeat(1_999_999)}.`)).toHaveLength(2_000_000);
  expect(many.text('a-s '.repeat(500_000))).toHaveLength(2_000_000);
  expect(performance.now() - began).toBeLessThan(3000);
});

test('among thousands of secrets the same is found as among few', () => {
  const others = Array.from({ length: 500 }, (_, index) => `other-${index * 7919}-secret`);
  const filling = 'the quick brown fox '.repeat(3);
  fc.assert(
    fc.property(
      fc.string({ minLength: 4, maxLength: 20, unit: 'grapheme' }).filter((text) => !text.includes('*')),
      fc.constantFrom(String, JSON.stringify, encodeURIComponent, (text: string) =>
        Buffer.from(text).toString('base64'),
      ),
      (secret, write) => {
        const text = `${filling}${write(secret)}${filling}`;
        expect(maskingOf([...others, secret]).text(text)).toBe(maskingOf([secret]).text(text));
      },
    ),
    { numRuns: process.env.HARMONIA_TEST_LONG === '1' ? 5000 : 50 },
  );
  const many = maskingOf(others);
  for (const other of others) expect(many.text(`<${other}>`)).toBe('<***>');
});

test('backslashes take no time', () => {
  const { text } = maskingOf(['\\'.repeat(40), '\\"\\"\\"\\"', '""', '\\n\n\\n/\\/']);
  const began = performance.now();
  expect(text('\\'.repeat(100_000) + 'x')).toMatch(/x$/);
  expect(text('\\"'.repeat(50_000) + 'x')).toMatch(/x$/);
  expect(text('\\\\n'.repeat(50_000) + 'x')).toMatch(/x$/);
  expect(performance.now() - began).toBeLessThan(3000);
});

test('no secret is ever left in what is masked, however it was written', () => {
  const writings: ((text: string) => string)[] = [
    (text) => text,
    (text) => JSON.stringify(text),
    (text) => encodeURIComponent(text),
    (text) => new URLSearchParams({ q: text }).toString(),
  ];
  const secret = fc.string({ minLength: 4, maxLength: 30, unit: 'grapheme' }).filter((text) => !text.includes('*'));
  fc.assert(
    fc.property(fc.array(secret, { minLength: 1, maxLength: 4 }), fc.nat(3), fc.nat(3), (secrets, which, how) => {
      const chosen = secrets[which % secrets.length] ?? '';
      const written = (writings[how] ?? String)(chosen);
      expect(maskingOf(secrets).text(`<${written}>`)).not.toContain(written.replace(/^"|"$|^q=/g, ''));
    }),
    { numRuns: process.env.HARMONIA_TEST_LONG === '1' ? 20_000 : 500 },
  );
});
