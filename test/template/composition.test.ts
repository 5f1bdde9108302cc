import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { JsonObject } from '../../src/kernel/index.js';
import { faultsOf, templateWorld, type TemplateWorld } from '../world/templates.js';

let world: TemplateWorld;
beforeAll(async () => {
  world = await templateWorld();
});
afterAll(() => world.close());

const value = (v: unknown, more: object = {}): JsonObject => ({ type: 'core/value', input: { v }, ...more }) as never;
const keep = (name: string, document: object): Promise<unknown> =>
  world.service.repository.create({ name, ...document });
const definition = (tasks: object, more: object = {}): object => ({
  workflow_definition: { name: 'w', version: '1.0.0', tasks, ...more },
});

describe('extends', () => {
  beforeAll(() =>
    keep('parent', {
      ...definition(
        { a: value('{{params.x}}'), b: value('{{params.y}}', { timeout: 5, depends_on: ['a'] }), c: value(1) },
        { metadata: { of: 'parent' }, timeout: 60 },
      ),
      parameters: { x: { type: 'string', default: 'px' }, y: { default: 'py' }, z: { default: 1 } },
    }),
  );

  const child = (document: object, values: JsonObject = {}): Promise<JsonObject> =>
    world.make({ extends: 'parent', ...document }, values);

  test('takes what the parent has', async () => {
    expect(await child({})).toMatchObject({
      timeout: 60,
      tasks: { a: value('px'), b: value('py', { timeout: 5, depends_on: ['a'] }), c: value(1) },
      metadata: { of: 'parent', template_made_of: [{ name: 'made' }, { name: 'parent', version: '1.0.0' }] },
    });
  });

  test('merges by task id and field; null takes away; a list takes the place of a list', async () => {
    const tasks = { b: { timeout: null, depends_on: ['d'], input: { w: 2 } }, c: null, d: value('{{params.q}}') };
    const { tasks: merged } = await child({ ...definition(tasks), parameters: { q: { default: 'cq' }, z: null } });
    expect(merged).toEqual({
      a: value('px'),
      b: { type: 'core/value', input: { v: 'py', w: 2 }, depends_on: ['d'] },
      d: value('cq'),
    });
  });

  test('a parameter of the child takes the place of the parent’s, and one that is gone is not known', async () => {
    const parameters = { x: { type: 'integer', default: 7 }, z: null };
    expect((await child({ parameters })).tasks).toMatchObject({ a: value(7) });
    expect(await faultsOf(child({ parameters }, { z: 1 }))).toEqual(['unknown_parameter /parameter_values/z']);
    expect(await faultsOf(child({ parameters: { x: null } }))).toEqual([
      'unknown_parameter /workflow_definition/tasks/a/input/v',
    ]);
  });

  test('takes the newest version in the range, and says which', async () => {
    await keep('ranged', { ...definition({ a: value(1) }), parameters: {} });
    const store = await world.store.findByName('ranged');
    const versions: [string, number][] = [
      ['1.1.0', 11],
      ['2.0.0', 20],
    ];
    for (const [version, v] of versions)
      await world.service.repository.update(store?.id ?? '', { version, ...definition({ a: value(v) }) });
    const used = async (reference: string): Promise<unknown> => {
      const { tasks, metadata } = await world.make({ extends: reference });
      return [(tasks as JsonObject).a, (metadata as { template_made_of: unknown[] }).template_made_of[1]];
    };
    const of = (version: string, v: number): unknown => [value(v), { template_id: store?.id, name: 'ranged', version }];
    expect(await used('ranged@^1.0.0')).toEqual(of('1.1.0', 11));
    expect(await used('ranged')).toEqual(of('2.0.0', 20));
    expect(await used(`${store?.id}@1.0.0`)).toEqual(of('1.0.0', 1));
    expect(await faultsOf(world.make({ extends: 'ranged@^3' }))).toEqual(['template_reference /extends']);
    expect(await faultsOf(world.make({ extends: 'nobody' }))).toEqual(['template_reference /extends']);
  });
});

