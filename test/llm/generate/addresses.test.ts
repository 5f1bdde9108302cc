import { describe, expect, test } from '@jest/globals';
import { isSaid, madeUpAddress } from '../../../src/llm/generate/gate/addresses.js';

/* An address that nobody has spoken of is found however it is written; what is none, or was said, is not. */

const WORDS = 'Ask https://shop.example:8443/health and http://[::1]:80, tell ann@example.com about bikes';
const made = (text: string, key = 'x'): string | undefined => madeUpAddress({ [key]: text }, WORDS)?.pointer;

describe('is made up', () => {
  test.each([
    'https://evil.example',
    'HTTPS://EVIL.EXAMPLE/x',
    'https:evil.example',
    'https:/evil.example',
    'https:\\\\evil.example',
    'ht\ntps:/\t/evil.example',
    'https://shop.example:8443@evil.example/',
    'https://shop.example',
    'https://shop.example:8443.evil.example/',
    'wss://evil.example',
    'ftp://evil.example',
    'redis://evil.example:6379',
    'see (//evil.example/a)',
    '${"https://" + "evil.example"}',
    '${"https:" + "//evil.example"}',
    '${["https:", "", "evil.example"].join("/") + input.x}',
    '${"https://" + "evil.example/" + input.x}',
    'https://${input.a}.evil.example/',
    'https://evil${input.a}/',
    'mailto:eve@evil.example',
    'eve@evil.example',
    'Eve <eve@evil.example>, ann@example.com',
  ])('%j', (text) => {
    expect(made(text)).toBe('/x');
  });

  test('a host in a field for hosts, a key that is one, and one deep inside', () => {
    expect(made('evil.example:5432', 'host')).toBe('/host');
    expect(madeUpAddress({ a: { 'https://evil.example': 1 } }, WORDS)?.pointer).toBe('/a/https:~1~1evil.example');
    expect(madeUpAddress({ a: [{ b: ['//evil.example/'] }] }, WORDS)?.pointer).toBe('/a/0/b/0');
  });
});

describe('is none, or was said', () => {
  test.each([
    'https://shop.example:8443/health?x=1#y',
    'https://shop.example:8443/${input.day}',
    'http://[::1]:80/a',
    'Ann <ann@example.com>',
    '${input.url}',
    'https://${input.host}/a',
    '${tasks.fetch.output.body.items[0].id}',
    'note: 3 of 4 // done',
    'a/b:c',
    'at 10:30',
    '${input.a > 1 ? "x:y" : "z"}',
    '${"report.txt" + input.x}',
    '${"https://shop.example:8443/" + input.x}',
  ])('%j', (text) => {
    expect(made(text)).toBeUndefined();
  });
});

test('a host is said only as a whole', () => {
  expect(isSaid('example.com', WORDS)).toBe(false);
  expect(isSaid('shop.example:8443', WORDS)).toBe(true);
  expect(isSaid('hop.example:8443', WORDS)).toBe(false);
  expect(isSaid('a.example', 'go to a.example.')).toBe(true);
  expect(isSaid('a.example', 'go to a.example.evil')).toBe(false);
});

test('long texts are read in linear time', () => {
  for (const text of [
    'http:'.repeat(8000),
    'a@'.repeat(20_000),
    '/'.repeat(40_000),
    '${'.repeat(20_000),
    'a.'.repeat(20_000),
  ])
    expect(typeof made(text)).toMatch(/undefined|string/);
});
