import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { JsonObject } from '../../src/kernel/index.js';
import { refusal, refused } from '../world/caller.js';
import { TestService, type Answer } from '../world/service.js';

const V = '/api/v1/templates';
let service: TestService;
beforeAll(async () => {
  service = await TestService.start();
});
afterAll(() => service.stop());

const GREET = {
  name: 'w',
  tasks: { hello: { type: 'core/value', input: { text: 'Hello {{params.who}}', times: '{{params.times}}' } } },
};
const PARAMETERS = {
  who: { type: 'string', required: true, minLength: 2, description: 'Who is greeted.' },
  times: { type: 'integer', default: 3, minimum: 1 },
};
let made = 0;
const document = (more: object = {}): JsonObject => ({
  ...{ name: `greet ${++made}`, workflow_definition: GREET, parameters: PARAMETERS },
  ...more,
});

const keep = async (more: object = {}): Promise<string> => {
  const { status, body } = await service.post(V, document(more));
  if (status !== 201) throw new Error(JSON.stringify(body));
  return body.template_id as string;
};
const use = (id: string, body?: object, how = 'instantiate'): Promise<Answer> =>
  service.send('POST', `${V}/${id}/${how}`, body);
const data = ({ body }: Answer): JsonObject => body.data as never;
const faults = ({ body }: Answer): string[] =>
  ((body.error as JsonObject).details as unknown as { faults: { code: string; pointer: string }[] }).faults.map(
    ({ code, pointer }) => `${code} ${pointer}`,
  );

describe('a template is made', () => {
  test('in the words of each caller', async () => {
    const stored = await service.workflow({ name: `stored ${++made}`, tasks: { a: { type: 'core/noop' } } });
    const shapes = [
      { workflow_definition: undefined, workflow_definition_id: stored, parameters: {} },
      { workflowId: stored, isPublic: false },
      {
        parameters: [
          { name: 'who', type: 'string', required: true },
          { name: 'times', type: 'integer', default: 1 },
        ],
      },
      { template: { name: 's', steps: [{ id: 's1', name: 'S', type: 'start' }] } },
      { workflow_definition: { tasks: GREET.tasks, version: '1.0', input: {}, output: {}, description: '' } },
    ];
    for (const shape of shapes) {
      const { workflow_definition: _, ...bare } = document();
      const answer = await service.post(V, { ...('parameters' in shape ? document() : bare), ...shape });
      expect([answer.status, data(answer)]).toMatchObject([
        201,
        { template_id: answer.body.template_id, version: '1.0.0', workflow_definition: { tasks: {} } },
      ]);
    }
  });

  test('and every fault of it is said at once, and nothing kept', async () => {
    const before = (await service.get(V)).body.total;
    const wrong = await service.post(V, {
      description: 5,
      tags: 'x',
      colour: 'red',
      version: 'one',
      parameters: {
        '1x': {},
        a: { type: 'wat' },
        b: { type: 'integer', default: 'x' },
        c: { pattern: '(' },
        d: { x: 1 },
      },
      workflow_definition: GREET,
    });
    expect(wrong.status).toBe(422);
    expect(faults(wrong).sort()).toEqual([
      ...['invalid_schema /parameters/c', 'out_of_range /parameters/a/type', 'required_field '],
      ...['schema_mismatch /parameters/b/default', 'unknown_field /colour', 'unknown_field /parameters/d/x'],
      ...['wrong_type /description', 'wrong_type /parameters/1x', 'wrong_type /tags', 'wrong_type /version'],
    ]);
    expect(refusal(await service.post(V, { name: 'x', workflow_id: made_up() }))).toEqual(
      refused(404, 'workflow_not_found'),
    );
    expect(faults(await service.post(V, { name: 'x' }))).toEqual(['required_field ']);
    expect((await service.get(V)).body.total).toBe(before);
  });

  test('once for one Idempotency-Key', async () => {
    const body = document();
    const [first, second] = [
      await service.post(V, body, { 'idempotency-key': 'template-1' }),
      await service.post(V, body, { 'idempotency-key': 'template-1' }),
    ];
    expect(second.body.template_id).toBe(first.body.template_id);
    expect(second.headers.get('idempotent-replayed')).toBe('true');
    const other = await service.post(V, document(), { 'idempotency-key': 'template-1' });
    expect(refusal(other)).toEqual(refused(409, 'idempotency_conflict'));
  });
});