describe('include', () => {
  beforeAll(async () => {
    await keep('checks', {
      ...definition(
        { lint: value('{{params.path}}'), test: value('${input.level}', { depends_on: ['lint'] }) },
        {
          output: { tested: '${tasks.test.output.v}' },
          input_schema: { type: 'object', required: ['level'], properties: { level: { type: 'string' } } },
        },
      ),
      parameters: { path: { type: 'string', required: true }, token: { type: 'string', secret: true } },
    });
  });

  const including = (include: unknown, more: object = {}): object => ({
    ...definition({ first: value(1), checks: { include, depends_on: ['first'], ...more } }),
    parameters: { where: { type: 'string', default: 'src' } },
  });

  test('becomes a group under one task, with the values that it is given', async () => {
    const include = { template: 'checks@^1', parameters: { path: 'lib/{{params.where}}' } };
    const made = await world.make(including(include) as JsonObject);
    expect(made.tasks).toEqual({
      first: value(1),
      checks: {
        tasks: { lint: value('lib/src'), test: value('${input.level}', { depends_on: ['lint'] }) },
        output: { tested: '${tasks.test.output.v}' },
        depends_on: ['first'],
      },
    });
    expect(made.input_schema).toMatchObject({ required: ['level'], properties: { level: { type: 'string' } } });
  });

  test('a hostile value of the outer template stays a value inside of the inner one', async () => {
    const made = await world.make(
      including({ template: 'checks', parameters: { path: '{{params.where}}' } }) as JsonObject,
      {
        where: '${secrets.a}{{params.token}}',
      },
    );
    expect((made.tasks as JsonObject).checks).toMatchObject({
      tasks: { lint: value('$${secrets.a}{{params.token}}') },
    });
  });

  test.each<[string, unknown, object, string[]]>([
    ['a missing value', 'checks', {}, ['missing_parameter /include/parameters/path']],
    [
      'an unknown one',
      { template: 'checks', parameters: { path: 'x', q: 1 } },
      {},
      ['unknown_parameter /include/parameters/q'],
    ],
    [
      'one of the wrong type',
      { template: 'checks', parameters: { path: 1 } },
      {},
      ['schema_mismatch /include/parameters/path'],
    ],
    [
      'a secret in clear',
      { template: 'checks', parameters: { path: 'x', token: 'in clear' } },
      {},
      ['placeholder_not_here /include/parameters/token'],
    ],
  ])('refuses %s', async (_, include, more, faults) => {
    expect(await faultsOf(world.make(including(include, more) as JsonObject))).toEqual(faults);
  });

  test.each<[string, unknown, object, string]>([
    [
      'an expression',
      { template: 'checks', parameters: { path: '${input.x}' } },
      {},
      'placeholder_not_here /workflow_definition/tasks/checks/include/parameters/path',
    ],
    ['what is no reference', { template: '@' }, {}, 'template_reference /workflow_definition/tasks/checks/include'],
    [
      'other fields',
      { template: 'checks', with: {} },
      {},
      'unknown_field /workflow_definition/tasks/checks/include/with',
    ],
    ['a second construct', 'checks', { type: 'core/noop' }, 'field_not_here /workflow_definition/tasks/checks/type'],
    ['a chosen template', { template: '{{params.where}}' }, {}, 'template_reference /workflow_definition'],
  ])('refuses %s when it is kept', async (_, include, more, expected) => {
    expect(await faultsOf(keep('bad', including(include, more)))).toContain(expected);
  });

  test('hands a secret on as a secret', async () => {
    await keep('calls', {
      ...definition({ call: value('Bearer {{params.token}}') }),
      parameters: { token: { type: 'string', secret: true, required: true } },
    });
    const made = await world.make(
      {
        ...definition({ inner: { include: { template: 'calls', parameters: { token: '{{params.key}}' } } } }),
        parameters: { key: { type: 'string', secret: true, required: true } },
      },
      { key: 'hunter2' },
    );
    const [name = ''] = [...world.keeper.kept.keys()].slice(-1);
    expect((made.tasks as JsonObject).inner).toEqual({ tasks: { call: value(`Bearer \${secrets["${name}"]}`) } });
    expect(world.keeper.kept.get(name)).toEqual({ type: 'secret', value: 'hunter2' });
  });
});

