import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { Webhook } from 'standardwebhooks';
import type { JsonObject } from '../../../src/kernel/index.js';
import { Receiver } from '../../world/receiver.js';
import { SocketClient } from '../../world/stream-clients.js';
import { TestService } from '../../world/service.js';
import { eventually } from '../../world/service-process.js';

const SECRET = `whsec_${Buffer.from('a key that only two of us know..').toString('base64')}`;
const V = '/api/v1';

let service: TestService;
let receiver: Receiver;
let workflow: string;
const made: string[] = [];

beforeAll(async () => {
  service = await TestService.start({ HARMONIA_HTTP_ALLOW: '127.0.0.1' });
  const { body } = await service.post(`${V}/workflows`, {
    name: 'told',
    tasks: { a: { type: 'core/value', input: { n: '${input.n}' } } },
  });
  workflow = body.workflow_id as string;
});
afterAll(() => service.stop());
beforeEach(async () => {
  receiver = await Receiver.start();
});
afterEach(async () => {
  for (const id of made.splice(0)) await service.send('DELETE', `${V}/webhooks/${id}`);
  await receiver.stop();
});

const subscribe = async (fields: object = {}): Promise<string> => {
  const { status, body } = await service.post(`${V}/webhooks`, { name: 'tell', url: receiver.url, ...fields });
  if (status !== 201) throw new Error(JSON.stringify(body));
  made.push(body.webhook_id as string);
  return body.webhook_id as string;
};
const run = async (n = 1): Promise<string> => {
  const { body } = await service.post(`${V}/executions`, { workflow_id: workflow, input: { n } });
  return body.execution_id as string;
};
const deliveries = async (id: string, query = ''): Promise<JsonObject[]> =>
  (await service.get(`${V}/webhooks/${id}/deliveries${query}`)).body.items as unknown as JsonObject[];
const settled = (id: string, count: number): Promise<JsonObject[]> =>
  eventually(
    () => deliveries(id),
    (all) => all.length === count && all.every(({ status }) => status !== 'pending'),
  );

describe('what is sent', () => {
  test('the end of an execution arrives, signed as Standard Webhooks want it, and is in the log', async () => {
    const id = await subscribe({ auth: { type: 'standard_webhooks', secret: SECRET } });
    const execution = await run(7);
    const [letter] = await receiver.received(1);
    const headers = letter?.headers as Record<string, string>;
    const event = new Webhook(SECRET).verify(letter?.body ?? '', headers);
    expect(event).toMatchObject({
      type: 'execution_completed',
      execution_id: execution,
      details: { output: { a: { n: 7 } } },
    });
    const [delivery] = await settled(id, 1);
    expect(delivery).toMatchObject({
      ...{ id: headers['webhook-id'], status: 'delivered', attempts: 1, status_code: 204, error: null },
      ...{ event_type: 'execution_completed', execution_id: execution, webhook_id: id },
    });
  });

  test.each([
    [
      'basic',
      { username: 'ada', password: 'hush' },
      { authorization: `Basic ${Buffer.from('ada:hush').toString('base64')}` },
    ],
    ['bearer', { token: 't0ken' }, { authorization: 'Bearer t0ken' }],
    ['api_key', { key: 'a key', header: 'X-Mine' }, { 'x-mine': 'a key' }],
  ])('with %s', async (type, fields, expected) => {
    const id = await subscribe({ auth: { type, ...fields } });
    await service.post(`${V}/webhooks/${id}/deliver`, { n: 1 });
    expect(receiver.letters).toMatchObject([{ headers: expected, body: '{"n":1}' }]);
  });

  test('with a key in the query', async () => {
    const id = await subscribe({ auth: { type: 'api_key', key: 'key&key', query: 'key' }, url: `${receiver.url}?a=1` });
    await service.post(`${V}/webhooks/${id}/deliver`, 1);
    expect(receiver.letters).toMatchObject([{ path: '/in?a=1&key=key%26key' }]);
  });

  test.each(['github', 'slack', 'stripe'])('as %s signs it: our own ingress takes it', async (scheme) => {
    const auth = { type: 'hmac', secret: 'between us', scheme };
    const hook = { name: scheme, endpoint: scheme, action: 'event', event: 'e', auth };
    const { body } = await service.post(`${V}/webhooks`, hook);
    made.push(body.webhook_id as string);
    const id = await subscribe({ auth, url: `${service.url}/hooks/${scheme}` });
    const answer = await service.post(`${V}/webhooks/${id}/deliver`, { text: 'grüße' });
    expect(answer.body.data).toMatchObject({ status: 'delivered', status_code: 202 });
    await service.send('PUT', `${V}/webhooks/${id}`, { auth: { ...auth, secret: 'another' } });
    const refused = await service.post(`${V}/webhooks/${id}/deliver`, { text: 'grüße' });
    expect(refused.body.data).toMatchObject({
      status: 'pending',
      status_code: 401,
      error: { code: 'delivery_refused' },
    });
  });

  test('a template, a filter, headers of its own, a workflow', async () => {
    await subscribe({
      ...{ workflow: 'told', filter: 'event.details.output.a.n > 1', headers: { 'X-Team': 'blue' } },
      payload_template: {
        text: '${event.details.workflow_name} by ${execution.workflow_version}: ${execution.status}',
      },
    });
    await run(1);
    await run(2);
    const [letter] = await receiver.received(1);
    expect(letter?.headers['x-team']).toBe('blue');
    expect(JSON.parse(letter?.body ?? '')).toEqual({
      text: expect.stringMatching(/^told by \d+\.\d+\.\d+: completed$/),
    });
    await run(3);
    expect(await receiver.received(2)).toHaveLength(2);
  });

  test('every execution once, in the order of their commits', async () => {
    const id = await subscribe();
    const started = await Promise.all(Array.from({ length: 60 }, (_, n) => run(n)));
    await receiver.received(60);
    const positions = receiver.bodies.map(({ position }) => position as number);
    expect(positions).toEqual([...positions].sort((a, b) => a - b));
    expect(new Set(receiver.bodies.map(({ execution_id }) => execution_id))).toEqual(new Set(started));
    expect(await settled(id, 60)).toHaveLength(60);
  });
});

