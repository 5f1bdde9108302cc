import { describe, expect, test } from '@jest/globals';
import type { CheckedSchema } from '../../src/engine/core/index.js';
import { createSchemaChecker } from '../../src/json-schema/index.js';
import type { Json } from '../../src/kernel/index.js';

const checker = createSchemaChecker();
const compiled = (schema: Json): CheckedSchema => {
  const result = checker.compile(schema);
  if (!result.ok) throw new Error(`${result.error.pointer} ${result.error.reason}`);
  return result.value;
};
/** What is wrong with the value, or with the schema itself. */
const problems = (schema: Json, value: Json): string[] => {
  const result = checker.compile(schema);
  return result.ok ? reasons(schema, value) : [`invalid: ${result.error.reason}`];
};
const reasons = (schema: Json, value: Json): string[] =>
  compiled(schema)
    .check(value)
    .map(({ pointer, reason }) => `${pointer} ${reason}`);

describe('checking', () => {
  test('each pattern of a schema counts where it stands', () => {
    const schema = {
      properties: { a: { pattern: '^a' }, b: { pattern: '^b' } },
      patternProperties: { '^c': { pattern: 'd' } },
    };
    expect(reasons(schema, { a: 'a', b: 'b', c: 'd' })).toEqual([]);
    expect(reasons(schema, { a: 'b', b: 'a', c: 'c' })).toEqual([
      '/a must match pattern "^a"',
      '/b must match pattern "^b"',
      '/c must match pattern "d"',
    ]);
  });

  test('lists every problem with its place', () => {
    const schema = {
      type: 'object',
      required: ['day'],
      additionalProperties: false,
      properties: { day: { type: 'string', format: 'date' }, 'a/b': { enum: [1, 2] } },
    };
    expect(reasons(schema, { 'a/b': 3, x: 1 }).sort()).toEqual([
      ' must NOT have additional properties ("x")',
      " must have required property 'day'",
      '/a~1b must be equal to one of the allowed values: [1,2]',
    ]);
    expect(reasons(schema, { day: '2026-02-30' })).toEqual(['/day must match format "date"']);
    expect(reasons(schema, { day: '2026-02-28' })).toEqual([]);
  });

  test('keeps the patterns of one schema apart', () => {
    const schema = {
      properties: { a: { pattern: '^[a-z]+$' }, b: { pattern: '^[0-9]+$' } },
      patternProperties: { '^x': { pattern: '^x$' } },
    };
    expect(reasons(schema, { a: 'a', b: '1', x: 'x', y: 'y' })).toEqual([]);
    expect(reasons(schema, { a: '1', b: 'a', x: 'a' }).map((reason) => reason.split(' ')[0])).toEqual([
      '/a',
      '/b',
      '/x',
    ]);
  });

  test('speaks 2020-12: prefixItems, $defs, anchors, unevaluatedProperties', () => {
    expect(reasons({ prefixItems: [{ type: 'string' }], items: false }, ['a', 1])).toHaveLength(1);
    const schema = {
      $defs: { named: { $anchor: 'named', properties: { name: { type: 'string' } } } },
      $ref: '#named',
      unevaluatedProperties: false,
    };
    expect(reasons(schema, { name: 'x' })).toEqual([]);
    expect(reasons(schema, { name: 'x', other: 1 })).toHaveLength(1);
  });

  test('a recursive schema checks recursive values', () => {
    const tree = { type: 'object', properties: { children: { type: 'array', items: { $ref: '#' } } } };
    expect(reasons(tree, { children: [{ children: [{ children: [] }] }] })).toEqual([]);
    expect(reasons(tree, { children: [{ children: [1] }] })).toEqual(['/children/0/children/0 must be object']);
  });

  test('names that objects inherit are ordinary names', () => {
    expect(reasons({ properties: { toString: { type: 'string' } } }, {})).toEqual([]);
    expect(reasons({ required: ['constructor'] }, {})).toHaveLength(1);
    const hostile = JSON.parse('{"__proto__": {"x": 1}}') as Json;
    expect(reasons({ type: 'object', additionalProperties: false }, hostile)).toHaveLength(1);
    const schema = JSON.parse(
      '{"properties":{"__proto__":{"type":"number"},"constructor":{"type":"number","default":5},"toString":{"type":"string"}}}',
    ) as Json;
    expect(reasons(schema, JSON.parse('{"constructor":"x","toString":1}') as Json)).toHaveLength(2);
    expect(reasons(schema, {})).toEqual([]);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });
});

