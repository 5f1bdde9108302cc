import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { JsonObject } from '../../src/kernel/index.js';
import { Caller, refusal, refused } from '../world/caller.js';
import { TestService } from '../world/service.js';

let service: TestService;
beforeAll(async () => {
  service = await TestService.start();
});
afterAll(() => service.stop());
const restart = async (): Promise<void> => {
  await service.stop(true);
  service = await TestService.start({}, { directory: service.directory });
};

const caller = new Caller(() => service);
const paid = { event: { name: 'paid', match: '${event.order == input.order}' } };
const thanks = { type: 'core/value', input: { of: '${tasks.paid.output}' } };
const value = { type: 'core/value' };
const nobody = randomUUID();

describe('events', () => {
  const order = (): Promise<string> => caller.keep({ tasks: { paid, thanks } });
  const ask = { name: 'paid', payload: { order: 7 } };

  test('end the wait that is armed and fits; the payload is its output', async () => {
    const id = await caller.start(await order(), { order: 7 });
    await caller.waits(id, '/paid');
    await caller.post(id, 'signal', { name: 'paid', payload: { order: 8 } });
    await caller.post(id, 'signal', { name: 'other', payload: { order: 7 } });
    expect((await caller.read<JsonObject[]>(id, '/tasks'))[0]).toMatchObject({ status: 'waiting', waits_for: 'event' });
    const sent = await caller.post(id, 'signal', ask);
    expect(sent).toMatchObject({ status: 200, body: { execution_id: id, data: { name: 'paid', delivered: [id] } } });
    expect(await caller.ended(id)).toMatchObject({ status: 'completed', output: { thanks: { of: { order: 7 } } } });
  });

  test('are kept for a wait that comes later, also over a restart', async () => {
    const id = await caller.run({
      go: { approval: {} },
      paid: { depends_on: ['go'], event: { name: 'paid' } },
      thanks,
    });
    await caller.waits(id, '/go');
    await caller.post(id, 'signal', { name: 'paid', payload: 1 });
    await caller.post(id, 'signal', { name: 'paid', payload: 2 });
    await restart();
    await caller.post(id, 'approvals', { step: '/go', approved: true });
    expect(await caller.ended(id)).toMatchObject({ output: { thanks: { of: 1 } } });
  });

  test('of one id count once; one event ends one wait', async () => {
    const id = await caller.run({ a: { event: { name: 'go' } }, b: { event: { name: 'go' } } });
    await caller.waits(id, '/b');
    const event = { name: 'go', id: randomUUID() };
    const sent = await Promise.all([1, 2, 3].map((payload) => caller.post(id, 'signal', { ...event, payload })));
    expect(sent.map(({ status }) => status)).toEqual([200, 200, 200]);
    const before = await caller.read(id);
    expect(Object.values(before.task_statuses as object).sort()).toEqual(['completed', 'waiting']);
    await caller.post(id, 'signal', { name: 'go', payload: 4, id: randomUUID() });
    expect(await caller.ended(id)).toMatchObject({ output: { a: 1, b: 4 } });
  });

  test('are published to all open executions, to those of a workflow, or to one', async () => {
    const [one, other] = [await order(), await order()];
    const a = await caller.start(one, { order: 7 });
    const b = await caller.start(one, { order: 7 });
    const c = await caller.start(other, { order: 7 });
    for (const id of [a, b, c]) await caller.waits(id, '/paid');
    const publish = async (body: object): Promise<string[]> => {
      const { status, body: answer } = await service.post('/api/v1/events', body);
      expect(status).toBe(200);
      return (answer.data as unknown as { delivered: string[] }).delivered;
    };
    expect(await publish({ ...ask, execution_id: a })).toEqual([a]);
    await caller.ended(a);
    expect(await publish({ ...ask, workflow_id: one })).toEqual([b]);
    await caller.ended(b);
    expect(await publish(ask)).toEqual([c]);
    expect(await caller.ended(c)).toMatchObject({ status: 'completed' });
    expect(await publish(ask)).toEqual([]);
  });

  test('time out with `within`', async () => {
    const id = await caller.run({ a: { event: { name: 'never', within: 0.01 }, on_error: 'continue' } });
    expect(await caller.ended(id)).toMatchObject({ status: 'completed', task_statuses: { a: 'failed' } });
    expect((await caller.read<JsonObject[]>(id, '/tasks'))[0]).toMatchObject({ error: { code: 'timeout' } });
  });

  test('are refused with code and cure', async () => {
    const id = await caller.run({ a: { type: 'core/noop' } });
    await caller.ended(id);
    expect(refusal(await caller.post(id, 'signal', ask))).toEqual(refused(409, 'conflict'));
    expect(refusal(await caller.post(nobody, 'signal', ask))).toEqual(refused(404, 'execution_not_found'));
    expect(refusal(await caller.post(id, 'signal', {}))).toEqual(refused(422, 'validation_error', '/name'));
    const huge = '{"name":"paid","payload":{"n":1e999}}';
    expect(refusal(await service.post(`/api/v1/executions/${id}/signal`, huge))).toEqual(
      refused(422, 'validation_error', '/payload/n'),
    );
    expect(refusal(await caller.post(id, 'signal', { ...ask, id: 'x' }))).toEqual(
      refused(422, 'validation_error', '/id'),
    );
    const publish = (body: object) => service.post('/api/v1/events', { ...ask, ...body });
    expect(refusal(await publish({ workflow_id: nobody }))).toEqual(refused(404, 'workflow_not_found'));
    expect(refusal(await publish({ execution_id: nobody }))).toEqual(refused(404, 'execution_not_found'));
    expect(refusal(await publish({ name: 5 }))).toEqual(refused(422, 'validation_error', '/name'));
  });
});