const made_up = (): string => '00000000-0000-4000-8000-000000000000';

describe('a workflow is made of a template', () => {
  test('with its answer in the words of each caller, and it runs', async () => {
    const id = await keep({ description: 'Says hello.', tags: ['hi'] });
    const answer = await use(id, { template_id: id, parameter_values: { who: 'Ada' }, metadata: { team: 'a' } });
    const workflow = answer.body.workflow_id as string;
    expect(answer.status).toBe(201);
    expect(answer.body).toMatchObject({ template_id: id, id: workflow, success: true });
    expect(data(answer)).toMatchObject({
      ...{ workflow_id: workflow, id: workflow, template_id: id, name: 'w', description: 'Says hello.', tags: ['hi'] },
      tasks: { hello: { input: { text: 'Hello Ada', times: 3 } } },
      input_schema: {},
      workflow_definition: { id: workflow, name: 'w' },
      instantiation: {
        template_id: id,
        template_version: '1.0.0',
        workflow_id: workflow,
        parameter_values: { who: 'Ada', times: 3 },
      },
      metadata: { team: 'a', template_id: id, template_version: '1.0.0', parameter_values: { who: 'Ada', times: 3 } },
    });
    expect(await service.complete(workflow)).toMatchObject({
      output: { hello: { text: 'Hello Ada', times: 3 } },
    });
    expect(data(await service.get(`${V}/${id}`))).toMatchObject({ usage_count: 1, usageCount: 1 });
  });

  test('by `create` with `parameters`, by `use` without a body, each with a name of its own', async () => {
    const id = await keep();
    const names: unknown[] = [];
    for (const name of ['mine', 'mine', 'mine'])
      names.push(data(await use(id, { name, parameters: { who: 'Bob' } }, 'create')).name);
    expect(new Set(names).size).toBe(3);
    expect(names[0]).toBe('mine');
    expect(faults(await use(id, undefined, 'use'))).toEqual(['missing_parameter /parameter_values/who']);
    const free = await keep({ parameters: { who: { default: 'all' }, times: { default: 1 } } });
    expect((await use(free, undefined, 'use')).status).toBe(201);
    expect((await use(free, { name: 'ui' })).status).toBe(201);
    expect(data(await service.get(`${V}/${free}`)).usage_count).toBe(2);
  });

  test('and all that is wrong with the values is said at once', async () => {
    const id = await keep({ parameters: { ...PARAMETERS, list: { type: 'array', items: { type: 'integer' } } } });
    const wrong = await use(id, { parameter_values: { times: 0, list: [1, 'x'], extra: 1 } });
    expect(wrong.status).toBe(422);
    expect(faults(wrong).sort()).toEqual([
      'missing_parameter /parameter_values/who',
      'schema_mismatch /parameter_values/list/1',
      'schema_mismatch /parameter_values/times',
      'unknown_parameter /parameter_values/extra',
    ]);
    expect(faults(await use(id, { parameters: { who: 'x' } }))).toEqual(['schema_mismatch /parameters/who']);
    expect(faults(await use(id, { values: {}, nonsense: 1 }))).toEqual(['unknown_field /nonsense']);
    expect(refusal(await use(id, { template_id: made_up() }))).toEqual(refused(400, 'invalid_request'));
    expect(refusal(await use(made_up(), {}))).toEqual(refused(404, 'template_not_found'));
    expect(data(await service.get(`${V}/${id}`)).usage_count).toBe(0);
  });

  test('not at all with dry_run', async () => {
    const id = await keep();
    for (const [query, body] of [
      ['?dry_run=true', { parameter_values: { who: 'Eve' } }],
      ['', { parameter_values: { who: 'Eve' }, dry_run: true }],
    ] as const) {
      const answer = await use(id, body, `instantiate${query}`);
      expect([answer.status, data(answer)]).toMatchObject([
        200,
        { valid: true, workflow_definition: { tasks: { hello: { input: { text: 'Hello Eve' } } } } },
      ]);
    }
    expect(data(await service.get(`${V}/${id}`)).usage_count).toBe(0);
  });

  test('once for one Idempotency-Key', async () => {
    const id = await keep();
    const send = (who: string): Promise<Answer> =>
      service.post(`${V}/${id}/instantiate`, { parameter_values: { who } }, { 'idempotency-key': 'use-1' });
    const [first, second] = await Promise.all([send('Ada'), send('Ada')]);
    expect(second.body.workflow_id).toBe(first.body.workflow_id);
    expect(data(second).instantiation).toEqual(data(first).instantiation);
    expect(refusal(await send('Bob'))).toEqual(refused(409, 'idempotency_conflict'));
    expect(data(await service.get(`${V}/${id}`)).usage_count).toBe(1);
  });

  test('and when the workflow is no valid one, it is said where', async () => {
    const id = await keep({
      workflow_definition: { name: 'w', tasks: { a: { type: 'no/such', input: {} } } },
      parameters: {},
    });
    expect(faults(await use(id, {}))).toEqual(['task_type_unknown /workflow_definition/tasks/a/type']);
  });
});

