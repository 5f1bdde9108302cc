import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createHmac } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { isJsonObject, type JsonObject } from '../../../src/kernel/index.js';
import { Caller, refusal, refused } from '../../world/caller.js';
import { TestService, type Answer } from '../../world/service.js';

const V = '/api/v1';
const SECRET = 'a-secret-that-nobody-sees';

let service: TestService;
let caller: Caller;
let echo: string;
beforeAll(async () => {
  service = await TestService.start();
  caller = new Caller(() => service);
  echo = await caller.keep({ tasks: { a: { type: 'core/value', input: { got: '${input}' } } } });
});
afterAll(() => service.stop());

let made = 0;
const webhook = async (fields: object = {}): Promise<{ id: string; path: string }> => {
  const body = { name: 'hook', endpoint: `hook-${++made}`, workflow_id: echo, ...fields };
  const answer = await service.post(`${V}/webhooks`, body);
  if (answer.status !== 201) throw new Error(JSON.stringify(answer.body));
  const { endpoint } = answer.body.data as unknown as JsonObject;
  return { id: answer.body.webhook_id as string, path: `/hooks/${endpoint as string}` };
};

const inputOf = async ({ body }: Answer): Promise<unknown> => {
  expect(body.execution_id).toEqual(expect.any(String));
  await caller.ended(body.execution_id as string);
  return (await caller.read(body.execution_id as string)).input;
};
const eventsOf = async (id: string): Promise<JsonObject[]> =>
  (await service.get(`${V}/webhooks/${id}/events`)).body.items as never;
const countOf = async (id: string): Promise<number> => (await eventsOf(id)).length;

const sent = (path: string, body: Uint8Array | string | undefined, type?: string): Promise<Response> =>
  fetch(service.url + path, {
    method: 'POST',
    ...(body !== undefined && { body: body as never }),
    headers: type === undefined ? {} : { 'content-type': type },
  });
const read = async (response: Response): Promise<Answer> => ({
  status: response.status,
  body: (await response.json()) as Answer['body'],
  headers: response.headers,
});

describe('bodies of every kind', () => {
  const bytes = new Uint8Array([0, 255, 128]);
  const table: readonly (readonly [string, string | undefined, Uint8Array | string | undefined, unknown])[] = [
    ['JSON', 'application/json', '{"a":{"b":[1,null]}}', { a: { b: [1, null] } }],
    ['JSON of another name', 'application/vnd.x+json; charset=utf-8', '{"a":1}', { a: 1 }],
    ['a form', 'application/x-www-form-urlencoded', 'a=1&b=%E2%82%AC&a=2&__proto__=x', { a: ['1', '2'], b: '€' }],
    ['text', 'text/plain', 'hellö', 'hellö'],
    ['XML', 'application/xml', '<a/>', '<a/>'],
    ['bytes', 'application/octet-stream', bytes, 'AP+A'],
    ['no type', undefined, bytes, 'AP+A'],
    ['no body: the query', undefined, undefined, { q: '1' }],
    ['a type and no body', 'application/json', undefined, { q: '1' }],
  ];
  test.each(table)('%s', async (_, type, body, expected) => {
    const { path } = await webhook({ input_mapping: { body: '${payload}' } });
    const answer = await read(await sent(`${path}?q=1`, body, type));
    expect(answer.status).toBe(202);
    const input = (await inputOf(answer)) as { body: unknown };
    if (isJsonObject(expected) && 'b' in expected) {
      expect(JSON.stringify(input.body)).toContain('"__proto__":"x"');
      expect(input.body).toMatchObject(expected);
    } else expect(input.body).toEqual(expected);
  });

  const hostile: readonly (readonly [string, string, Uint8Array | string, object])[] = [
    ['no JSON', 'application/json', '{', refused(400, 'invalid_request')],
    ['no UTF-8', 'application/json', new Uint8Array([0x22, 0xff, 0x22]), refused(400, 'invalid_request')],
    ['a key twice', 'application/json', '{"a":1,"a":2}', refused(422, 'validation_error', '/a')],
    ['a number that JSON cannot say', 'application/json', '[1e999]', refused(422, 'validation_error', '/0')],
    ['too deep', 'application/json', '['.repeat(5000) + ']'.repeat(5000), refused(422, 'validation_error', '')],
    ['too many fields', 'application/x-www-form-urlencoded', 'a=1&'.repeat(1001), refused(422, 'validation_error', '')],
    ['too long', 'application/json', JSON.stringify('x'.repeat(2 ** 20)), refused(413, 'payload_too_large')],
  ];
  test.each(hostile)('refused, and nothing kept: %s', async (_, type, body, expected) => {
    const { id, path } = await webhook();
    expect(refusal(await read(await sent(path, body, type)))).toEqual(expected);
    expect(await countOf(id)).toBe(0);
    const { refused: counts } = (await service.get(`${V}/webhooks/${id}`)).body.data as unknown as JsonObject;
    expect(counts).toEqual({ [(expected as { code: string }).code]: 1 });
  });

  test('a body without an announced end is cut at the limit', async () => {
    const { id, path } = await webhook({ max_bytes: 1000 });
    const answer = await new Promise<string>((resolve, reject) => {
      const socket = connect(service.port, '127.0.0.1');
      let text = '';
      let sentBytes = 0;
      socket.on('data', (chunk: Buffer) => (text += chunk.toString()));
      socket.on('close', () => resolve(`${text} after ${sentBytes}`));
      socket.on('error', () => resolve(text));
      socket.setTimeout(20_000, () => reject(new Error('not cut')));
      socket.write(`POST ${path} HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n`);
      const more = (): void => {
        if (socket.destroyed || !socket.writable || text !== '') return;
        sentBytes += 256;
        socket.write(`100\r\n${'x'.repeat(256)}\r\n`, () => setImmediate(more));
      };
      more();
    });
    expect(answer).toMatch(/^HTTP\/1\.1 413 [^]*connection: close/i);
    expect(await countOf(id)).toBe(0);
  });

  test('one that is announced too long is not read at all', async () => {
    const { path } = await webhook({ max_bytes: 10 });
    const answer = await new Promise<string>((resolve) => {
      const socket = connect(service.port, '127.0.0.1');
      socket.once('data', (chunk: Buffer) => {
        resolve(chunk.toString());
        socket.destroy();
      });
      socket.write(`POST ${path} HTTP/1.1\r\nhost: x\r\ncontent-length: 1000000000\r\n\r\n`);
    });
    expect(answer).toMatch(/^HTTP\/1\.1 413 /);
  });
});

