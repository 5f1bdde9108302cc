import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { JsonObject } from '../../src/kernel/index.js';
import { Caller, refusal, refused } from '../world/caller.js';
import { harmoniaHere } from '../world/command-line.js';
import { TestService } from '../world/service.js';

let service: TestService;
beforeAll(async () => {
  service = await TestService.start();
});
afterAll(() => service.stop());

const caller = new Caller(() => service);
const value = (input: object = {}, more: object = {}) => ({ type: 'core/value', input, ...more });
const put = (id: string, body: object) => service.send('PUT', `/api/v1/executions/${id}/state`, body);

const counting = {
  first: value({ n: 2 }, { set: { total: '${state.total + output.n}' } }),
  go: { approval: {}, depends_on: ['first'] },
  each: {
    depends_on: ['go'],
    map: { over: [1, 2] },
    state: { own: '${item}' },
    tasks: { x: value({}, { set: { own: '${state.own * 10}' } }) },
  },
};
const state = { total: 1, label: 'x' };

describe('GET and PUT /executions/{id}/state', () => {
  test('show the variables and assign some; expressions see them; bodies have their own', async () => {
    const id = await caller.run(counting, { state, output: '${state}' });
    await caller.waits(id, '/go');
    expect(await caller.read(id, '/state')).toEqual({
      execution_id: id,
      variables: { total: 3, label: 'x' },
      bodies: [],
    });
    const { status, body } = await put(id, { variables: { label: { is: 'new' } } });
    expect(status).toBe(200);
    expect(body).toMatchObject({ execution_id: id, data: { variables: { total: 3, label: { is: 'new' } } } });
    await caller.post(id, 'approvals', { step: '/go', approved: true });
    expect(await caller.ended(id)).toMatchObject({ output: { total: 3, label: { is: 'new' } } });
    expect(await caller.read(id, '/state')).toMatchObject({
      bodies: [
        { step: '/each[0]', variables: { own: 10 } },
        { step: '/each[1]', variables: { own: 20 } },
      ],
    });
    const events = await caller.read<JsonObject[]>(id, '/events?limit=1000');
    const changed = events.find(({ event_type: type }) => type === 'state_changed');
    expect(changed).toMatchObject({ data: { values: { label: { is: 'new' } } } });
    const before = Number(changed?.sequence) - 1;
    expect(await caller.read(id, `/state?at=${before}`)).toMatchObject({ variables: { total: 3, label: 'x' } });
    expect(refusal(await caller.get(id, '/state?at=9999'))).toEqual(refused(422, 'validation_error', '/at'));
    expect(refusal(await put(id, { variables: { label: 1 } }))).toEqual(refused(409, 'conflict'));
    expect(await caller.read(id, '/verify')).toMatchObject({ verified: true });
  });

  test('a step that waits for a variable of a dialect goes on', async () => {
    const id = await caller.run({ wait: { event: { name: 'state.order', match: '${event.?paid.orValue(false)}' } } });
    await caller.waits(id, '/wait');
    await put(id, { state: { order: { n: 1 } } });
    await put(id, { state: { order: { n: 1, paid: true } } });
    expect(await caller.ended(id)).toMatchObject({ output: { wait: { n: 1, paid: true } } });
  });

  test.each<[string, object, string]>([
    ['an unknown name', { variables: { totl: 1 } }, '/variables/totl'],
    ['no variables', {}, '/variables'],
    ['a list', { variables: [1] }, '/variables'],
  ])('%s changes nothing', async (_, body, pointer) => {
    const id = await caller.run(counting, { state });
    await caller.waits(id, '/go');
    const before = await caller.read<JsonObject[]>(id, '/events?limit=1000');
    expect(refusal(await put(id, body))).toEqual(refused(422, 'validation_error', pointer));
    expect(await caller.read<JsonObject[]>(id, '/events?limit=1000')).toEqual(before);
  });

  test('of an execution that is not there', async () => {
    expect(refusal(await caller.get(randomUUID(), '/state'))).toEqual(refused(404, 'execution_not_found'));
    expect(refusal(await put(randomUUID(), { variables: {} }))).toEqual(refused(404, 'execution_not_found'));
  });

  test('harmonia execution state', async () => {
    const id = await caller.run(counting, { state });
    await caller.waits(id, '/go');
    const cli = (...more: string[]) => harmoniaHere(['execution', 'state', id, '--url', service.url, ...more]);
    expect(JSON.parse((await cli()).out)).toEqual({ total: 3, label: 'x' });
    expect(JSON.parse((await cli('--set', '{"total": 7}')).out)).toEqual({ total: 7, label: 'x' });
    expect(await cli('--set', '{"nothing": 7}')).toMatchObject({
      code: 2,
      err: expect.stringContaining('nothing') as unknown,
    });
  });
});

describe('events that were published before', () => {
  const paid = { event: { name: 'early', match: '${event.order == input.order}', since: 3600 } };

  test('count for an execution that begins later and looks back', async () => {
    const workflow = await caller.keep({ tasks: { paid } });
    const order = randomUUID();
    const { body } = await service.post('/api/v1/events', { name: 'early', payload: { order } });
    expect(body).toMatchObject({ data: { delivered: [] } });
    expect(await caller.ended(await caller.start(workflow, { order }))).toMatchObject({ output: { paid: { order } } });
  });

  test('are kept over a restart', async () => {
    let own = await TestService.start();
    try {
      await own.post('/api/v1/events', { name: 'early', payload: { order: 1 } });
      const { directory } = own;
      await own.stop(true);
      own = await TestService.start({}, { directory });
      const workflow = await own.workflow({ name: 'late', tasks: { paid } });
      const later = new Caller(() => own);
      expect(await later.ended(await later.start(workflow, { order: 1 }))).toMatchObject({ status: 'completed' });
    } finally {
      await own.stop();
    }
  });

  test('a time that is none fails the step', async () => {
    const odd = { event: { name: 'early', since: '${input.since}' } };
    const id = await caller.start(await caller.keep({ tasks: { odd } }), { since: 'yesterday' });
    expect(await caller.ended(id)).toMatchObject({ status: 'failed' });
  });
});

test('checkpoints that the workflow asks for can be listed and restored', async () => {
  const id = await caller.run(
    { a: value({ n: 1 }), b: { type: 'core/fail', depends_on: ['a'], input: { message: 'odd' } } },
    { checkpoints: { every_tasks: 1, before: ['write'] } },
  );
  await caller.ended(id);
  const list = await caller.read<JsonObject[]>(id, '/checkpoints');
  expect(list.map(({ name }) => name)).toContain('after 1 tasks');
  const events = await caller.read<JsonObject[]>(id, '/events?limit=1000');
  expect(events.filter(({ event_type: type }) => type === 'checkpoint_created')).toEqual(
    list.map(() => expect.objectContaining({ data: expect.objectContaining({ automatic: true }) as unknown })),
  );
  const after = list.find(({ name }) => name === 'after 1 tasks');
  const { status, body } = await service.post(`/api/v1/checkpoints/${after?.id as string}/restore`, {});
  expect(status).toBe(201);
  expect(await caller.story(body.execution_id as string)).toContain('/a task_completed');
});
