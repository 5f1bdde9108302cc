import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { JsonObject } from '../../../src/kernel/index.js';
import { RawClient } from '../../world/raw-client.js';
import { eventually } from '../../world/service-process.js';
import { TestService, type Answer } from '../../world/service.js';

const SECONDS = 0.3;
const head = (lines: readonly string[], path = '/api/v1/workflows'): string =>
  [`POST ${path} HTTP/1.1`, 'host: x', ...lines, ''].join('\r\n');
const JSON_BODY = ['content-type: application/json', 'content-length: 1000'];

let service: TestService;
beforeAll(async () => {
  service = await TestService.start({
    HARMONIA_HEADERS_SECONDS: String(SECONDS),
    HARMONIA_REQUEST_SECONDS: String(2 * SECONDS),
    HARMONIA_ANSWER_SECONDS: String(SECONDS),
  });
  const workflow = await service.workflow({ name: 'hooked', tasks: { a: { type: 'core/noop' } } });
  await service.post('/api/v1/webhooks', { name: 'slow', endpoint: 'slow', workflow_id: workflow });
});
afterAll(() => service.stop());

const expectTimeout = (client: RawClient): void => {
  expect(client.answer).toMatchObject({
    status: 408,
    head: expect.stringContaining('connection: close') as unknown,
    body: expect.stringContaining('"request_timeout"') as unknown,
  });
};

describe('a request that does not end is cut', () => {
  test('when nothing at all comes', async () => {
    const client = await RawClient.open(service.port);
    await client.closed;
    expectTimeout(client);
  });

  test('when its headers come one by one', async () => {
    const client = await RawClient.open(service.port);
    client.socket.write(head(JSON_BODY));
    const taken = await client.drip(1000, 'x-a: b\r\n', 20);
    await client.closed;
    expect(taken).toBeLessThan(1000);
    expectTimeout(client);
  });

  test.each<[string, readonly string[], string, string]>([
    ['of a length that was said', JSON_BODY, ' ', '/api/v1/workflows'],
    ['in chunks', ['content-type: application/json', 'transfer-encoding: chunked'], '1\r\n \r\n', '/api/v1/workflows'],
    ['of a webhook', ['content-length: 1000'], ' ', '/hooks/slow'],
  ])('when its body comes byte by byte: %s', async (_, lines, piece, path) => {
    const client = await RawClient.open(service.port);
    client.socket.write(`${head(lines, path)}\r\n`);
    const taken = await client.drip(900, piece, 20);
    await client.closed;
    expect(taken).toBeLessThan(900);
    expectTimeout(client);
  });

  test('by the hundred, while others are served', async () => {
    const slow = await Promise.all(Array.from({ length: 200 }, () => RawClient.open(service.port)));
    for (const client of slow) client.socket.write(head([]));
    expect((await service.get('/api/v1/workflows')).status).toBe(200);
    await Promise.all(slow.map(({ closed }) => closed));
    for (const client of slow) expectTimeout(client);
  });
});

describe('who does not read is cut', () => {
  /** More than the sockets of the system hold. */
  const SIZE = 8 * 2 ** 20;
  let big: string;
  beforeAll(async () => {
    const echo = { a: { type: 'core/value', input: { text: '${input.text}' } } };
    const workflow = await service.workflow({ name: 'big', tasks: echo });
    const started = await service.post(`/api/v1/workflows/${workflow}/execute`, { input: { text: 'x'.repeat(SIZE) } });
    big = started.body.execution_id as string;
    // Not by its answer: whoever shares a thread with the service reads too slowly for these deadlines.
    const isOver = ({ body }: Answer): boolean => (body.metrics as unknown as JsonObject).open_executions === 0;
    await eventually(() => service.get('/health'), isOver);
  });
  const pending = (): number => service.pendingBytes();
  const ask = (path: string): string => `GET ${path} HTTP/1.1\r\nhost: x\r\n\r\n`;

  test('a big answer', async () => {
    const client = await RawClient.open(service.port);
    client.socket.pause();
    client.socket.write(ask(`/api/v1/executions/${big}`));
    while (pending() === 0) await new Promise((resolve) => setImmediate(resolve));
    while (pending() > 0) await new Promise((resolve) => setTimeout(resolve, 10));
    client.socket.resume();
    await client.closed;
    expect(client.text.length).toBeGreaterThan(0);
    expect(client.text.length).toBeLessThan(SIZE);
  });

  test('a stream of events', async () => {
    const client = await RawClient.open(service.port);
    client.socket.pause();
    client.socket.write(ask(`/events/executions/${big}?since=0`));
    while (pending() === 0) await new Promise((resolve) => setImmediate(resolve));
    while (pending() > 0) await new Promise((resolve) => setTimeout(resolve, 10));
    client.socket.resume();
    await client.closed;
    expect(client.text).toContain('event: connected');
    expect(client.text.length).toBeLessThan(SIZE);
    while (service.streamClients() > 0) await new Promise((resolve) => setImmediate(resolve));
  });

  test('hundreds of answers that were asked for at once on one connection', async () => {
    const client = await RawClient.open(service.port);
    client.socket.pause();
    // More than any socket holds; once too much waits, no more is read of it.
    client.socket.write(ask('/api/v1/openapi.json').repeat(200));
    while (pending() === 0) await new Promise((resolve) => setImmediate(resolve));
    while (pending() > 0) await new Promise((resolve) => setTimeout(resolve, 10));
    client.socket.resume();
    await client.closed;
  });
});

test('who waits longer than that for an answer gets it', async () => {
  const nap = { a: { type: 'core/delay', input: { seconds: 4 * SECONDS } } };
  const workflow = await service.workflow({ name: 'nap', tasks: nap });
  expect(await service.complete(workflow)).toMatchObject({ status: 'completed' });
});

test('a connection carries many requests, one after the other', async () => {
  const client = await RawClient.open(service.port);
  for (let n = 1; n <= 50; n++) {
    client.socket.write('GET /health HTTP/1.1\r\nhost: x\r\n\r\n');
    await client.until((text) => text.split('"healthy"').length > 2 * n);
  }
  client.socket.destroy();
  expect(client.text.match(/HTTP\/1\.1 200/g)).toHaveLength(50);
});