describe('managing', () => {
  test('secrets are kept, shown masked, stay when they come back so, and go with the webhook', async () => {
    const id = await subscribe({ auth: { type: 'bearer', token: 'first-token' } });
    const kept = (): unknown => service.credentials().credential(`webhook:${id}:auth-1`);
    expect(kept()).toEqual({ type: 'bearer', token: 'first-token' });
    const { body } = await service.get(`${V}/webhooks/${id}`);
    expect(body.data).toMatchObject({ direction: 'outbound', auth: { type: 'bearer', token: '********' }, pending: 0 });
    await service.send('PUT', `${V}/webhooks/${id}`, { auth: { type: 'bearer', token: '********' }, timeout: 3 });
    await service.post(`${V}/webhooks/${id}/deliver`, 1);
    expect(receiver.letters[0]?.headers.authorization).toBe('Bearer first-token');
    await service.send('DELETE', `${V}/webhooks/${id}`);
    expect(kept()).toBeUndefined();
  });

  test('lists by direction and status; dead ones are sent again', async () => {
    const id = await subscribe({ retries: { max_attempts: 1 } });
    const { body } = await service.get(`${V}/webhooks?direction=outbound`);
    expect(body).toMatchObject({
      total: 1,
      webhooks: [{ id, events: ['execution_completed', 'execution_failed', 'execution_canceled'] }],
    });
    expect((await service.get(`${V}/webhooks?direction=inbound`)).body).toMatchObject({ total: 0 });
    receiver.answer = (response) => void response.writeHead(500).end('broken');
    await run();
    await settled(id, 1);
    const [dead] = await deliveries(id, '?status=dead');
    expect(dead).toMatchObject({ status: 'dead', response: 'broken', error: { code: 'delivery_refused' } });
    expect(await deliveries(id, '?status=delivered')).toEqual([]);
    receiver.answer = (response) => void response.writeHead(200).end();
    const answer = await service.post(`${V}/webhooks/${id}/redeliver-dead`);
    expect([answer.status, answer.body.data]).toEqual([202, { webhook_id: id, redelivered: 1 }]);
    expect(await settled(id, 1)).toMatchObject([{ id: dead?.id, status: 'delivered' }]);
    const again = await service.post(`${V}/deliveries/${dead?.id as string}/redeliver`);
    expect(again.body.data).toMatchObject({ id: dead?.id, status: 'delivered', repeated: false });
    expect(new Set(receiver.letters.map(({ headers }) => headers['webhook-id']))).toEqual(new Set([dead?.id]));
    const { body: events } = await service.get(`${V}/webhooks/${id}/events`);
    expect(events.items).toMatchObject([{ payload: { type: 'execution_completed' } }]);
  });

  test.each([
    ['no name', { name: undefined }, ''],
    ['no URL', { url: 'nowhere' }, '/url'],
    ['another protocol', { url: 'ftp://example.com' }, '/url'],
    ['a password in the URL', { url: 'http://a:b@example.com' }, '/url'],
    ['a private address', { url: 'http://10.0.0.1/' }, '/url'],
    ['this machine in disguise', { url: 'http://0x7f000002/' }, '/url'],
    ['the metadata of a cloud', { url: 'http://169.254.169.254/' }, '/url'],
    ['an unknown event', { events: ['execution_completed', 'nothing_such'] }, '/events/1'],
    ['a pattern that is none', { events: ['(.+)+'] }, '/events/0'],
    ['a filter that cannot be read', { filter: 'event.(' }, '/filter'],
    ['a filter over what is not there', { filter: 'payload.n > 1' }, '/filter'],
    ['a template over what is not there', { payload_template: { a: '${input.x}' } }, '/payload_template/a'],
    ['a secret in a template', { payload_template: '${secrets.x}' }, '/payload_template'],
    ['a secret header', { headers: { Authorization: 'x' } }, '/headers/Authorization'],
    ['a header of ours', { headers: { 'Webhook-Id': 'x' } }, '/headers/Webhook-Id'],
    ['a header in a header', { headers: { a: 'b\r\nc: d' } }, '/headers/a'],
    ['too many attempts', { retries: { max_attempts: 51 } }, '/retries/max_attempts'],
    ['an unknown field in retries', { retries: { factor: 3 } }, '/retries/factor'],
    ['an unknown workflow', { workflow: 'nobody' }, '/workflow'],
    ['an unknown credential', { auth: { type: 'bearer', credential: 'nobody' } }, '/auth'],
    ['a secret that is none', { auth: { type: 'standard_webhooks', secret: 'whsec_%' } }, '/auth/secret'],
    ['a secret that nothing could mask', { auth: { type: 'bearer', token: 'abc' } }, '/auth/token'],
    ['a tolerance', { auth: { type: 'hmac', secret: 'hush', tolerance: 5 } }, '/auth/tolerance'],
    ['an unknown field', { endpoint: 'x' }, '/endpoint'],
    ['a reason', { disabled_reason: 'x' }, '/disabled_reason'],
  ])('refuses %s, and keeps nothing', async (_, fields, pointer) => {
    const { status, body } = await service.post(`${V}/webhooks`, { name: 'tell', url: receiver.url, ...fields });
    const { details } = body.error as unknown as { details: { faults: { pointer: string }[] } };
    expect([status, details.faults.map((fault) => fault.pointer)]).toEqual([422, [pointer]]);
    expect((await service.get(`${V}/webhooks`)).body.total).toBe(0);
  });

  test('what only the other direction has is refused', async () => {
    const id = await subscribe();
    const { body } = await service.post(`${V}/webhooks`, { name: 'in', endpoint: 'in', action: 'event', event: 'e' });
    made.push(body.webhook_id as string);
    const answers = await Promise.all([
      service.get(`${V}/webhooks/${id}/deliveries?status=failed`),
      service.get(`${V}/webhooks/${made[1]}/deliveries?status=dead`),
      service.get(`${V}/webhooks/${id}/deliveries?status=odd`),
      service.post(`${V}/webhooks/${made[1]}/redeliver-dead`),
      service.post(`${V}/webhooks/0191f7c2-0000-7000-8000-000000000000/redeliver-dead`),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([422, 422, 422, 409, 404]);
  });
});

test('a change of a definition is told, whoever made it: by REST, of a template', async () => {
  const socket = new SocketClient(`${service.url}/ws/workflows`);
  await socket.type('connected');
  await subscribe({ events: ['workflow_created', 'workflow_updated', 'workflow_deleted'] });
  const { body } = await service.get(`${V}/templates?q=Process%20a%20List`);
  const [template] = body.items as unknown as { id: string }[];
  const made = await service.post(`${V}/templates/${template?.id ?? ''}/instantiate`, { parameter_values: {} });
  const workflow = made.body.workflow_id as string;
  const noop = { name: 'changed', tasks: { a: { type: 'core/noop' } } };
  expect((await service.send('PUT', `${V}/workflows/${workflow}`, noop)).status).toBe(200);
  expect((await service.send('DELETE', `${V}/workflows/${workflow}`)).status).toBe(200);
  const letters = (await receiver.received(3)).map((letter) => JSON.parse(letter.body) as Record<string, unknown>);
  const types = ['workflow_created', 'workflow_updated', 'workflow_deleted'];
  expect(letters.map(({ type }) => type)).toEqual(types);
  expect(letters.map(({ workflow_id: of }) => of)).toEqual([workflow, workflow, workflow]);
  const frames = socket.frames as unknown as { type: string; workflow_id: string }[];
  expect(frames.flatMap(({ type, workflow_id: of }) => (of === workflow ? [type] : []))).toEqual(types);
  await socket.leave();
});

test('a secret stands in no answer, no delivery and no table, though the receiver says it back', async () => {
  const secret = 'canary-7f3e"+/%-of-a-webhook';
  const id = await subscribe({ auth: { type: 'basic', username: 'ada', password: secret } });
  receiver.answer = (response, { headers }) => {
    const [, encoded = ''] = (headers.authorization ?? '').split(' ');
    response.writeHead(500).end(`${secret} ${encoded} ${encodeURIComponent(secret)} ${JSON.stringify(secret)}`);
  };
  const now = await service.post(`${V}/webhooks/${id}/deliver`, { n: 1 });
  const said = JSON.stringify([now.body, await deliveries(id), (await service.get(`${V}/webhooks/${id}`)).body]);
  expect(said).toContain('***');
  for (const form of ['canary-7f3e', Buffer.from(`ada:${secret}`).toString('base64').slice(8, 20)])
    expect(said).not.toContain(form);
});
