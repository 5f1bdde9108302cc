import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { JsonObject } from '../../src/kernel/index.js';
import type { TemplateSource } from '../../src/template/ports/index.js';
import { faultsOf, templateWorld, type TemplateWorld } from '../world/templates.js';

let world: TemplateWorld;
beforeAll(async () => {
  world = await templateWorld();
});
afterAll(() => world.close());

const definition = (v: string): JsonObject => ({
  workflow_definition: { name: 'w', tasks: { a: { type: 'core/value', input: { v } } } },
});

describe('a secret parameter', () => {
  const document = {
    ...definition('Bearer {{params.token}}'),
    parameters: { token: { type: 'string', secret: true, minLength: 4, required: true }, x: { default: 1 } },
  };
  const CANARY = 'canary-8d1f3c';

  test('is kept as a credential; the workflow has its name only', async () => {
    const made = await world.make(document, { token: CANARY });
    const [[name = '', credential] = []] = [...world.keeper.kept];
    expect(name).toMatch(/^template\.[0-9a-f-]{36}\.token$/);
    expect(credential).toEqual({ type: 'secret', value: CANARY });
    expect((made.tasks as JsonObject).a).toMatchObject({ input: { v: `Bearer \${secrets["${name}"]}` } });
    expect((made.metadata as JsonObject).parameter_values).toEqual({ token: '***', x: 1 });
    expect(JSON.stringify(made)).not.toContain(CANARY);
  });

  test('names a credential that is there', async () => {
    await world.keeper.put('mine', { type: 'secret', value: CANARY });
    const before = world.keeper.kept.size;
    const made = await world.make(document, { token: { credential: 'mine' } });
    expect((made.tasks as JsonObject).a).toMatchObject({ input: { v: 'Bearer ${secrets["mine"]}' } });
    expect(world.keeper.kept.size).toBe(before);
    expect(await faultsOf(world.make(document, { token: { credential: 'none' } }))).toEqual([
      'out_of_range /parameter_values/token/credential',
    ]);
    for (const credential of ['a"]} ${secrets["b', 'a\\', 'a\nb', '', 'webhook:1:key'])
      expect(await faultsOf(world.make(document, { token: { credential } }))).toEqual([
        'wrong_type /parameter_values/token/credential',
      ]);
  });

  test('that does not fit is refused without its value, and nothing is kept', async () => {
    const before = world.keeper.kept.size;
    const made = await world.service.repository.create({ name: 'refusing', ...document });
    const ask = (token: string, more = {}): Promise<unknown> =>
      world.service.instances.instantiate(made, { values: { token, ...more }, where: '' });
    await expect(ask('abc')).rejects.toMatchObject({ code: 'validation_error' });
    const refused = await ask('abc').catch((error: unknown) => JSON.stringify(error));
    expect(refused).not.toContain('abc');
    expect(await faultsOf(ask(CANARY, { nothing: 1 }))).toEqual(['unknown_parameter /nothing']);
    expect(world.keeper.kept.size).toBe(before);
  });

  test('is kept in the same place when the request comes again', async () => {
    const template = await world.service.repository.create({ name: 'again', ...document });
    const key = { scope: 's', key: 'k', request: 'r' };
    const before = world.keeper.kept.size;
    await world.service.instances.instantiate(template, { values: { token: CANARY }, where: '', key });
    const again = world.service.instances.instantiate(template, { values: { token: CANARY }, where: '', key });
    await expect(again).rejects.toMatchObject({ status: 409 });
    expect(world.keeper.kept.size).toBe(before + 1);
    expect(await world.service.instances.withoutSecrets(template, { token: CANARY, x: 1 })).toEqual({
      token: '***',
      x: 1,
    });
    expect((await world.store.find(template.template.id))?.usageCount).toBe(1);
  });

  test('is forgotten when the workflow cannot be kept after all; one that was there stays', async () => {
    const key = { scope: 's', key: 'taken', request: 'r' };
    const make = async (name: string, parameter: string): Promise<unknown> => {
      const parameters = { [parameter]: { type: 'string', secret: true } };
      const template = await world.service.repository.create({
        name,
        parameters,
        ...definition(`{{params.${parameter}}}`),
      });
      return world.service.instances.instantiate(template, { values: { [parameter]: CANARY }, where: '', key });
    };
    await make('the first', 'one');
    const before = new Set(world.keeper.kept.keys());
    await expect(make('the second', 'two')).rejects.toMatchObject({ status: 409 });
    expect(new Set(world.keeper.kept.keys())).toEqual(before);
    await expect(make('the third', 'one')).rejects.toMatchObject({ status: 409 });
    expect(new Set(world.keeper.kept.keys())).toEqual(before);
  });

  test('too short to be masked is refused', async () => {
    const parameters = { token: { type: 'string', secret: true } };
    const template = await world.service.repository.create({ name: 'short', ...definition('a'), parameters });
    const asked = world.service.instances.instantiate(template, { values: { token: 'abc' }, where: '' });
    expect(await faultsOf(asked)).toEqual(['schema_mismatch /token']);
  });

  test.each<[string, JsonObject]>([
    ['in an expression', definition('${ {{params.token}} + "x" }')],
    ['outside of an input', { workflow_definition: { name: '{{params.token}}', tasks: { a: { type: 'core/noop' } } } }],
    [
      'in an output',
      { workflow_definition: { name: 'w', tasks: { a: { type: 'core/noop' } }, output: { v: '{{params.token}}' } } },
    ],
    [
      'in the input of a sub-workflow',
      {
        workflow_definition: { name: 'w', tasks: { a: { workflow: { name: 'x', input: { v: '{{params.token}}' } } } } },
      },
    ],
  ])('may not stand %s', async (_, words) => {
    const parameters = { token: { secret: true, type: 'string' } };
    const refused = await faultsOf(world.service.repository.create({ name: 'x', ...words, parameters }));
    expect(refused).toHaveLength(1);
    expect(refused[0]).toMatch(/^placeholder_not_here /);
  });

  test('has no default', async () => {
    const parameters = { token: { type: 'password', default: 'letmein' } };
    expect(await faultsOf(world.service.repository.create({ name: 'x', ...definition('a'), parameters }))).toEqual([
      'wrong_type /parameters/token/default',
    ]);
  });
});