describe('who may call', () => {
  const sign = (body: string): Record<string, string> => ({
    'x-signature': createHmac('sha256', SECRET).update(body).digest('hex'),
  });

  test('only what is signed over its bytes; the rest leaves nothing', async () => {
    const { id, path } = await webhook({ auth: { type: 'hmac', secret: SECRET } });
    const body = '{ "n" : 1.0 }';
    expect((await service.post(path, body, sign(body))).status).toBe(202);
    expect(refusal(await service.post(path, '{"n":1}', sign(body)))).toEqual(refused(401, 'hook_unverified'));
    expect(refusal(await service.post(path, body))).toEqual(refused(401, 'hook_unverified'));
    const spelled = path.replace('hooks', '%68ooks').replace(/.$/, (last) => `%${last.charCodeAt(0).toString(16)}`);
    expect((await service.post(spelled, body, sign(body))).status).toBe(202);
    expect(refusal(await service.post(spelled, body, sign('')))).toEqual(refused(401, 'hook_unverified'));
    expect(await countOf(id)).toBe(2);
  });

  test('no secret is anywhere to be seen', async () => {
    const { id, path } = await webhook({ auth: { type: 'api_key', key: SECRET, query: 'key' } });
    expect((await service.post(`${path}?key=${SECRET}&b=1`, {}, { cookie: 'c=1', authorization: 'x' })).status).toBe(
      202,
    );
    const [event] = await eventsOf(id);
    expect(event).toMatchObject({ query: { b: '1' }, method: 'POST', source_ip: '127.0.0.1' });
    expect(Object.keys(event?.headers as object)).not.toEqual(expect.arrayContaining(['cookie']));
    const pages = await Promise.all(
      [`/webhooks`, `/webhooks/${id}`, `/webhooks/${id}/events`, `/webhooks/${id}/deliveries`, '/executions'].map(
        (page) => service.get(V + page),
      ),
    );
    expect(JSON.stringify(pages.map(({ body }) => body))).not.toContain(SECRET);
    for (const name of await readdir(service.directory)) {
      const path = join(service.directory, name);
      if ((await stat(path)).isFile()) expect([name, (await readFile(path)).includes(SECRET)]).toEqual([name, false]);
    }
    expect(pages[1]?.body.data).toMatchObject({ auth: { type: 'api_key', key: '********', query: 'key' } });
  });

  test('nobody at an endpoint that is not there, switched off, or called in another way', async () => {
    const { id, path } = await webhook({ enabled: false });
    expect(refusal(await service.post(path))).toEqual(refused(410, 'hook_disabled'));
    expect(refusal(await service.post('/hooks/nobody'))).toEqual(refused(404, 'hook_not_found'));
    expect(refusal(await service.post('/hooks/%00%2F..%2Fx'))).toEqual(refused(404, 'hook_not_found'));
    await service.send('PUT', `${V}/webhooks/${id}`, { enabled: true, methods: ['GET', 'put'] });
    const refusedMethod = await service.post(path);
    expect(refusal(refusedMethod)).toEqual(refused(405, 'hook_method'));
    expect(refusedMethod.headers.get('allow')).toBe('GET, PUT');
    expect(await inputOf(await service.get(`${path}?a=b`))).toEqual({ a: 'b' });
    expect((await service.send('PUT', path, {})).status).toBe(202);
    await service.send('PUT', `${V}/webhooks/${id}`, { trigger_type: 'manual', methods: null });
    expect(refusal(await service.get(path))).toEqual(refused(405, 'hook_method'));
  });
});

