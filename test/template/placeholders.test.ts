import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Json, JsonObject } from '../../src/kernel/index.js';
import { faultsOf, templateWorld, type TemplateWorld } from '../world/templates.js';

let world: TemplateWorld;
beforeAll(async () => {
  world = await templateWorld();
});
afterAll(() => world.close());

/** The input of the one task of a template after instantiation. */
const filled = async (input: Json, value: Json, parameter: JsonObject = {}): Promise<Json> => {
  const document = await world.make(
    {
      parameters: { x: parameter, other: { default: 1 } },
      workflow_definition: { name: 'w', tasks: { a: { type: 'core/value', input: { v: input } } } },
    },
    { x: value },
  );
  return ((document.tasks as JsonObject).a as { input: { v: Json } }).input.v;
};

describe('a placeholder', () => {
  test.each<[string, Json, Json, Json]>([
    ['alone keeps a number', '{{params.x}}', 7, 7],
    ['alone keeps an object', '{{params.x}}', { a: [1, { b: null }] }, { a: [1, { b: null }] }],
    ['alone keeps false', '{{ params.x }}', false, false],
    ['alone gives null for null', '{{params.x}}', null, null],
    ['in a text is text', 'a {{params.x}} b', 'c', 'a c b'],
    ['in a text twice', '{{params.x}}{{params.x}}', 'c', 'cc'],
    ['in a text a number', 'n={{params.x}}', 1.5, 'n=1.5'],
    ['in a text an object is JSON', 'o={{params.x}}', { a: 1 }, 'o={"a":1}'],
    ['in a text nothing for null', 'a{{params.x}}b', null, 'ab'],
    ['beside an expression', '{{params.x}} ${execution.id}', 'c', 'c ${execution.id}'],
    ['in an expression is a literal', '${ {{params.x}} + 1 }', 2, '${ (2) + 1 }'],
    ['in an expression a text', '${ {{params.x}} + "!" }', 'a"b', '${ ("a\\"b") + "!" }'],
    ['of a text with an expression is text', '{{params.x}}', '${secrets.a}', '$${secrets.a}'],
    ['inside of a text, too', 'a {{params.x}}', '${secrets.a}', 'a $${secrets.a}'],
    ['whose brace would make an expression', '$ {{params.x}}', '{a}', '$ {a}'],
    ['whose brace would make an expression, with an escape before', '$${a} {{params.x}}', '$', '$${a} $'],
    ['after a dollar', 'cost: ${"$"}{{params.x}}', '{a}', 'cost: ${"$"}{a}'],
    ['before an expression, with a dollar', '{{params.x}}${execution.id}', 'a$', 'a${"$"}${execution.id}'],
    ['deep in a value', { a: [{ b: '{{params.x}}' }] }, '${x}', { a: [{ b: '$${x}' }] }],
  ])('%s', async (_, input, value, expected) => {
    expect(await filled(input, value)).toEqual(expected);
  });

  test.each<[string, string, string]>([
    ['${param.x}', '${param.x}', 'alone'],
    ['${params.x}', '${ params.x }', 'alone'],
    ['${parameters.x}', '${parameters.x}', 'alone'],
    ['{{ x }}', '{{ x }}', 'alone'],
    ['${params.x + 1}', '${params.x + 1}', 'literal'],
  ])('may be written %s', async (_, written, is) => {
    expect(await filled(written, 4)).toEqual(is === 'alone' ? 4 : '${(4) + 1}');
  });

  test('leaves run-time expressions alone', async () => {
    const text = '${input.?x.orValue(1)} $${literal} {{ body }} ${"params.x"} ${execution.id}';
    expect(await filled(text, 4)).toBe(text);
  });

  test.each<[string, JsonObject, string]>([
    ['type', { type: '{{params.x}}' }, '/workflow_definition/tasks/a/type'],
    ['depends_on', { type: 'core/noop', depends_on: ['{{params.x}}'] }, '/workflow_definition/tasks/a/depends_on/0'],
    ['goto', { switch: [{ goto: '{{params.x}}' }] }, '/workflow_definition/tasks/a/switch/0/goto'],
    [
      'on_error',
      { type: 'core/noop', on_error: { goto: '{{params.x}}' } },
      '/workflow_definition/tasks/a/on_error/goto',
    ],
    [
      'as',
      { map: { over: [], as: '{{params.x}}' }, tasks: { b: { type: 'core/noop' } } },
      '/workflow_definition/tasks/a/map/as',
    ],
    ['a body', { map: { over: [] }, tasks: '{{params.x}}' }, '/workflow_definition/tasks/a/tasks'],
    ['a key', { type: 'core/value', input: { '{{params.x}}': 1 } }, '/workflow_definition/tasks/a/input/{{params.x}}'],
    ['quotes', { type: 'core/value', input: { v: '${"{{params.x}}"}' } }, '/workflow_definition/tasks/a/input/v'],
  ])('cannot be %s', async (_, task, pointer) => {
    const document = { name: 't', parameters: { x: {} }, workflow_definition: { name: 'w', tasks: { a: task } } };
    expect(await faultsOf(world.service.repository.create(document))).toEqual([`placeholder_not_here ${pointer}`]);
  });

  test('of no parameter is a fault', async () => {
    const tasks = { a: { type: 'core/value', input: { v: '{{params.y}}', w: '${ {{params.z}} + 1}' } } };
    const document = { name: 't', parameters: { x: {} }, workflow_definition: { name: 'w', tasks } };
    expect(await faultsOf(world.service.repository.create(document))).toEqual([
      'unknown_parameter /workflow_definition/tasks/a/input/v',
      'unknown_parameter /workflow_definition/tasks/a/input/w',
    ]);
  });

  test('as a setting takes no object', async () => {
    const tasks = { a: { type: 'core/noop', on_error: '{{params.x}}' }, b: { type: 'core/noop' } };
    const making = world.make(
      { parameters: { x: {} }, workflow_definition: { name: 'w', tasks } },
      { x: { goto: 'b' } },
    );
    expect(await faultsOf(making)).toEqual(['placeholder_not_here /tasks/a/on_error']);
  });
});
