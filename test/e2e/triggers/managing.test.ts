import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { JsonObject } from '../../../src/kernel/index.js';
import { writePackage } from '../../world/packages.js';
import { TestService, type Answer } from '../../world/service.js';
import { eventually } from '../../world/service-process.js';

const V = '/api/v1';
let service: TestService;
let root: string;
let workflow: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'harmonia-triggers-'));
  service = await TestService.start();
  workflow = await service.workflow({ name: 'w', tasks: { a: { type: 'core/noop' } } });
});
afterAll(async () => {
  await service.stop();
  await rm(root, { recursive: true, force: true });
});

const dataOf = ({ body }: Answer): JsonObject => body.data as unknown as JsonObject;
const shown = async (id: string): Promise<JsonObject> => dataOf(await service.get(`${V}/triggers/${id}`));
const faultsOf = ({ body }: Answer): string[] => {
  const { details } = body.error as unknown as { details: { faults: { pointer: string; code: string }[] } };
  return details.faults.map(({ pointer, code }) => `${pointer} ${code}`);
};

const GOOD = { name: 't', type: 'harmonia/event', params: { name: 'never' }, workflow: 'w' };

describe('a trigger that is wrong changes nothing', () => {
  test.each<[string, object, string[]]>([
    [
      'nothing',
      { name: null, type: null, params: null, workflow: null },
      [' required_field', ' required_field', ' required_field'],
    ],
    ['a type that nobody offers', { type: 'no/such' }, ['/type trigger_type_unknown']],
    ['a malformed type', { type: '../x' }, ['/type wrong_type']],
    [
      'params that do not fit',
      { params: { name: 5, more: 1 } },
      ['/params/name schema_mismatch', '/params schema_mismatch'],
    ],
    ['params that are missing', { params: {} }, ['/params schema_mismatch']],
    [
      'a place for a credential that there is not',
      { credentials: { key: 'x' } },
      ['/credentials/key unknown_credential_slot'],
    ],
    ['a credential that is no name', { credentials: { key: 5 } }, ['/credentials/key wrong_type']],
    ['a workflow that is not there', { workflow: 'nobody' }, ['/workflow workflow_not_found']],
    ['two workflows', { workflow_id: 'w' }, ['/workflow_id wrong_type']],
    ['an event without a name', { action: 'event' }, [' required_field']],
    ['a match that is none', { match: 'yes' }, ['/match wrong_type']],
    ['a match over other names', { match: '${input.x}' }, ['/match expression_unknown_name']],
    ['a mapping that cannot be read', { input_mapping: { a: '${payload.' } }, ['/input_mapping/a expression_syntax']],
    ['a field that there is not', { cron: '* * * * *' }, ['/cron unknown_field']],
  ])('%s', async (_, fields, expected) => {
    const before = (await service.get(`${V}/triggers`)).body.total;
    const answer = await service.post(`${V}/triggers`, { ...GOOD, ...fields });
    expect([answer.status, new Set(faultsOf(answer))]).toEqual([422, new Set(expected)]);
    expect((await service.get(`${V}/triggers`)).body.total).toBe(before);
  });

  test('as a change it leaves what was there running', async () => {
    const { body } = await service.post(`${V}/triggers`, GOOD);
    const id = body.trigger_id as string;
    expect((await service.send('PUT', `${V}/triggers/${id}`, { ...GOOD, params: {} })).status).toBe(422);
    expect(await shown(id)).toMatchObject({ params: { name: 'never' }, enabled: true });
    expect((await service.send('DELETE', `${V}/triggers/${id}`)).status).toBe(200);
    for (const [method, page] of [
      ['GET', ''],
      ['PUT', ''],
      ['DELETE', ''],
      ['POST', '/enable'],
      ['GET', '/deliveries'],
    ])
      expect(
        (await service.send(method ?? '', `${V}/triggers/${id}${page}`, method === 'PUT' ? GOOD : undefined)).status,
      ).toBe(404);
  });
});

test('keeping one is safe to repeat with a key', async () => {
  const key = { 'idempotency-key': 'once' };
  const first = await service.post(`${V}/triggers`, GOOD, key);
  const again = await service.post(`${V}/triggers`, GOOD, key);
  expect(again.body.trigger_id).toBe(first.body.trigger_id);
  expect(again.headers.get('idempotent-replayed')).toBe('true');
  expect((await service.post(`${V}/triggers`, { ...GOOD, name: 'other' }, key)).status).toBe(409);
});