describe('defaults', () => {
  test('are filled into a copy', () => {
    const value = { nested: {} };
    const schema = {
      properties: { n: { default: 3 }, nested: { properties: { list: { default: ['a'] } } } },
    };
    expect(compiled(schema).withDefaults(value)).toEqual({ n: 3, nested: { list: ['a'] } });
    expect(value).toEqual({ nested: {} });
  });

  test('of one value are not those of the next', () => {
    const schema = compiled({ properties: { list: { default: [] } } });
    (schema.withDefaults({}) as { list: Json[] }).list.push(1);
    expect(schema.withDefaults({})).toEqual({ list: [] });
  });

  test('do not reach a prototype', () => {
    const schema = JSON.parse(
      '{"properties": {"__proto__": {"properties": {"polluted": {"default": 1}}}, "constructor": {"properties": {"prototype": {"properties": {"polluted": {"default": 1}}}}}}}',
    ) as Json;
    compiled(schema).withDefaults({});
    expect({}).not.toHaveProperty('polluted');
  });
});

describe('schemas that are refused', () => {
  const deep = Array.from({ length: 200 }).reduce<Json>((inner) => ({ not: inner }), {});
  test.each<[string, Json, string, RegExp]>([
    ['a number', 3, '', /object, true or false/],
    ['a wrong keyword', { properties: { a: { type: 'text' } } }, '/properties/a/type', /./],
    ['look-behind', { pattern: '(?<=a)b' }, '', /./],
    ['a back-reference', { patternProperties: { '(a)\\1': {} } }, '', /./],
    ['a remote reference', { $ref: 'https://example.org/schema.json' }, '', /resolve/],
    ['a reference to a file', { $ref: 'file:///etc/passwd' }, '', /resolve/],
    ['a dead reference', { $ref: '#/$defs/none' }, '', /resolve/],
    ['a circle', { $defs: { a: { $ref: '#/$defs/b' }, b: { $ref: '#/$defs/a' } }, $ref: '#/$defs/a' }, '', /circle/],
    ['another dialect', { $schema: 'http://json-schema.org/draft-07/schema#' }, '/$schema', /2020-12/],
    ['a schema that answers with a promise', { $async: true, type: 'string' }, '/$async', /no keyword/],
    ['a huge one', { description: 'x'.repeat(300_000) }, '', /characters/],
    ['a deep one', deep, '', /deeper/],
  ])('%s', (_name, schema, pointer, reason) => {
    const result = checker.compile(schema);
    expect(result).toMatchObject({ ok: false, error: { pointer, reason: expect.stringMatching(reason) as unknown } });
  });

  test('unknown keywords and formats are no fault', () => {
    expect(reasons({ 'x-order': 3, format: 'colour' }, 'red')).toEqual([]);
  });
});