describe('each delivery once', () => {
  const send = (path: string, body: object, headers: Record<string, string> = {}): Promise<Answer> =>
    service.post(path, body, headers);

  test.each(['webhook-id', 'idempotency-key', 'x-github-delivery'])('by %s', async (header) => {
    const { id, path } = await webhook();
    const first = await send(path, { n: 1 }, { [header]: 'm1' });
    const again = await send(path, { n: 2 }, { [header]: 'm1' });
    expect([first.status, again.status]).toEqual([202, 200]);
    expect(again.body).toMatchObject({ delivery_id: first.body.delivery_id, execution_id: first.body.execution_id });
    expect((await send(path, { n: 1 }, { [header]: 'm2' })).status).toBe(202);
    expect(await countOf(id)).toBe(2);
  });

  test('by an expression, or not at all', async () => {
    const { id, path } = await webhook({ delivery_id: '${payload.event.id}' });
    expect((await send(path, { event: { id: 7 } })).body.data).toMatchObject({ message_id: '7' });
    expect((await send(path, { event: { id: '7' } }, { 'webhook-id': 'other' })).status).toBe(200);
    for (const event of [{}, { id: null }, { id: '' }, { id: {} }, { id: 'x'.repeat(256) }])
      expect(refusal(await send(path, { event }))).toEqual(refused(422, 'hook_message_id'));
    expect(await countOf(id)).toBe(1);
  });

  test('by equal bodies when that is asked for; else each is one', async () => {
    const one = await webhook({ deduplicate: true });
    expect([(await send(one.path, { n: 1 })).status, (await send(one.path, { n: 1 })).status]).toEqual([202, 200]);
    expect((await send(one.path, { n: 2 })).status).toBe(202);
    const each = await webhook();
    expect([(await send(each.path, {})).status, (await send(each.path, {})).status]).toEqual([202, 202]);
  });

  test('an endpoint has ids of its own', async () => {
    const [a, b] = [await webhook(), await webhook()];
    const id = { 'webhook-id': 'same' };
    expect([(await send(a.path, {}, id)).status, (await send(b.path, {}, id)).status]).toEqual([202, 202]);
  });
});