test('keeping one again after it was changed answers it as it is now, and a conflict names the key', async () => {
  const key = { 'idempotency-key': 'kept-and-changed' };
  const { body } = await service.post(`${V}/triggers`, GOOD, key);
  await service.post(`${V}/triggers/${body.trigger_id as string}/disable`);
  const again = await service.post(`${V}/triggers`, GOOD, key);
  expect([again.status, again.body.data]).toMatchObject([201, { id: body.trigger_id, enabled: false }]);
  const other = await service.post(`${V}/triggers`, { ...GOOD, name: 'other' }, key);
  expect(other.body.error).toMatchObject({ code: 'idempotency_conflict' });
  expect((other.body.error as unknown as { message: string }).message).toContain('kept-and-changed');
  const long = await service.post(`${V}/triggers`, GOOD, { 'idempotency-key': 'x'.repeat(300) });
  expect([long.status, faultsOf(long)]).toEqual([422, ['/headers/Idempotency-Key wrong_type']]);
});

test('what it told of is delivered again on request, by the trigger of today', async () => {
  const document = { ...GOOD, params: { name: 'told' }, input_mapping: { n: 'payload.data.n' } };
  const { body } = await service.post(`${V}/triggers`, document);
  const t = `${V}/triggers/${body.trigger_id as string}`;
  await service.post(`${V}/events`, { name: 'told', payload: { n: 1, m: 2 } });
  const { body: page } = await eventually(
    () => service.get(`${t}/deliveries`),
    (answer) => (answer.body.items as unknown as JsonObject[])[0]?.status === 'delivered',
  );
  const [first] = page.items as unknown as [JsonObject];
  await service.send('PUT', t, { ...document, input_mapping: { m: 'payload.data.m' } });
  const redeliver = (delivery: unknown, key: string): Promise<Answer> =>
    service.post(`${V}/deliveries/${delivery as string}/redeliver`, undefined, { 'idempotency-key': key });
  const again = dataOf(await redeliver(first.id, 'a'));
  expect(again).toMatchObject({
    ...{ trigger_id: body.trigger_id, redelivery_of: first.id, status: 'delivered', repeated: false },
    ...{ message_id: null, occurrence_id: null, success: true, payload: first.payload },
  });
  expect(again.execution_id).not.toBe(first.execution_id);
  const execution = dataOf(await service.get(`${V}/executions/${again.execution_id as string}`));
  expect(execution).toMatchObject({
    input: { m: 2 },
    metadata: { triggers: [body.trigger_id], redelivery_of: first.id },
  });
  expect(dataOf(await redeliver(first.id, 'a'))).toMatchObject({ id: again.id, repeated: true });
  expect(dataOf(await redeliver(first.id, 'b'))).toMatchObject({ redelivery_of: first.id, repeated: false });
  expect((await service.get(`${t}/deliveries`)).body.total).toBe(3);
  await service.send('DELETE', t);
  const gone = await redeliver(first.id, 'c');
  expect([gone.status, gone.body.error]).toEqual([404, expect.objectContaining({ code: 'trigger_not_found' })]);
  const unknown = await redeliver(body.trigger_id, 'd');
  expect([unknown.status, unknown.body.error]).toEqual([404, expect.objectContaining({ code: 'delivery_not_found' })]);
});

describe("upstream's webhooks with another trigger_type", () => {
  test('scheduled keeps a schedule', async () => {
    const answer = await service.post(`${V}/webhooks`, {
      ...{ name: 'nightly', trigger_type: 'scheduled', workflow_id: workflow, headers: {}, auth_config: {} },
      metadata: { schedule: '30 2 * * *', timezone: 'Europe/Berlin' },
    });
    expect(answer.status).toBe(201);
    const { schedule_id: id } = dataOf(answer);
    expect(dataOf(await service.get(`${V}/schedules/${id as string}`))).toMatchObject({
      ...{ name: 'nightly', cron: '30 2 * * *', time_zone: 'Europe/Berlin', workflow_id: workflow, state: 'active' },
    });
    const wrong = await service.post(`${V}/webhooks`, {
      ...{ name: 'x', trigger_type: 'scheduled', workflow_id: workflow, metadata: { schedule: 'soon' } },
    });
    expect(faultsOf(wrong)).toEqual(['/metadata/schedule cron_invalid']);
    const nowhere = {
      name: 'x',
      trigger_type: 'scheduled',
      workflow_id: 'nobody',
      metadata: { schedule: '0 0 1 1 *' },
    };
    expect(faultsOf(await service.post(`${V}/webhooks`, nowhere))).toEqual(['/workflow_id workflow_not_found']);
    const strange = { name: 'x', trigger_type: 'scheduled', workflow_id: workflow, endpoint: 'here', metadata: {} };
    expect(faultsOf(await service.post(`${V}/webhooks`, strange))).toEqual(['/endpoint unknown_field']);
  });

  test('event_triggered keeps a trigger on events', async () => {
    const answer = await service.post(`${V}/webhooks`, {
      ...{ name: 'on it', trigger_type: 'event_triggered', workflow: 'w', metadata: { event: 'it.*' } },
    });
    expect(answer.status).toBe(201);
    const { trigger_id: id } = dataOf(answer);
    expect(await shown(id as string)).toMatchObject({
      type: 'harmonia/event',
      params: { name: 'it.*' },
      workflow: 'w',
    });
    const wrong = { name: 'x', trigger_type: 'event_triggered', workflow: 'w' };
    expect(faultsOf(await service.post(`${V}/webhooks`, wrong))).toEqual([' required_field']);
    expect(faultsOf(await service.post(`${V}/webhooks`, { ...wrong, event: 5 }))).toEqual(['/event schema_mismatch']);
  });
});

