import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { SHELF } from '../../bench/eval/words/shelf.js';
import type { JsonObject } from '../../src/kernel/index.js';
import { templateWorld, type TemplateWorld } from '../world/templates.js';

/* What a template becomes while some of its values are not known. */

let world: TemplateWorld;
beforeAll(async () => {
  world = await templateWorld();
});
afterAll(() => world.close());

const draft = async (document: JsonObject, values: JsonObject = {}) =>
  world.service.drafts.draft(await world.service.repository.create(document), values);

const TEMPLATE: JsonObject = {
  name: 'greets',
  description: 'Says hello.',
  tags: ['x'],
  parameters: {
    who: { type: 'string', minLength: 2, required: true, description: 'Who is greeted.' },
    times: { type: 'integer', required: true },
    mark: { type: 'string', default: '!' },
    in: { type: 'array', required: true },
  },
  workflow_definition: {
    name: 'greet {{params.who}}',
    input_schema: { type: 'object', required: ['day'], properties: { day: { type: 'string' }, in: { type: 'array' } } },
    tasks: {
      each: {
        map: { over: '{{params.in}}', as: 'n' },
        tasks: {
          say: { type: 'core/value', input: { text: '{{params.who}}{{params.mark}} ${n}', n: '{{params.times}}' } },
        },
      },
      more: { type: 'core/noop', when: '${ {{params.times}} > 1 }' },
    },
  },
};

test('what is needed and not said is an input, wherever it stands; what is said is filled in', async () => {
  const { document, faults } = await draft(TEMPLATE, { times: 3 });
  expect(faults).toEqual([]);
  expect(document).toMatchObject({
    ...{ name: 'greet (who)', description: 'Says hello.', tags: ['x'], metadata: { source_dialect: 'canonical' } },
    input_schema: {
      required: ['day', 'who', 'in'],
      properties: { who: { type: 'string', minLength: 2, description: 'Who is greeted.' }, in: { type: 'array' } },
    },
    tasks: {
      each: {
        map: { over: '${input["in"]}' },
        tasks: { say: { input: { text: '${input.who}! ${n}', n: 3 } } },
      },
      more: { when: '${ (3) > 1 }' },
    },
  });
  expect(world.catalog.check(document).faults).toEqual([]);
});

test('with every value it is what an instantiation makes, and the same each time', async () => {
  const saved = await world.service.repository.create({ ...TEMPLATE, name: 'whole' });
  const values = { who: '${secrets.x}', times: 1, in: [1] };
  const { document } = await world.service.drafts.draft(saved, values);
  const made = await world.service.instances.preview(saved, { values, where: '/values' });
  expect(document?.tasks).toEqual(made.document.tasks);
  expect(document?.input_schema).toEqual(made.document.input_schema);
  expect(await world.service.drafts.draft(saved, values)).toEqual({ document, faults: [] });
});

describe('there is no document', () => {
  test('without a needed secret, or with a value that does not fit', async () => {
    const one = (parameter: JsonObject, values: JsonObject = {}) =>
      draft(
        {
          name: JSON.stringify(parameter),
          parameters: { x: parameter },
          workflow_definition: { name: 'w', tasks: { a: { type: 'core/value', input: { v: '{{params.x}}' } } } },
        },
        values,
      );
    const secret = await one({ type: 'string', secret: true, required: true });
    expect([secret.document, secret.faults.map(({ code }) => code)]).toEqual([undefined, ['missing_parameter']]);
    const wrong = await one({ type: 'integer' }, { x: 'a' });
    expect([wrong.document, wrong.faults.map(({ code }) => code)]).toEqual([undefined, ['schema_mismatch']]);
  });

  test('when a template inside needs the value', async () => {
    await world.service.repository.create({ ...TEMPLATE, name: 'inner' });
    const { document, faults } = await draft({
      name: 'outer',
      parameters: { guest: { type: 'string', required: true } },
      workflow_definition: {
        name: 'party',
        tasks: { a: { include: { template: 'inner', parameters: { who: '{{params.guest}}', times: 1, in: [] } } } },
      },
    });
    expect([document, faults.map(({ code }) => code)]).toEqual([undefined, ['placeholder_not_here']]);
  });
});

test('the templates that words are measured with are templates, and valid workflows whatever is open', async () => {
  for (const one of SHELF) {
    const { document, faults } = await draft(one);
    expect([one.name, faults]).toEqual([one.name, []]);
    expect([one.name, world.catalog.check(document).faults]).toEqual([one.name, []]);
  }
});
