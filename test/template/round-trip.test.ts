import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Json, JsonObject } from '../../src/kernel/index.js';
import { seedOf } from '../world/random.js';
import { templateWorld, type TemplateWorld } from '../world/templates.js';

const SEED = seedOf('round trips of templates');
const RUNS = process.env.HARMONIA_TEST_LONG === '1' ? 1000 : 60;

let world: TemplateWorld;
beforeAll(async () => {
  world = await templateWorld();
  await world.service.repository.create({
    name: 'a base',
    parameters: { inherited: { default: 1 } },
    workflow_definition: { name: 'w', tasks: { base: { type: 'core/noop' } } },
  });
});
afterAll(() => world.close());

const text = fc.string({ unit: 'grapheme', maxLength: 20 }).filter((said) => !/\$\{|\{\{/.test(said));
const name = text.filter((said) => said.trim() !== '');
const json = fc
  .jsonValue({ depthSize: 'small', stringUnit: 'grapheme' })
  .filter((value) => !/\$\{|\{\{|__proto__/.test(JSON.stringify(value))) as fc.Arbitrary<Json>;
const parameter = fc.oneof(
  fc.record({ type: fc.constant('string'), default: text, description: text }, { requiredKeys: ['type'] }),
  fc.record({ type: fc.constant('integer'), default: fc.integer({ min: 1, max: 9 }), minimum: fc.constant(0) }),
  fc.record({
    parameter_type: fc.constant('select'),
    options: fc.constant(['a', 'b']),
    default_value: fc.constant('b'),
  }),
  fc.record({ secret: fc.constant(true), type: fc.constant('string') }),
  fc.record({ default: json }, { requiredKeys: [] }),
);
const names = ['alpha', 'beta', 'gamma'];
const parameters = fc
  .dictionary(fc.constantFrom(...names), parameter, { maxKeys: 3 })
  .chain((map) =>
    fc.constantFrom<Json>(
      { ...map } as JsonObject,
      Object.entries(map).map(([named, entry]) => ({ ...entry, name: named })) as never,
    ),
  );

const documents = fc
  .record({
    words: fc.record(
      {
        name,
        description: text,
        icon: text,
        tags: fc.uniqueArray(text, { maxLength: 3 }),
        is_public: fc.boolean(),
        metadata: fc.dictionary(text, json, { maxKeys: 3 }).map((map) => ({ ...map })),
        usage_count: fc.integer({ min: 0, max: 1000 }),
        version: fc.constantFrom('1.0.0', '0.3.0', '2.1.7', '3.0.0-beta.1'),
        changes: text,
        created_at: fc.integer({ min: 0, max: 2e12 }).map((at) => new Date(at).toISOString()),
        category: name,
        categories: fc.uniqueArray(name, { minLength: 1, maxLength: 3 }),
        extends: fc.constantFrom('a base', 'a base@^1'),
      },
      { requiredKeys: ['name'] },
    ),
    parameters,
    texts: fc.array(fc.constantFrom('{{ params.alpha }}', '${params.beta}', 'x {{ gamma }} y', '${1 + 2}', 'plain'), {
      maxLength: 4,
    }),
  })
  .map(({ words, parameters: said, texts }): JsonObject => {
    const known = Array.isArray(said)
      ? (said as { name: string }[]).map((entry) => entry.name)
      : Object.keys(said as object);
    const used = texts.filter((one) => names.every((named) => !one.includes(named) || known.includes(named)));
    const secret = JSON.stringify(said).includes('secret');
    const input = { texts: secret ? ['plain'] : used };
    return {
      ...(words as JsonObject),
      parameters: said,
      workflow_definition: { name: 'w', tasks: { a: { type: 'core/value', input } } },
    };
  });

test('what is exported imports as the same template, whatever is in it', async () => {
  const { service } = world;
  await fc.assert(
    fc.asyncProperty(documents, async (document) => {
      const first = await service.repository.create(document);
      const exported = await service.export(first.template.id);
      const second = await service.repository.create(JSON.parse(JSON.stringify(exported)));
      expect(await service.export(second.template.id)).toEqual(exported);
      expect(second.version.content).toEqual(first.version.content);
      for (const [field, value] of Object.entries(document)) {
        if (field === 'category' || field === 'categories') continue;
        expect([field, exported[field]]).toEqual([field, value]);
      }
      const { id: _, updatedAt: __, ...one } = first.template;
      const { id: ___, updatedAt: ____, ...other } = second.template;
      expect(other).toEqual(one);
    }),
    { seed: SEED, numRuns: RUNS },
  );
});