test('a plugin that is upgraded, switched off and on, or removed takes its triggers along at once', async () => {
  const versionOf = (version: string): Promise<string> =>
    writePackage(root, {
      ...{ id: 'ticks', version, manifest: { role: 'service', tasks: [], triggers: ['once'] } },
      files: {
        'index.js': `import { definePlugin, defineTrigger } from '@tekton/harmonia/plugin';
          const once = defineTrigger({ id: 'once', description: 'Tells its version.', credentials: { key: { types: ['bearer'] } },
            run: async (context) => {
              context.log('info', 'the token is ' + context.secrets.key.token);
              await context.emit({ id: '${version}', payload: { version: '${version}', token: context.secrets.key.token } });
              await context.sleepUntil(context.now() + 3_600_000);
            } });
          export default definePlugin({ id: 'ticks', triggers: [once] });`,
      },
    });
  const token = 'canary-of-triggers';
  await service.send('PUT', `${V}/credentials/ticking`, { type: 'bearer', token });
  await service.send('PUT', `${V}/credentials/basic`, { type: 'basic', username: 'u', password: 'pass-word' });
  expect((await service.post(`${V}/plugins`, { source: await versionOf('1.0.0'), trusted: true })).status).toBe(201);
  const document = { name: 'ticks', type: 'ticks/once', workflow: 'w', credentials: { key: 'ticking' } };
  for (const [credentials, fault] of [
    [{}, ' credential_slot_empty'],
    [{ key: 'nobody' }, '/credentials/key credential_unknown'],
    [{ key: 'basic' }, '/credentials/key credential_type'],
  ])
    expect(faultsOf(await service.post(`${V}/triggers`, { ...document, credentials }))).toEqual([fault]);
  const { body } = await service.post(`${V}/triggers`, document);
  const id = body.trigger_id as string;
  const told = async (count: number): Promise<unknown[]> => {
    const { body: page } = await eventually(
      () => service.get(`${V}/triggers/${id}/deliveries`),
      (answer) => (answer.body.total as unknown as number) >= count,
    );
    return (page.items as unknown as { occurrence_id: string }[]).map((item) => item.occurrence_id);
  };
  expect(await told(1)).toEqual(['1.0.0']);
  const upgraded = await service.post(`${V}/plugins/ticks/upgrade`, { source: await versionOf('1.1.0') });
  expect(upgraded.status).toBe(200);
  expect(await told(2)).toEqual(['1.1.0', '1.0.0']);
  const until = (state: string, reason: string | null) =>
    eventually(
      () => shown(id),
      (now) => now.state === state && now.reason === reason,
    );
  await service.post(`${V}/plugins/ticks/disable`);
  await until('stopped', 'type_missing');
  await service.post(`${V}/plugins/ticks/enable`);
  await until('running', null);
  await service.send('DELETE', `${V}/plugins/ticks`);
  const last = await until('stopped', 'type_missing');
  const deliveries = await service.get(`${V}/triggers/${id}/deliveries`);
  const all = JSON.stringify([last, deliveries.body]);
  expect(all).toContain('the token is ***');
  expect(all).not.toContain(token);
  // It can still be switched off, and not on.
  expect((await service.post(`${V}/triggers/${id}/disable`)).status).toBe(200);
  expect(faultsOf(await service.post(`${V}/triggers/${id}/enable`))).toEqual(['/type trigger_type_unknown']);
});