describe('versions', () => {
  test('another definition makes one, words alone do not', async () => {
    const id = await keep();
    const words = await service.send('PUT', `${V}/${id}`, { description: 'new words', tags: ['t'] });
    expect(data(words)).toMatchObject({ version: '1.0.0', description: 'new words', tags: ['t'] });
    const other = { ...GREET, tasks: { hello: { type: 'core/value', input: { text: 'Bye {{params.who}}' } } } };
    const second = await service.send('PUT', `${V}/${id}`, { workflow_definition: other, changes: 'ruder' });
    expect(data(second)).toMatchObject({ version: '1.0.1', changes: 'ruder' });
    const third = await service.post(`${V}/${id}/versions`, { version: '2.0', workflow_definition: GREET });
    expect([third.status, data(third).version]).toEqual([201, '2.0.0']);
    const taken = await service.post(`${V}/${id}/versions`, { version: '2.0.0', workflow_definition: other });
    expect(refusal(taken)).toEqual(refused(409, 'template_version_exists'));
    const { body } = await service.get(`${V}/${id}/versions`);
    expect(body.items).toMatchObject([
      { version: '2.0.0', is_current: true, is_latest: true },
      { version: '1.0.1', is_current: false, is_latest: false },
      { version: '1.0.0' },
    ]);
    expect(data(await service.get(`${V}/${id}/versions/1.0.1`))).toMatchObject({
      workflow_definition: { tasks: { hello: { input: { text: 'Bye {{params.who}}' } } } },
    });
    expect(refusal(await service.get(`${V}/${id}/versions/9.0.0`))).toEqual(refused(404, 'template_version_not_found'));

    const back = await service.post(`${V}/${id}/rollback`, { version: '1.0.1', reason: 'too polite' });
    expect(data(back)).toMatchObject({ version: '1.0.1', current_version: '1.0.1' });
    expect(data(await use(id, { parameter_values: { who: 'Ada' } }))).toMatchObject({
      template_version: '1.0.1',
      tasks: { hello: { input: { text: 'Bye Ada' } } },
    });
    expect(data(await use(id, { parameter_values: { who: 'Ada' }, version: '1.0.0' }))).toMatchObject({
      tasks: { hello: { input: { text: 'Hello Ada' } } },
    });
    const { history } = data(await service.get(`${V}/${id}`)) as unknown as { history: JsonObject[] };
    expect(history.map(({ kind, version, before }) => [kind, version, before])).toEqual([
      ['created', '1.0.0', null],
      ['updated', '1.0.0', '1.0.0'],
      ['version', '1.0.1', '1.0.0'],
      ['version', '2.0.0', '1.0.1'],
      ['rollback', '1.0.1', '2.0.0'],
    ]);
    expect(refusal(await service.post(`${V}/${id}/rollback`, { version: '7' }))).toMatchObject({ status: 404 });
    const next = await service.send('PUT', `${V}/${id}`, { parameters: { ...PARAMETERS, more: { default: 1 } } });
    expect(data(next).version).toBe('2.0.1');
  });

  test('a template that others are made of is not removed unless by force', async () => {
    const id = await keep({ name: 'the base' });
    const child = await keep({ extends: 'the base@^1', workflow_definition: undefined, parameters: {} });
    const refusing = await service.send('DELETE', `${V}/${id}`);
    expect(refusal(refusing)).toEqual(refused(409, 'template_in_use'));
    expect((await service.send('DELETE', `${V}/${id}?force=true`)).status).toBe(200);
    expect(refusal(await service.get(`${V}/${id}`))).toEqual(refused(404, 'template_not_found'));
    expect(faults(await use(child, { parameter_values: { who: 'Ada' } }))).toEqual(['template_reference ']);
    expect((await service.get(`${V}/${child}`)).status).toBe(200);
    expect((await service.send('DELETE', `${V}/${child}`)).status).toBe(200);
  });

  test('what is built in cannot be changed, but extended', async () => {
    const { body } = await service.get(`${V}?q=Process%20a%20List`);
    const [{ id = '' } = {}] = body.items as unknown as { id: string }[];
    for (const [method, path] of [
      ['PUT', ''],
      ['DELETE', ''],
      ['POST', '/versions'],
    ] as const)
      expect(refusal(await service.send(method, `${V}/${id}${path}`, {}))).toEqual(refused(409, 'template_read_only'));
    const child = await keep({
      extends: 'Process a List@^1.0.0',
      parameters: { label: null },
      workflow_definition: {
        tasks: { each: { tasks: { note: null, done: { input: { label: 'mine' }, depends_on: null } } } },
      },
    });
    const workflow = (await use(child, { parameter_values: { items: [1] } })).body.workflow_id as string;
    expect(await service.complete(workflow)).toMatchObject({
      output: { results: [{ done: { label: 'mine', value: 1 } }] },
    });
  });
});

