import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { JsonObject } from '../../src/kernel/index.js';
import { harmoniaHere } from '../world/command-line.js';
import { TestService } from '../world/service.js';
import { EventClient } from '../world/stream-clients.js';

let service: TestService;
beforeAll(async () => {
  service = await TestService.start();
});
afterAll(() => service.stop());

const value = (n: number, more: object = {}) => ({ type: 'core/value', input: { n }, ...more });
const document = (version: string, tasks: object) => ({ name: `migrated ${version}`, version, tasks });
const ask = { approval: { by: [], message: 'go on?' } };
/** `last` is to come until the approval is answered. */
const waiting = (n: number, more: object = {}) => ({
  first: value(1),
  ask,
  last: value(n, { depends_on: ['ask'] }),
  ...more,
});

const name = (): string => `w${Math.random()}`;

class Case {
  private constructor(readonly workflow: string) {}

  static async of(...versions: readonly object[]): Promise<Case> {
    const called = name();
    const [first, ...later] = versions.map((tasks, index) => ({ ...document(`1.${index}.0`, tasks), name: called }));
    const workflow = await service.workflow(first);
    for (const next of later) {
      const { status, body } = await service.send('PUT', `/api/v1/workflows/${workflow}`, next);
      if (status !== 200) throw new Error(JSON.stringify(body));
    }
    return new Case(workflow);
  }

  /** An execution that has got to its approval. */
  async start(version = '1.0.0'): Promise<string> {
    const { body } = await service.post(`/api/v1/workflows/${this.workflow}/execute`, { version });
    const id = body.execution_id as string;
    const client = await EventClient.open(`${service.url}/events/executions/${id}?since=0`);
    await client.until(
      () =>
        client.events.some(({ event_type, step }) => event_type === 'task_completed' && step === '/first') &&
        client.events.some(({ step }) => step === '/ask'),
    );
    client.leave();
    return id;
  }

  async migrate(body: object, query = '') {
    return service.post(`/api/v1/workflows/${this.workflow}/migrate${query}`, body);
  }
}

const get = async (id: string, query = ''): Promise<JsonObject> =>
  (await service.get(`/api/v1/executions/${id}${query}`)).body.data as never;

const finish = async (id: string): Promise<JsonObject> => {
  await service.post(`/api/v1/executions/${id}/approvals`, { step: '/ask', approved: true });
  await EventClient.readAll(`${service.url}/events/executions/${id}`);
  return get(id);
};