describe('approvals', () => {
  const ok = { approval: { by: ['ops', 'lead'], message: 'Ship ${input.what}?' } };
  const tasks = { ok, said: { type: 'core/value', input: { of: '${tasks.ok.output}' } } };

  const open = async (): Promise<JsonObject[]> =>
    (await service.get('/api/v1/approvals?limit=1000')).body.data as unknown as JsonObject[];

  test('are listed while they are open, also after a restart, and answered by whom they name', async () => {
    const id = await caller.start(await caller.keep({ tasks }), { what: 'it' });
    await caller.waits(id, '/ok');
    await restart();
    const listed = {
      execution_id: id,
      step: '/ok',
      task_id: 'ok',
      by: ['ops', 'lead'],
      message: 'Ship it?',
      until: null,
    };
    expect(await open()).toContainEqual(expect.objectContaining(listed));
    const answer = { step: '/ok', approved: true, comment: 'well' };
    expect(refusal(await caller.post(id, 'approvals', { ...answer, by: 'guest' }))).toEqual(refused(409, 'conflict'));
    expect(refusal(await caller.post(id, 'approvals', answer))).toEqual(refused(409, 'conflict'));
    expect(await caller.post(id, 'approvals', { ...answer, by: 'lead' })).toMatchObject({ status: 200 });
    expect(await caller.ended(id)).toMatchObject({
      output: {
        said: { of: { approved: true, by: 'lead', comment: 'well', at: expect.stringMatching(/Z$/) as unknown } },
      },
    });
    expect((await open()).filter((wait) => wait.execution_id === id)).toEqual([]);
    expect(refusal(await caller.post(id, 'approvals', { ...answer, by: 'lead' }))).toEqual(refused(409, 'conflict'));
  });

  test('can be rejected, which is an output, no failure', async () => {
    const id = await caller.run({ ...tasks, ok: { approval: {} } });
    await caller.waits(id, '/ok');
    await caller.post(id, 'approvals', { step: 'ok', approved: false });
    expect(await caller.ended(id)).toMatchObject({
      status: 'completed',
      output: { said: { of: { approved: false, by: null } } },
    });
  });

  test.each([
    ['fail', { status: 'failed', error: { code: 'step_failed' } }],
    ['approve', { status: 'completed', output: { ok: { approved: true, by: null } } }],
    ['reject', { status: 'completed', output: { ok: { approved: false, by: null } } }],
  ])('that time out %s, also when the time is over before the service starts again', async (verdict, expected) => {
    const id = await caller.run({ ok: { approval: { within: 0.3, on_timeout: verdict } } });
    await restart();
    expect(await caller.ended(id)).toMatchObject(expected);
  });

  test('in map items have addresses of their own', async () => {
    const each = { map: { over: ['a', 'b'] }, tasks: { ok: { approval: { message: '${item}' } } } };
    const id = await caller.run({ each });
    await caller.waits(id, '/each[1]/ok');
    const mine = (await open()).filter((wait) => wait.execution_id === id);
    expect(mine.map(({ step, task_id, message }) => [step, task_id, message])).toEqual([
      ['/each[0]/ok', 'ok', 'a'],
      ['/each[1]/ok', 'ok', 'b'],
    ]);
    for (const { step } of mine) await caller.post(id, 'approvals', { step, approved: step === '/each[1]/ok' });
    expect(await caller.ended(id)).toMatchObject({
      output: { each: [{ ok: { approved: false } }, { ok: { approved: true } }] },
    });
  });

  test('are refused with code and cure', async () => {
    const id = await caller.run({ ok: { approval: {} }, a: { type: 'core/noop', depends_on: ['ok'] } });
    await caller.waits(id, '/ok');
    const answer = (body: object) => caller.post(id, 'approvals', { step: '/ok', approved: true, ...body });
    expect(refusal(await answer({ step: '/nobody' }))).toEqual(refused(409, 'conflict'));
    expect(refusal(await answer({ step: '/a' }))).toEqual(refused(409, 'conflict'));
    expect(refusal(await answer({ step: '/ok[' }))).toEqual(refused(422, 'validation_error', '/step'));
    expect(refusal(await answer({ step: undefined }))).toEqual(refused(422, 'validation_error', '/step'));
    expect(refusal(await answer({ approved: 'perhaps' }))).toEqual(refused(422, 'validation_error', '/approved'));
    const body = { step: '/ok', approved: true };
    expect(refusal(await caller.post(nobody, 'approvals', body))).toEqual(refused(404, 'execution_not_found'));
    await caller.post(id, 'cancel');
    expect(refusal(await answer({}))).toEqual(refused(409, 'conflict'));
  });
});