describe('schemas of strangers', () => {
  test('do not see each other: equal ids, nested ids, references to the ids of others', () => {
    expect(reasons({ $id: 'https://a/root', type: 'string' }, 1)).toHaveLength(1);
    expect(reasons({ $id: 'https://a/root', type: 'number' }, 1)).toHaveLength(0);
    expect(reasons({ properties: { a: { $id: 'https://a/part', type: 'string' } } }, { a: 1 })).toHaveLength(1);
    expect(checker.compile({ properties: { b: { $ref: 'https://a/part' } } })).toMatchObject({ ok: false });
  });

  test('can neither replace the meta-schema nor take it away', () => {
    const thief = { $id: 'https://json-schema.org/draft/2020-12/schema', type: 'number' };
    expect(problems(thief, {})).toEqual([expect.stringContaining('invalid')]);
    expect(reasons({ type: 'object', required: ['a'] }, {})).toEqual([" must have required property 'a'"]);
    expect(problems({ $ref: 'https://json-schema.org/draft/2020-12/schema' }, { type: 5 })).not.toEqual([]);
  });

  const doubling = (levels: number, place = '$defs', both: 'allOf' | 'anyOf' = 'allOf'): Json => {
    const parts: Record<string, Json> = { [`d${levels}`]: { type: 'string' } };
    for (let level = 0; level < levels; level++) {
      const next = { $ref: `#/${place}/d${level + 1}` };
      parts[`d${level}`] = { [both]: [next, next] };
    }
    return { [place]: parts, $ref: `#/${place}/d0` };
  };
  const nested = Array.from({ length: 60 }).reduce<Json>((inner) => ({ a: inner }), {});
  const twice = { properties: { a: { allOf: [{ $ref: '#' }, { $ref: '#' }] } } };
  const many = Array.from({ length: 10_000 }, (_, i) => ({ i }));

  test.each<[string, Json, Json]>([
    ['references that double forty times', doubling(40), 'x'],
    ['choices that double forty times', doubling(40, '$defs', 'anyOf'), {}],
    ['references that double in a strange place', doubling(40, 'x', 'anyOf'), {}],
    ['data that refers back', { default: { a: { $ref: '#' } }, $ref: '#/default/a' }, {}],
    ['many values that are compared with many', { items: { enum: many } }, many],
    ['references to oneself', { allOf: [{ $ref: '#' }] }, 1],
    ['recursion that doubles with the depth of the value', twice, nested],
    ['a pattern with a large automaton on a long text', { pattern: '(.*a){200}' }, 'a'.repeat(2_000_000)],
  ])('%s cannot hang the checker', (_name, schema, value) => {
    expect(reasons(schema, value)).toEqual([' takes too much work to check']);
    expect(compiled(schema).withDefaults(value)).toEqual(value);
  });

  test('references to oneself that are nothing else are a circle, not a hang', () => {
    expect(problems({ $ref: '#' }, {})).toEqual([expect.stringMatching(/takes too much work|in a circle/)]);
    const wider = { properties: { a: { anyOf: [{ $ref: '#' }, { $ref: '#' }] } }, required: ['b'] };
    expect(problems(wider, nested)).toEqual([expect.stringMatching(/takes too much work|required property 'b'/)]);
  });

  test('a few doublings are fine', () => {
    expect(reasons(doubling(5), 'x')).toEqual([]);
    expect(reasons(doubling(5), 1).length).toBeGreaterThan(0);
  });

  test('classical bad patterns take linear time', () => {
    const hundred = { allOf: Array.from({ length: 100 }, (_, i) => ({ pattern: `(x+x+)+y${i}` })) };
    expect(reasons(hundred, 'x'.repeat(2 ** 20))[0]).toContain('must match pattern');
    expect(reasons({ pattern: '^(a+)+$' }, `${'a'.repeat(100_000)}!`)).toHaveLength(1);
  });

  test('unique items are found in linear time', () => {
    const items = Array.from({ length: 100_000 }, (_, index) => ({ index }));
    expect(reasons({ uniqueItems: true }, items)).toEqual([]);
    expect(
      reasons({ uniqueItems: true }, [
        { a: 1, b: 2 },
        { b: 2, a: 1 },
      ]),
    ).toEqual([' must NOT have duplicate items']);
    expect(reasons({ uniqueItems: false }, [1, 1])).toEqual([]);
  });

  test('a million problems are not listed', () => {
    expect(
      reasons(
        { items: { type: 'string' } },
        Array.from({ length: 1_000_000 }, () => 1),
      ),
    ).toHaveLength(1);
    expect(
      reasons(
        { items: { type: 'string' } },
        Array.from({ length: 1000 }, () => 1),
      ),
    ).toHaveLength(100);
  });

  test('more schemas than are kept still work, and old ones are compiled anew', () => {
    const own = createSchemaChecker();
    const schemaOf = (index: number): Json => ({ const: index });
    for (let index = 0; index < 700; index++) expect(own.compile(schemaOf(index)).ok).toBe(true);
    const first = own.compile(schemaOf(0));
    expect(first.ok && first.value.check(0)).toEqual([]);
    expect(first.ok && first.value.check(1)).toHaveLength(1);
  });
});