describe('lists and categories', () => {
  test('are searched, filtered, sorted and paged', async () => {
    const names = async (query: string): Promise<string[]> => {
      const { body } = await service.get(`${V}?${query}`);
      return (body.templates as unknown as { name: string }[]).map(({ name }) => name);
    };
    await keep({ name: 'zebra 100%', tags: ['animal', 'striped'], is_public: false, category: 'zoo' });
    const ant = await keep({ name: 'ant', tags: ['animal'], category: 'zoo' });
    await use(ant, { parameter_values: { who: 'Ada' } });
    expect(await names('tags=animal&sort_by=name&sort_order=asc')).toEqual(['ant', 'zebra 100%']);
    expect(await names('tags=animal&tags=striped')).toEqual(['zebra 100%']);
    expect(await names('tags=animal,striped')).toEqual(['zebra 100%']);
    expect(await names('q=0%25')).toEqual(['zebra 100%']);
    expect(await names('category=zoo&is_public=true')).toEqual(['ant']);
    expect(await names('category=zoo&sort_by=usage_count')).toEqual(['ant', 'zebra 100%']);
    expect(await names('category=none')).toEqual([]);
    const { body } = await service.get(`${V}?category=zoo&page=2&limit=1`);
    expect(body).toMatchObject({ total: 2, page: 2, limit: 1 });
    expect((await service.get('/api/templates?limit=1')).status).toBe(200);
  });

  test('a category is removed only when nothing is in it', async () => {
    const C = `${V}/categories`;
    const { body: top } = await service.post(C, { name: 'top', description: 'd' });
    const { body: below } = await service.post(C, { name: 'below', parent_id: top.category_id });
    expect(refusal(await service.post(C, { name: 'top' }))).toEqual(refused(409, 'conflict'));
    expect(faults(await service.post(C, { name: 'x', parent_id: made_up() }))).toEqual(['out_of_range /parent_id']);
    expect(faults(await service.post(C, { name: 5, colour: 1 }))).toEqual([
      'wrong_type /name',
      'unknown_field /colour',
    ]);
    const circle = await service.send('PUT', `${C}/${top.category_id as string}`, { parent_id: below.category_id });
    expect(faults(circle)).toEqual(['out_of_range /parent_id']);
    const id = await keep({ category_ids: [below.category_id] });
    const remove = (category: unknown): Promise<Answer> => service.send('DELETE', `${C}/${category as string}`);
    expect(refusal(await remove(top.category_id))).toEqual(refused(409, 'category_in_use'));
    expect(refusal(await remove(below.category_id))).toEqual(refused(409, 'category_in_use'));
    await service.send('PUT', `${V}/${id}`, { category_ids: [] });
    const freed = await service.send('PUT', `${C}/${below.category_id as string}`, { parentId: null });
    expect(freed.body.data).toMatchObject({ name: 'below', parent_id: null });
    expect((await remove(below.category_id)).status).toBe(200);
    expect((await remove(top.category_id)).status).toBe(200);
    expect(refusal(await service.get(`${C}/${top.category_id as string}`))).toEqual(refused(404, 'category_not_found'));
    expect(faults(await service.post(V, document({ category_ids: [made_up()] })))).toEqual([
      'out_of_range /category_ids/0',
    ]);
  });
});