describe('POST /workflows/{id}/migrate', () => {
  test('shows what it would do, does it in one commit, and goes back', async () => {
    const run = await Case.of(waiting(1), waiting(2, { more: value(3, { depends_on: ['ask'] }) }));
    const ids = [await run.start(), await run.start()];
    const stranger = await (await Case.of(waiting(1))).start();
    const before = await get(ids[0] as string);
    const planned = await run.migrate({ to_version: '1.1.0' }, '?dry_run=true');
    expect(planned).toMatchObject({
      status: 200,
      body: { data: { dry_run: true, unaffected: [], must_finish: [], migrated: 0 } },
    });
    expect([...(planned.body.data as unknown as { migratable: string[] }).migratable].sort()).toEqual([...ids].sort());
    expect(await get(ids[0] as string)).toEqual(before);

    const done = await run.migrate({ to_version: '1.1.0' });
    expect(done).toMatchObject({ status: 200, body: { migrated: 2, data: { to_version: '1.1.0', migrated: 2 } } });
    expect(await get(ids[0] as string)).toMatchObject({ workflow_version: '1.1.0', task_count: 4 });
    expect((await run.migrate({ to_version: '1.1.0' })).body.data).toMatchObject({
      migratable: [],
      unaffected: [],
      migrated: 0,
    });

    const back = await run.migrate({ to_version: '1.0.0', execution_ids: [ids[1], ids[1]] });
    expect(back.body.data).toMatchObject({ migratable: [ids[1]], migrated: 1 });
    expect(await finish(ids[0] as string)).toMatchObject({
      status: 'completed',
      output: { first: { n: 1 }, last: { n: 2 }, more: { n: 3 } },
    });
    expect(await finish(ids[1] as string)).toMatchObject({ status: 'completed', output: { last: { n: 1 } } });
    expect(await finish(stranger)).toMatchObject({ workflow_version: '1.0.0', output: { last: { n: 1 } } });
  });

  test('says which may stay and which must finish, and why', async () => {
    const run = await Case.of(
      waiting(1),
      { ...waiting(1), first: value(9) },
      { ...waiting(2), ask: { approval: { by: ['boss'] } } },
    );
    const id = await run.start();
    expect((await run.migrate({ to_version: '1.1.0' })).body.data).toMatchObject({ unaffected: [id], migrated: 0 });
    expect((await run.migrate({ to_version: '1.2.0' })).body.data).toMatchObject({
      must_finish: [{ execution_id: id, reasons: [{ step: '/ask', reason: 'it has begun, and is different: work' }] }],
      migrated: 0,
    });
    expect(await finish(id)).toMatchObject({ workflow_version: '1.0.0', output: { last: { n: 1 } } });
    expect((await run.migrate({ to_version: '1.2.0', execution_ids: [id] })).body.data).toMatchObject({
      must_finish: [{ execution_id: id, reasons: [{ step: '', reason: 'it is no open execution of the workflow' }] }],
    });
  });

  test('only executions of one version', async () => {
    const run = await Case.of(waiting(1), waiting(2), waiting(3));
    const [old, newer] = [await run.start('1.0.0'), await run.start('1.1.0')];
    const { body } = await run.migrate({ from_version: '1.1.0', to_version: '1.2.0' });
    expect(body.data).toMatchObject({ migratable: [newer], migrated: 1 });
    expect(await finish(old)).toMatchObject({ output: { last: { n: 1 } } });
    expect(await finish(newer)).toMatchObject({ output: { last: { n: 3 } } });
  });

  test.each<[string, object, number, object]>([
    ['no version', {}, 422, { error: { code: 'validation_error', details: { faults: [{ pointer: '/to_version' }] } } }],
    ['a version that is not there', { to_version: '9.9.9' }, 404, { error: { code: 'version_not_found' } }],
    [
      'from one that is not there',
      { to_version: '1.1.0', from_version: '9.9.9' },
      404,
      { error: { code: 'version_not_found' } },
    ],
    [
      'ids that are none',
      { to_version: '1.1.0', execution_ids: ['x'] },
      422,
      { error: { details: { faults: [{ pointer: '/execution_ids/0' }] } } },
    ],
    [
      'ids that are no list',
      { to_version: '1.1.0', execution_ids: 'x' },
      422,
      { error: { details: { faults: [{ pointer: '/execution_ids' }] } } },
    ],
  ])('refuses %s', async (_, body, status, expected) => {
    const run = await Case.of(waiting(1), waiting(2));
    expect(await run.migrate(body)).toMatchObject({ status, body: expected });
  });

  test('it is told, it can be looked back beyond, and verified', async () => {
    const run = await Case.of(waiting(1), waiting(2, { more: value(3) }));
    const id = await run.start();
    const { events: before } = (await get(id, '/verify')) as { events: number };
    await run.migrate({ to_version: '1.1.0' });
    const events = (await service.get(`/api/v1/executions/${id}/events`)).body.items as unknown as JsonObject[];
    expect(events.find(({ event_type }) => event_type === 'execution_migrated')).toMatchObject({
      sequence: before + 1,
      data: { from_version: '1.0.0', to_version: '1.1.0' },
    });
    expect(await get(id, `?at=${before}`)).toMatchObject({ workflow_version: '1.0.0', task_count: 3 });
    expect(await get(id, `?at=${before + 1}`)).toMatchObject({ workflow_version: '1.1.0', task_count: 4 });
    expect(await get(id, '/verify')).toMatchObject({ verified: true });
    expect(await finish(id)).toMatchObject({ output: { last: { n: 2 }, more: { n: 3 } } });
    expect(await get(id, '/verify')).toMatchObject({ verified: true });
  });

  test('harmonia workflow migrate', async () => {
    const run = await Case.of(waiting(1), waiting(2), { ...waiting(2), ask: { approval: { by: ['boss'] } } });
    const id = await run.start();
    const migrate = (...more: string[]) =>
      harmoniaHere(['workflow', 'migrate', run.workflow, '--url', service.url, ...more]);
    expect(await migrate('--to', '1.1.0', '--plan')).toMatchObject({
      code: 0,
      out: `  → ${id}\nnothing was changed\n`,
    });
    expect(await migrate('--to', '1.2.0', '--from', '1.0.0', '--execution', id)).toMatchObject({
      code: 0,
      out: `  ✗ ${id}\n      /ask: it has begun, and is different: work\n0 migrated\n`,
    });
    expect(await migrate('--to', '1.1.0')).toMatchObject({ code: 0, out: `  → ${id}\n1 migrated\n` });
    expect(await migrate('--to', '9.9.9')).toMatchObject({ code: 2 });
    expect(await finish(id)).toMatchObject({ output: { last: { n: 2 } } });
  });
});

test('a service that restarts goes on with the version that it was migrated to, and runs it again from there', async () => {
  let own = await TestService.start();
  try {
    const called = name();
    const workflow = await own.workflow({ ...document('1.0.0', waiting(1)), name: called });
    await own.send('PUT', `/api/v1/workflows/${workflow}`, { ...document('1.1.0', waiting(2)), name: called });
    const { body } = await own.post(`/api/v1/workflows/${workflow}/execute`, { version: '1.0.0' });
    const id = body.execution_id as string;
    const migrated = await own.post(`/api/v1/workflows/${workflow}/migrate`, { to_version: '1.1.0' });
    expect(migrated.body.data).toMatchObject({ migrated: 1 });
    const { directory } = own;
    await own.stop(true);
    own = await TestService.start({}, { directory });
    await own.post(`/api/v1/executions/${id}/approvals`, { step: '/ask', approved: true });
    await EventClient.readAll(`${own.url}/events/executions/${id}`);
    expect((await own.get(`/api/v1/executions/${id}`)).body.data).toMatchObject({
      workflow_version: '1.1.0',
      output: { last: { n: 2 } },
    });
    const again = { operation: 'rerun_from', step: '/last' };
    await own.post(`/api/v1/executions/${id}/reexecute`, again);
    await EventClient.readAll(`${own.url}/events/executions/${id}`);
    expect((await own.get(`/api/v1/executions/${id}`)).body.data).toMatchObject({ output: { last: { n: 2 } } });
    const forked = await own.post(`/api/v1/executions/${id}/reexecute`, { operation: 'fork' });
    const fork = (forked.body.data as unknown as { execution_id: string }).execution_id;
    expect((await own.get(`/api/v1/executions/${fork}`)).body.data).toMatchObject({ workflow_version: '1.1.0' });
  } finally {
    await own.stop();
  }
});
