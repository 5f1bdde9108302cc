import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { CompiledScope, CompiledTask } from '../../src/engine/core/index.js';
import { compileTemplate, evaluateTemplate } from '../../src/engine/core/expression/index.js';
import { isJsonObject, type Json, type JsonObject } from '../../src/kernel/index.js';
import {
  assembleTemplate,
  bindParameters,
  expandTemplate,
  type AssembledTemplate,
} from '../../src/template/core/index.js';
import { contentOf } from '../../src/template/index.js';
import { seedOf } from '../world/random.js';
import { templateWorld, type TemplateWorld } from '../world/templates.js';

const RUNS = process.env.HARMONIA_TEST_LONG === '1' ? 20_000 : 1500;
const SEED = seedOf('hostile values');

let world: TemplateWorld;
let assembled: AssembledTemplate;

/** Every place where a value may come to stand. */
const TEMPLATE: JsonObject = {
  name: 'every place',
  parameters: { x: {}, y: {}, z: { type: 'string' }, key: { type: 'string', secret: true } },
  workflow_definition: {
    name: 'w {{params.x}}',
    description: '{{params.x}}',
    metadata: { note: '{{params.x}}' },
    tasks: {
      first: { type: 'core/value', input: { n: 1 } },
      places: {
        name: '{{params.y}}',
        depends_on: ['first'],
        type: 'core/value',
        when: '${ {{params.x}} == {{params.x}} }',
        input: {
          alone: '{{params.x}}',
          text: '<{{params.x}}>{{params.y}}',
          beside: 'a{{params.x}}${tasks.first.output.n}{{params.y}}',
          dollar: 'a${"$"}{{params.x}}',
          literal: '${ [{{params.x}}, "z"] }',
          operand: '${ [{{params.x}} == {{params.y}}, tasks.first.output.n == 1] }',
          secret: 'Bearer {{params.key}}{{params.x}}',
          deep: [{ a: '{{params.x}}' }],
        },
      },
      each: {
        map: { over: ['{{params.x}}', '{{params.y}}'], as: 'row' },
        tasks: { inner: { type: 'core/value', input: { v: '${row}' } } },
      },
      ask: { approval: { message: 'Go {{params.x}}?', by: ['{{params.z}}', 'ops'] } },
      last: { switch: [{ when: '${ {{params.x}} != {{params.y}} }', goto: 'end' }] },
      end: { type: 'core/noop' },
    },
    output: { x: '{{params.x}}' },
  },
};

beforeAll(async () => {
  world = await templateWorld();
  const { template, version } = await world.service.repository.create(TEMPLATE);
  const root = { id: template.id, name: template.name, version: version.version, content: contentOf(version) };
  const found = assembleTemplate(root, () => undefined, world.schemas);
  if (!found.ok) throw new Error(JSON.stringify(found.error));
  assembled = found.value;
});
afterAll(() => world.close());

/** What somebody would try who wants to get out of a value. */
const PIECES = [
  ...['${', '$${', '$', '{', '}', '{{', '}}', '}}}', '{{params.y}}', '{{params.key}}', '${secrets.a}', '${input.x}'],
  ...[
    '"',
    "'",
    '"""',
    "'''",
    '\\',
    '\\"',
    "\\'",
    '\n',
    '\r',
    '\t',
    '\u0000',
    '\u2028',
    ')',
    '(',
    '])',
    '+',
    '//',
    '/*',
  ],
  ...[' ', '"+tasks.first.output.n+"', '") + secrets.a + ("', '${"', '"}', '__proto__', 'r"', 'b"', '😀', '\\u0022'],
];
const text = fc
  .array(fc.oneof(fc.constantFrom(...PIECES), fc.string({ unit: 'grapheme' })), { maxLength: 6 })
  .map((parts) => parts.join(''));
const value: fc.Arbitrary<Json> = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    text,
    fc.constantFrom<Json>(null, true, false, 0, -1, 1.5, 1e21, -1e-7, Number.MAX_SAFE_INTEGER),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(text, tie('value'), { maxKeys: 3 }).map((entries) => ({ ...entries })),
  ),
})).value;