describe('callbacks', () => {
  const hook = { depends_on: ['url'], webhook: {} };
  const url = { type: 'core/value', input: { url: '${tasks.hook.callback_url}' } };
  const pathOf = async (id: string): Promise<string> => {
    await caller.until(id, '/url', 'task_completed');
    const { task_status: tasks } = await caller.read<{ task_status: { url: { output: { url: string } } } }>(id);
    return new URL(tasks.url.output.url).pathname;
  };

  test('take a body once; then they are gone', async () => {
    const id = await caller.run({ url, hook });
    const path = await pathOf(id);
    await caller.waits(id, '/hook');
    expect(await service.post(path, { sum: 3, list: [1] })).toMatchObject({ status: 200, body: { execution_id: id } });
    expect(await caller.ended(id)).toMatchObject({ output: { hook: { sum: 3, list: [1] } } });
    expect(refusal(await service.post(path, { sum: 4 }))).toEqual(refused(410, 'callback_gone'));
  });

  test('take the query when there is no body', async () => {
    const id = await caller.run({ url, hook });
    expect((await service.get(`${await pathOf(id)}?sum=3&ok=`)).status).toBe(200);
    expect(await caller.ended(id)).toMatchObject({ output: { hook: { sum: '3', ok: '' } } });
  });

  test('may come before the step waits, also before a restart; the first counts', async () => {
    const id = await caller.run({ url, go: { approval: {} }, hook: { webhook: {}, depends_on: ['url', 'go'] } });
    const path = await pathOf(id);
    expect((await service.post(path, { first: true })).status).toBe(200);
    expect(refusal(await service.post(path, { first: false }))).toEqual(refused(410, 'callback_gone'));
    await restart();
    expect(refusal(await service.post(path, { first: false }))).toEqual(refused(410, 'callback_gone'));
    await caller.post(id, 'approvals', { step: '/go', approved: true });
    expect(await caller.ended(id)).toMatchObject({ output: { hook: { first: true } } });
  });

  test('end an armed wait after a restart', async () => {
    const id = await caller.run({ url, hook });
    await caller.waits(id, '/hook');
    const path = await pathOf(id);
    await restart();
    expect((await service.send('PUT', path, { n: 1 })).status).toBe(200);
    expect(await caller.ended(id)).toMatchObject({ output: { hook: { n: 1 } } });
  });

  test.each([
    ['none', 410, 'callback_gone'],
    [nobody, 410, 'callback_gone'],
    [`${nobody}.${'x'.repeat(50)}`, 410, 'callback_gone'],
    ['%00%F0%9F%92%A3', 410, 'callback_gone'],
    ['x'.repeat(90), 410, 'callback_gone'],
    ['x'.repeat(5000), 410, 'callback_gone'],
    ['%ff', 400, 'invalid_request'],
  ])('with a token that is none (%.20s) are refused', async (token, status, code) => {
    expect(refusal(await service.post(`/api/v1/callbacks/${token}`, {}))).toEqual(refused(status, code));
  });

  test('reach a webhook at a long address', async () => {
    const long = (name: string): string => name.padEnd(128, 'x');
    const inner = {
      tasks: {
        [long('url')]: { ...value, input: { url: `\${tasks.${long('hook')}.callback_url}` } },
        [long('hook')]: { webhook: {}, depends_on: [long('url')] },
      },
    };
    const each = { map: { over: { 'ключ/"\u2028': 1 } }, tasks: { [long('a')]: inner } };
    const id = await caller.run({ [long('each')]: each });
    const event = await caller.until(
      id,
      `/${long('each')}["ключ/\\"\u2028"]/${long('a')}/${long('url')}`,
      'task_completed',
    );
    const { pathname } = new URL((event.details as { output: { url: string } }).output.url);
    expect((await service.post(pathname, { n: 1 })).status).toBe(200);
    expect(JSON.stringify((await caller.ended(id)).output)).toContain('{"n":1}');
  });

  test('with a body that no journal can say are refused, and do not count', async () => {
    const id = await caller.run({ url, hook });
    const path = await pathOf(id);
    expect(refusal(await service.post(path, '{"n":[1,1e999]}'))).toEqual(refused(422, 'validation_error', '/n/1'));
    expect(refusal(await service.post(path, `${'['.repeat(300)}${']'.repeat(300)}`))).toEqual(
      refused(422, 'validation_error', ''),
    );
    expect((await service.post(path, { n: 1 })).status).toBe(200);
    expect(await caller.ended(id)).toMatchObject({ output: { hook: { n: 1 } } });
  });

  test('with a token of the same execution that was changed are gone, and change nothing', async () => {
    const id = await caller.run({ url, hook });
    await caller.waits(id, '/hook');
    const path = await pathOf(id);
    const wrong = path.slice(0, -1) + (path.endsWith('a') ? 'b' : 'a');
    expect(refusal(await service.post(wrong, {}))).toEqual(refused(410, 'callback_gone'));
    expect(await caller.read(id)).toMatchObject({ status: 'running', task_statuses: { hook: 'waiting' } });
    expect((await service.post(path, {})).status).toBe(200);
    expect(await caller.ended(id)).toMatchObject({ status: 'completed' });
  });
});