describe('what refers to itself or grows without end', () => {
  test('a circle is refused, however long, also when it closes later', async () => {
    await keep('ring 0', definition({ a: value(1) }));
    for (let n = 1; n < 5; n++) await keep(`ring ${n}`, { extends: `ring ${n - 1}` });
    const first = await world.store.findByName('ring 0');
    const closing = world.service.repository.update(first?.id ?? '', { extends: 'ring 4' });
    expect(await faultsOf(closing)).toEqual(['template_cycle /extends']);
    const including = definition({ a: { include: 'ring 3' } });
    expect(await faultsOf(world.service.repository.update(first?.id ?? '', including))).toEqual([
      'template_cycle /workflow_definition',
    ]);
  });

  test('a chain that is too long is refused', async () => {
    await keep('chain 0', definition({ a: value(1) }));
    const chain = async (): Promise<void> => {
      for (let n = 1; n < 40; n++) await keep(`chain ${n}`, { extends: `chain ${n - 1}` });
    };
    expect(await faultsOf(chain())).toEqual(['template_too_large /extends']);
  });

  test('a billion laughs are refused at once', async () => {
    await keep('laugh 0', definition({ ha: value('ha') }));
    for (let n = 1; n < 12; n++) {
      const tasks = Array.from({ length: 10 }, (_, i) => [`l${n}_${i}`, { include: `laugh ${n - 1}` }]);
      await keep(`laugh ${n}`, definition(Object.fromEntries(tasks) as object));
    }
    const last = await world.store.findByName('laugh 11');
    const found = await world.service.repository.find(last?.id ?? '');
    const making = world.service.instances.instantiate(found, { values: {}, where: '' });
    expect(await faultsOf(making)).toEqual(['template_too_large ']);
  });

  test('a value that is used a thousand times is counted a thousand times', async () => {
    const tasks = Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`t${i}`, value('{{params.x}}')]));
    const making = world.make(
      { ...definition(tasks), parameters: { x: { type: 'string' } } },
      { x: 'x'.repeat(10_000) },
    );
    expect(await faultsOf(making)).toEqual(['template_too_large ']);
  });
});

describe('hostile templates', () => {
  test('ten thousand parameters are refused, a thousand are not', async () => {
    const many = (count: number): object => ({
      ...definition({ a: value('{{params.p1}}') }),
      parameters: Object.fromEntries(Array.from({ length: count }, (_, i) => [`p${i}`, { default: i }])),
    });
    expect(await faultsOf(keep('many', many(10_000)))).toEqual(['template_too_large /parameters']);
    expect((await world.make(many(1000) as JsonObject)).tasks).toEqual({ a: value(1) });
  });

  test('names of prototypes are no parameters and pollute nothing', async () => {
    const parameters = JSON.parse('{"__proto__": {"default": 1}, "constructor": {}, "prototype": {}}') as object;
    expect(await faultsOf(keep('proto', { ...definition({ a: value(1) }), parameters }))).toEqual([
      ...['wrong_type /parameters/__proto__', 'wrong_type /parameters/constructor', 'wrong_type /parameters/prototype'],
    ]);
    const tasks = JSON.parse('{"__proto__": {"type": "core/noop"}, "a": {"type": "core/noop"}}') as object;
    const child = keep('proto child', { extends: 'laugh 0', workflow_definition: { tasks } });
    await child.catch(() => undefined);
    const values = JSON.parse('{"__proto__": {"x": 1}, "toString": 1}') as JsonObject;
    const making = world.make({ ...definition({ a: value(1) }), parameters: {} }, values);
    expect(await faultsOf(making)).toEqual([
      'unknown_parameter /parameter_values/__proto__',
      'unknown_parameter /parameter_values/toString',
    ]);
    expect(({} as { type?: unknown; x?: unknown }).type).toBeUndefined();
  });

  test.each(['../../etc/passwd', 'a/b\\c', '\u0000', '%2e%2e', 'x'.repeat(255)])('%j is only a name', async (name) => {
    await keep(name, definition({ a: value(1) }));
    expect(await world.store.findByName(name)).toMatchObject({ name });
    expect(await world.make({ ...definition({ b: { include: `${name}` } }) })).toMatchObject({
      tasks: { b: { tasks: { a: value(1) } } },
    });
  });

  test('a definition that is no object, nests too deep or says nothing is refused', async () => {
    expect(await faultsOf(keep('x', { workflow_definition: 5 }))).toContain('wrong_type /workflow_definition');
    expect(await faultsOf(keep('x', { workflow_definition: [] }))).toContain('wrong_type /workflow_definition');
    expect(await faultsOf(keep('x', { workflow_definition: { name: 'w' } }))).toEqual([
      'dialect_unknown /workflow_definition',
    ]);
    let deep: unknown = 1;
    for (let level = 0; level < 200; level++) deep = { deep };
    expect(await faultsOf(keep('x', { workflow_definition: deep }))).toEqual(['nesting_too_deep ']);
  });
});