describe('templates that come with something', () => {
  const pack = (documents: readonly JsonObject[], id = 'travel'): TemplateSource => ({ id, documents });
  const trip = (v: string, more: JsonObject = {}): JsonObject => ({ name: 'trip', ...definition(v), ...more });
  const names = async (source = 'travel'): Promise<string[]> =>
    (
      await world.service.repository.list({ source, sortBy: 'name', descending: false, offset: 0, limit: 100 })
    ).items.map(({ name, version }) => `${name} ${version}`);

  test('are kept once, renewed when they change, hidden when they go, and back when they come', async () => {
    const { service } = world;
    const child = { name: 'child', extends: 'trip', parameters: {} };
    // The child stands before what it extends.
    expect(await world.offer(pack([child, trip('one')]))).toEqual([]);
    expect(await names()).toEqual(['child 1.0.0', 'trip 1.0.0']);
    const kept = await world.store.findByName('trip');
    for (let n = 0; n < 3; n++) await world.offer(pack([child, trip('one')]));
    expect([await names(), (await world.store.versions(kept?.id ?? '')).length]).toEqual([
      ['child 1.0.0', 'trip 1.0.0'],
      1,
    ]);
    await world.offer(pack([trip('two')]));
    expect(await names()).toEqual(['trip 1.0.1']);
    await world.offer(pack([child, trip('three', { version: '3.0.0' })]));
    expect(await names()).toEqual(['child 1.0.0', 'trip 3.0.0']);
    await world.offer(pack([trip('four', { version: '3.0.0' })]));
    expect(await names()).toEqual(['trip 3.0.1']);

    const mine = await service.repository.create({ name: 'mine', extends: 'trip', parameters: {} });
    await world.offer();
    expect(await names()).toEqual([]);
    await expect(service.repository.find(kept?.id ?? '')).rejects.toMatchObject({ code: 'template_not_found' });
    const made = await service.instances.instantiate(mine, { values: {}, where: '' });
    expect((made.document.tasks as JsonObject).a).toMatchObject({ input: { v: 'four' } });
    await world.offer(pack([trip('four', { version: '3.0.0' })]));
    expect(await names()).toEqual(['trip 3.0.1']);
    expect((await world.store.findByName('trip'))?.id).toBe(kept?.id);
  });

  test('one that is wrong is left out and said, the others are kept', async () => {
    expect(await world.offer(pack([{ name: 'wrong' }, trip('x'), { no: 'name' }], 'half'))).toEqual([
      'template "wrong" of half is left out',
      'template null of half is left out',
    ]);
    expect(await names('half')).toEqual(['trip 1.0.0']);
    expect(await names('harmonia')).toHaveLength(9);
  });
});