const expand = (x: Json, y: Json): JsonObject => {
  const faults: never[] = [];
  const values = { x, y, z: asText(y), key: 'hunter2' };
  const { binding } = bindParameters(
    { parameters: assembled.parameters, values, where: '', schemas: world.schemas, credentialFor: () => 'cred:x' },
    faults,
  );
  const document = expandTemplate(assembled, { binding, schemas: world.schemas, faults });
  if (!document) throw new Error(JSON.stringify(faults));
  return { ...document, version: '1.0.0', name: 'n', metadata: { source_dialect: 'canonical' } };
};

/** Tasks, their kinds and all edges, at any depth. */
const skeleton = (scope: CompiledScope): Json =>
  scope.tasks.map((task: CompiledTask) => ({
    id: task.id,
    is: task.work.is,
    ...('type' in task.work && { type: task.work.type }),
    edges: [task.needs, task.feeds, task.gates, task.opens],
    ...('body' in task.work && { body: skeleton(task.work.body) }),
  }));

const evaluated = (source: Json): { value: Json; secrets: readonly { text: readonly unknown[] }[] } => {
  const names = new Set(['input', 'execution', 'workflow']);
  const compiled = compileTemplate(source, { pointer: '', names, secrets: true });
  expect(compiled.faults).toEqual([]);
  const scope = { variables: { tasks: { first: { output: { n: 1 } } } }, now: 0, newUuid: () => '' };
  const result = evaluateTemplate(compiled.value, scope as never);
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  return result.value;
};

const asText = (json: Json): string => (typeof json === 'string' ? json : json === null ? '' : JSON.stringify(json));

test('no value changes the structure of a workflow, and each arrives as it was given', () => {
  const { compiled: plain, faults } = world.catalog.check(expand('plain', 'other'));
  if (!plain) throw new Error(JSON.stringify(faults));
  const expected = skeleton(plain.scope);
  fc.assert(
    fc.property(value, value, (x, y) => {
      const document = expand(x, y);
      const checked = world.catalog.check(document);
      // A value may be refused where a plain one is needed; it never makes something else of the workflow.
      if (checked.compiled) expect(skeleton(checked.compiled.scope)).toEqual(expected);
      const { places } = document.tasks as unknown as { places: { name: Json; input: Readonly<Record<string, Json>> } };
      const { input } = places;
      expect(Object.keys(document.tasks as JsonObject)).toEqual(['first', 'places', 'each', 'ask', 'last', 'end']);
      expect(evaluated(input.alone as Json)).toEqual({ value: x, secrets: [] });
      expect(evaluated(input.deep as Json)).toEqual({ value: [{ a: x }], secrets: [] });
      expect(evaluated(input.text as Json)).toEqual({ value: `<${asText(x)}>${asText(y)}`, secrets: [] });
      expect(evaluated(input.beside as Json)).toEqual({ value: `a${asText(x)}1${asText(y)}`, secrets: [] });
      expect(evaluated(input.dollar as Json)).toEqual({ value: `a$${asText(x)}`, secrets: [] });
      expect(evaluated(input.literal as Json)).toEqual({ value: [x, 'z'], secrets: [] });
      const operand = evaluated(input.operand as Json).value;
      expect(Array.isArray(operand) && operand[1]).toBe(true);
      const { secrets } = evaluated(input.secret as Json);
      expect(secrets.map((slot) => slot.text)).toEqual([
        ['Bearer ', { $secret: 'cred:x' }, ...(asText(x) ? [asText(x)] : [])],
      ]);
      expect(document.description).toEqual(x);
    }),
    { seed: SEED, numRuns: RUNS },
  );
});

test('a value that nests or repeats without end is refused, not a slow answer', async () => {
  let deep: Json = 1;
  for (let level = 0; level < 3000; level++) deep = [deep];
  const { repository, instances } = world.service;
  const template = await repository.create({ ...TEMPLATE, name: 'deep' });
  const values = { x: deep, y: 1, key: 'k' };
  await expect(instances.instantiate(template, { values, where: '' })).rejects.toMatchObject({ status: 422 });
  expect(isJsonObject(template.version.content)).toBe(true);
});
