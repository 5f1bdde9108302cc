import { describe, expect, test } from '@jest/globals';
import { createSchemaChecker } from '../../src/json-schema/index.js';
import type { Json } from '../../src/kernel/index.js';

const checker = createSchemaChecker();

const problems = (schema: Json, value: Json): string[] => {
  const compiled = checker.compile(schema);
  if (!compiled.ok) return [`invalid ${compiled.error.pointer} ${compiled.error.reason}`];
  return compiled.value.check(value).map(({ pointer, reason }) => `${pointer} ${reason}`);
};

const doubling = (place: string): Json =>
  ({
    [place]: Object.fromEntries(
      Array.from({ length: 40 }, (_, level) => {
        const next = { $ref: `#/${place}/d${level + 1}` };
        return [`d${level}`, level === 39 ? { type: 'string' } : { anyOf: [next, next] }];
      }),
    ),
    $ref: `#/${place}/d0`,
  }) as Json;

const deep = (levels: number): Json => (levels === 0 ? {} : { a: deep(levels - 1) });

describe('a schema that could hang the checker does not', () => {
  test.each<[string, Json, Json]>([
    ['refers to itself without an end', { $ref: '#' }, {}],
    ['refers to itself in a circle', { allOf: [{ $ref: '#/$defs/x' }], $defs: { x: { $ref: '#' } } }, {}],
    ['doubles', doubling('$defs'), {}],
    ['doubles in a strange place', doubling('x'), {}],
    [
      'doubles with each level of the data',
      { properties: { a: { anyOf: [{ $ref: '#' }, { $ref: '#' }] } }, required: ['b'] },
      deep(60),
    ],
    [
      'compares many with many',
      { items: { enum: Array.from({ length: 10_000 }, (_, i) => ({ i })) } },
      Array.from({ length: 10_000 }, (_, i) => ({ i })),
    ],
  ])('%s', (_name, schema, value) => {
    expect(problems(schema, value)).toEqual([
      expect.stringMatching(/takes too much work|in a circle|required property 'b'/),
    ]);
  });

  test('hundreds of patterns that would hang a RegExp are checked in linear time', () => {
    const schema = { allOf: Array.from({ length: 100 }, (_, i) => ({ pattern: `(x+x+)+y${i}` })) };
    expect(problems(schema, 'x'.repeat(2 ** 20))[0]).toContain('must match pattern');
  });

  test('a list of 100,000 objects without a double is one', () => {
    const list = Array.from({ length: 100_000 }, (_, i) => ({ i }));
    expect(problems({ uniqueItems: true }, list)).toEqual([]);
    expect(
      problems({ uniqueItems: true }, [
        { a: 1, b: 2 },
        { b: 2, a: 1 },
      ]),
    ).toEqual([' must NOT have duplicate items']);
    expect(problems({ uniqueItems: false }, [1, 1])).toEqual([]);
  });
});

describe('references', () => {
  test('a schema may refer to itself: a tree is checked all the way down', () => {
    const tree = { type: 'object', properties: { child: { $ref: '#' }, n: { type: 'number' } } };
    expect(problems(tree, { child: { child: { n: 1 } } })).toEqual([]);
    expect(problems(tree, { child: { child: { n: 'x' } } })).toEqual(['/child/child/n must be number']);
  });

  test.each<[string, Json, string]>([
    ['another place', { $ref: 'https://example.com/schema' }, 'resolve reference'],
    ['a file', { $ref: 'file:///etc/passwd' }, 'resolve reference'],
    ['data that refers back', { default: { a: { $ref: '#' } }, $ref: '#/default/a' }, 'takes too much work'],
  ])('to %s are refused', (_name, schema, reason) => {
    expect(problems(schema, {})).toEqual([expect.stringContaining(reason)]);
  });

  test('the meta-schema can neither be replaced nor taken away', () => {
    const thief = { $id: 'https://json-schema.org/draft/2020-12/schema', type: 'number' };
    expect(problems(thief, {})).toEqual([expect.stringContaining('invalid')]);
    expect(problems({ type: 'object', required: ['a'] }, {})).toEqual([" must have required property 'a'"]);
    expect(problems({ $ref: 'https://json-schema.org/draft/2020-12/schema' }, { type: 5 })).not.toEqual([]);
  });

  test('one user’s ids are nothing to another', () => {
    expect(problems({ $id: 'http://x/y', type: 'number' }, 'x')).toEqual([' must be number']);
    expect(problems({ $id: 'http://x/y', type: 'string' }, 'x')).toEqual([]);
    expect(problems({ $ref: 'http://x/y' }, 'x')).toEqual([expect.stringContaining('resolve reference')]);
  });
});

describe('names of JavaScript', () => {
  test('are names of properties like any others', () => {
    const schema = JSON.parse(
      '{"properties":{"__proto__":{"type":"number"},"constructor":{"type":"number","default":5},"toString":{"type":"string"}}}',
    ) as Json;
    const compiled = checker.compile(schema);
    if (!compiled.ok) throw new Error(compiled.error.reason);
    expect(compiled.value.check(JSON.parse('{"constructor":"x","toString":1}') as Json)).toHaveLength(2);
    expect(compiled.value.check({})).toEqual([]);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });
});
