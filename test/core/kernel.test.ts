import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  boundedReport,
  canonicalJson,
  contentHash,
  deepFreeze,
  deriveUuid,
  duplicateKeys,
  fault,
  jsonDepth,
  messageOf,
  parseUuid,
  pointer,
  pointerTokens,
  unspeakableNumbers,
  type Json,
} from '../../src/kernel/index.js';

const nested = (levels: number): Json => {
  let value: Json = 1;
  for (let level = 0; level < levels; level++) value = [value];
  return value;
};

describe('canonicalJson', () => {
  test('does not depend on the order of keys, and is JSON of the same value', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), (value) => {
        const json = JSON.parse(JSON.stringify(value)) as Json;
        const text = canonicalJson(json);
        expect(JSON.parse(text)).toEqual(json);
        const reversed = JSON.parse(JSON.stringify(json), (_key, inner: Json) =>
          typeof inner === 'object' && inner !== null && !Array.isArray(inner)
            ? Object.fromEntries(Object.entries(inner).reverse())
            : inner,
        ) as Json;
        expect(canonicalJson(reversed)).toBe(text);
      }),
    );
  });

  test.each<[string, string]>([
    ['{"b":1,"a":{"d":[],"c":null}}', '{"a":{"c":null,"d":[]},"b":1}'],
    ['{"__proto__":1,"constructor":2}', '{"__proto__":1,"constructor":2}'],
    ['"\\ud800"', '"\\ud800"'],
    ['-0', '0'],
    ['{"2":1,"10":2}', '{"10":2,"2":1}'],
  ])('%s is %s', (source, expected) => {
    expect(canonicalJson(JSON.parse(source) as Json)).toBe(expected);
  });

  test('what is no JSON gives the keys that it always gave', () => {
    expect(canonicalJson([undefined, 1, undefined] as unknown as Json)).toBe('[,1,]');
    expect(canonicalJson([NaN, Infinity])).toBe('[null,null]');
  });
});

test('content hashes and derived ids are what they always were', () => {
  expect(contentHash('')).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
  expect(deriveUuid('e', '/a', 1, 0)).toBe(deriveUuid('e', '/a', 1, 0));
  expect(deriveUuid('e', '/a', 1, 0)).not.toBe(deriveUuid('e', '/a', 10));
  for (let index = 0; index < 200; index++) expect(parseUuid(deriveUuid('e', index))).toBe(deriveUuid('e', index));
});

describe('pointers (RFC 6901)', () => {
  test('any tokens come back', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary' })), (tokens) => {
        expect(pointerTokens(pointer('', ...tokens))).toEqual(tokens);
      }),
    );
    expect(pointer('/a', '~1/', 0, '')).toBe('/a/~01~1/0/');
  });
});

describe('depth', () => {
  test('freezing goes all the way down, however deep that is', () => {
    const deep = deepFreeze(nested(100_000)) as readonly Json[];
    expect(Object.isFrozen(deep[0])).toBe(true);
    const circle: Record<string, unknown> = {};
    circle.self = circle;
    expect(Object.isFrozen(deepFreeze(circle))).toBe(true);
  });

  test('is counted no further than is asked for', () => {
    expect([nested(0), nested(1), nested(5), {}, { a: [] }].map((value) => jsonDepth(value, 10))).toEqual([
      0, 1, 5, 1, 2,
    ]);
    expect(jsonDepth(nested(200_000), 10)).toBe(11);
  });
});

test('numbers that JSON cannot say are found where they stand', () => {
  const value = { a: [1, { 'b/c': JSON.parse('1e999') as number }], d: Number.NaN, e: '1e999', f: -0, g: 5e-324 };
  expect(unspeakableNumbers(value)).toEqual([
    { pointer: '/a/1/b~1c', value: Infinity },
    { pointer: '/d', value: Number.NaN },
  ]);
});

describe('duplicate keys of a JSON text', () => {
  const pointers = (text: string): string[] => duplicateKeys(text).map(({ pointer }) => pointer);

  test.each<[string, string[]]>([
    ['{"a":1,"b":{"a":1},"c":[{"a":1},{"a":1}]}', []],
    ['{"a":1,"a":2}', ['/a']],
    ['{"tasks":{"a":{},"b":{},"a":{}},"x":[0,{"y":1,"y":2,"y":3}]}', ['/tasks/a', '/x/1/y', '/x/1/y']],
    ['{"a":1,"\\u0061":2}', ['/a']],
    ['{"a":"\\"a\\":","b":"}","a":1}', ['/a']],
    ['{"__proto__":1,"constructor":2,"__proto__":3}', ['/__proto__']],
    [' [ [1,2] , {"a" : "a" , "a"\n:3} ] ', ['/1/a']],
    ['"a"', []],
    ['{"":1,"":2}', ['/']],
  ])('%s: %j', (text, expected) => {
    expect(pointers(text)).toEqual(expected);
  });

  test('there are none in what JSON.stringify writes, and one more for each that is added', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), fc.string(), (value, key) => {
        const text = JSON.stringify(value);
        expect(pointers(text)).toEqual([]);
        const entry = `${JSON.stringify(key)}:${text}`;
        expect(pointers(`{${entry},${entry}}`)).toEqual([pointer('', key)]);
      }),
    );
  });

  test('take time in proportion to the text', () => {
    const wide = `{${Array.from({ length: 100_000 }, (_, i) => `"k${i}":${i}`).join(',')}}`;
    const deep = `${'{"a":['.repeat(100_000)}${']}'.repeat(100_000)}`;
    expect([...pointers(wide), ...pointers(deep), ...pointers(`["${'\\"'.repeat(500_000)}"]`)]).toEqual([]);
  });
});

describe('what is shown of what strangers wrote', () => {
  test('a long name is clipped', () => {
    expect(messageOf('invalid_task_id', { id: 'x'.repeat(2 ** 20) }).length).toBeLessThan(3000);
  });

  test('a report that nobody could read ends with how many more there are', () => {
    const many = Array.from({ length: 50_000 }, () =>
      fault('unknown_field', `/${'x'.repeat(1000)}`, { field: 'x', known: 'y' }),
    );
    const report = boundedReport(many);
    expect(report.length).toBeLessThan(10_000);
    expect(report.at(-1)).toMatchObject({
      code: 'more_faults',
      message: `There are ${50_001 - report.length} more faults.`,
    });
    expect(boundedReport(many.slice(0, 1000))).toHaveLength(1000);
  });
});