describe('what follows', () => {
  test('the events of the execution say what came in, once', async () => {
    const { id, path } = await webhook();
    const { body } = await service.post(path, {}, { 'webhook-id': 'seen-outside' });
    await caller.ended(body.execution_id as string);
    const eventsFrom = async (execution: unknown, since = '0'): Promise<JsonObject[]> =>
      (await service.get(`${V}/executions/${execution as string}/events?since=${since}`)).body.items as never;
    const [received, started] = await eventsFrom(body.execution_id);
    expect(received).toMatchObject({
      ...{ type: 'webhook_received', event_type: 'webhook_received', sequence: 1, part: 1 },
      details: { webhook_id: id, delivery_id: body.delivery_id, message_id: 'seen-outside' },
    });
    expect(started).toMatchObject({
      type: 'execution_started',
      sequence: 1,
      details: { triggered_by: `webhook:${id}` },
    });
    expect(received?.id).not.toBe(started?.id);
    expect((await eventsFrom(body.execution_id, '1.1'))[0]).toEqual(started);
    const byHand = await service.post(`${V}/executions`, { workflow_id: echo, input: {} });
    expect((await eventsFrom(byHand.body.execution_id))[0]).toMatchObject({
      type: 'execution_started',
      details: { triggered_by: null },
    });
  });

  test('an execution with the mapped input, and where it came from in its metadata', async () => {
    const { path } = await webhook({
      input_mapping: {
        ...{
          who: 'payload.user.name',
          kind: '${headers["x-kind"]}',
          page: 'query.page',
          fixed: 'push',
          all: '${payload}',
        },
      },
    });
    const answer = await service.post(
      `${path}?page=3`,
      { user: { name: 'Ada' } },
      { 'x-kind': 'k', 'webhook-id': 'm' },
    );
    const all = { user: { name: 'Ada' } };
    expect(await inputOf(answer)).toEqual({ who: 'Ada', kind: 'k', page: '3', fixed: 'push', all });
    const { metadata } = await caller.read(answer.body.execution_id as string);
    expect(metadata).toMatchObject({ delivery_id: answer.body.delivery_id, message_id: 'm' });
    const filter = `${V}/executions?metadata.delivery_id=${answer.body.delivery_id as string}`;
    expect((await service.get(filter)).body.total).toBe(1);
  });

  test('an input that does not fit is a failed delivery; mended, it is delivered again', async () => {
    const strict = await caller.keep({
      input_schema: { type: 'object', required: ['n'], properties: { n: { type: 'integer' } } },
      tasks: { a: { type: 'core/noop' } },
    });
    const { id, path } = await webhook({ workflow_id: strict });
    const { status, body } = await service.post(path, { n: 'one' });
    expect([status, body.data]).toMatchObject([202, { status: 'failed', execution_id: null }]);
    const [failed] = await eventsOf(id);
    expect(failed).toMatchObject({ error: { code: 'validation_error' }, payload: { n: 'one' }, attempts: 1 });
    await service.send('PUT', `${V}/webhooks/${id}`, { input_mapping: { n: '${size(payload.n)}' } });
    const again = await service.post(`${V}/deliveries/${body.delivery_id as string}/redeliver`);
    expect([again.status, again.body.data]).toMatchObject([
      202,
      { status: 'delivered', redelivery_of: body.delivery_id, repeated: false },
    ]);
    expect(await inputOf({ ...again, body: again.body.data as never })).toEqual({ n: 3 });
  });

  test('an expression that fails is a failed delivery', async () => {
    const { id, path } = await webhook({ input_mapping: { n: '${payload.missing.n}' } });
    expect((await service.post(path, {})).body.data).toMatchObject({ status: 'failed' });
    expect(await eventsOf(id)).toMatchObject([{ error: { code: 'expression_error' }, attempts: 0 }]);
  });

  test('an event, to all that wait for it or to the one that it names', async () => {
    const waiting = await caller.keep({ tasks: { paid: { event: { name: 'order.paid' } } } });
    const [one, two, three] = [await caller.start(waiting), await caller.start(waiting), await caller.start(waiting)];
    for (const id of [one, two, three]) await caller.waits(id, '/paid');
    const told = await webhook({
      ...{ workflow_id: null, trigger_type: 'component_callback', event: 'order.${payload.kind}' },
      ...{ execution: 'payload.execution', input_mapping: { sum: 'payload.sum' } },
    });
    const answer = await service.post(told.path, { kind: 'paid', execution: two, sum: 5 });
    expect(answer.body).toMatchObject({ execution_id: two });
    expect((await caller.ended(two)).status).toBe('completed');
    const all = await webhook({ action: 'event', event: 'order.paid', workflow_id: waiting });
    const published = await service.post(all.path, {});
    await caller.ended(one);
    await caller.ended(three);
    const [event] = await eventsOf(all.id);
    expect([published.status, new Set(event?.executions as string[])]).toEqual([202, new Set([one, three])]);
    const late = await service.post(told.path, { kind: 'paid', execution: two, sum: 5 });
    expect(late.body.data).toMatchObject({ status: 'failed' });
  });

  test('delivered on request, with a key once', async () => {
    const { id } = await webhook({ enabled: false, input_mapping: { got: '${payload}' } });
    const deliver = (): Promise<Answer> =>
      service.post(`${V}/webhooks/${id}/deliver`, { n: 1 }, { 'idempotency-key': 'k' });
    const [first, again] = [await deliver(), await deliver()];
    expect([first.status, first.body.data, again.body.data]).toMatchObject([
      202,
      { repeated: false, status: 'delivered' },
      { repeated: true, delivery_id: first.body.delivery_id },
    ]);
    const redeliver = (): Promise<Answer> =>
      service.post(`${V}/deliveries/${first.body.delivery_id as string}/redeliver`, {}, { 'idempotency-key': 'r' });
    const [once, twice] = [await redeliver(), await redeliver()];
    expect(once.body.data).toMatchObject({ repeated: false, redelivery_of: first.body.delivery_id });
    expect(twice.body.data).toMatchObject({ repeated: true, delivery_id: once.body.delivery_id });
    expect(await countOf(id)).toBe(2);
  });

  test('a webhook that is deleted takes nothing more; what it took can be seen no more', async () => {
    const { id, path } = await webhook();
    const { body } = await service.post(path, {});
    expect((await service.send('DELETE', `${V}/webhooks/${id}`)).status).toBe(200);
    expect(refusal(await service.post(path))).toEqual(refused(404, 'hook_not_found'));
    for (const page of ['', '/events', '/deliveries'])
      expect(refusal(await service.get(`${V}/webhooks/${id}${page}`))).toEqual(refused(404, 'webhook_not_found'));
    expect(refusal(await service.post(`${V}/deliveries/${body.delivery_id as string}/redeliver`))).toEqual(
      refused(404, 'webhook_not_found'),
    );
    expect(refusal(await service.post(`${V}/deliveries/${id}/redeliver`))).toEqual(refused(404, 'delivery_not_found'));
  });
});
