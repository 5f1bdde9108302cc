import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { ConversationContexts, messagesWithin } from '../../../src/tekton/utilities/conversation/index.js';
import {
  contextOfHeaders,
  currentContext,
  inContext,
  outgoingHeaders,
} from '../../../src/tekton/utilities/context/index.js';
import { TestService, type Answer } from '../../world/service.js';

const UUID = /^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/;

describe('a context of headers', () => {
  test.each(['a', 'req-1', 'A.b_c:d@e+f~1', 'x'.repeat(128)])('takes the id %s', (id) => {
    expect(contextOfHeaders({ 'x-request-id': id }).requestId).toBe(id);
  });

  test.each([undefined, '', ' ', 'a b', 'x'.repeat(129), 'a\nb', '{}', 'ä', ['a', 'b']])('makes one for %j', (id) => {
    expect(contextOfHeaders({ 'x-request-id': id }).requestId).toMatch(UUID);
  });

  test('knows only conversations that there are', () => {
    const headers = { 'x-request-id': 'r', 'x-context-id': 'c1', 'x-user-id': 'ada' };
    const known = contextOfHeaders(headers, { hasContext: (id) => id === 'c1' });
    expect(outgoingHeaders(known)).toEqual(headers);
    expect(outgoingHeaders(contextOfHeaders(headers))).toEqual({ 'x-request-id': 'r', 'x-user-id': 'ada' });
    expect(contextOfHeaders({ 'x-user-id': 'a\u0000b' }).userId).toBeUndefined();
  });

  test('covers what is awaited and set off in it, and nothing else', async () => {
    const seen: (string | undefined)[] = [];
    const note = (): void => void seen.push(currentContext()?.requestId);
    await Promise.all(
      ['a', 'b'].map((requestId) =>
        inContext({ requestId }, async () => {
          note();
          await new Promise((resolve) => setImmediate(resolve));
          note();
          inContext({ requestId: `${requestId}/inner` }, note);
        }),
      ),
    );
    note();
    expect(seen).toEqual(['a', 'b', 'a', 'a/inner', 'b', 'b/inner', undefined]);
    expect(outgoingHeaders()).toEqual({});
  });
});

describe('the service', () => {
  let service: TestService;
  let peer: Server;
  const asked: IncomingHttpHeaders[] = [];
  beforeAll(async () => {
    peer = createServer((request, response) => {
      asked.push(request.headers);
      response.setHeader('content-type', 'application/json').end('{"result":{"ok":true}}');
    });
    await new Promise<void>((resolve) => peer.listen(0, '127.0.0.1', resolve));
    const { port } = peer.address() as AddressInfo;
    service = await TestService.start({ SOPHIA_PORT: String(port), SOPHIA_HOST: '127.0.0.1' });
  });
  afterAll(async () => {
    await service.stop();
    peer.close();
  });

  const send = (method: string, path: string, body?: unknown): Promise<Answer> =>
    service.send(method, path, body, { 'x-request-id': 'req-7', 'x-context-id': 'none' });

  test.each([
    ['GET', '/health', undefined],
    ['GET', '/api/v1/nowhere', undefined],
    ['GET', '/api/v1/workflows/%E0%A4%A', undefined],
    ['POST', '/api/v1/workflows', '{bad'],
    ['POST', '/api/v1/workflows', { name: 'x', tasks: {} }],
  ])('answers %s %s with the id that it was asked with', async (method, path, body) => {
    const { headers, body: answer } = await send(method, path, body);
    expect([headers.get('x-request-id'), headers.get('x-context-id')]).toEqual(['req-7', null]);
    if (answer.error) expect(answer).toMatchObject({ component: 'harmonia', requestId: 'req-7' });
  });

  test('makes an id when there is none', async () => {
    expect((await service.get('/health')).headers.get('x-request-id')).toMatch(UUID);
  });

  test('gives its streams an id, too', async () => {
    const stop = new AbortController();
    const stream = await fetch(`${service.url}/events`, { headers: { 'x-request-id': 'req-8' }, signal: stop.signal });
    expect(stream.headers.get('x-request-id')).toBe('req-8');
    stop.abort();
  });

  test('hands the id of an execution on to the components that its tasks call', async () => {
    const workflow = await service.workflow({
      name: 'call',
      tasks: { a: { component: 'sophia', action: 'look', input: { x: 1 } } },
    });
    const { execution_id: id, status } = await service.complete(workflow);
    expect(status).toBe('completed');
    expect(asked.map((headers) => headers['x-request-id'])).toEqual([id]);
  });

  test('hands the ids of a request on to the component that is called for it', async () => {
    asked.length = 0;
    const { status } = await service.send(
      'POST',
      '/api/v1/components/sophia/actions/look',
      { x: 1 },
      {
        ...{ 'x-request-id': 'req-9', 'x-user-id': 'ada' },
      },
    );
    expect(status).toBe(200);
    expect(asked).toMatchObject([{ 'x-request-id': 'req-9', 'x-user-id': 'ada' }]);
  });

  test('refuses a broken head without falling over', async () => {
    const socket = connect(service.port, '127.0.0.1');
    socket.write('GET /health HTTP/1.1\r\nHost: x\r\nX-Request-ID: a\r\nX-Request-ID: b\r\nConnection: close\r\n\r\n');
    const chunks: string[] = [];
    for await (const chunk of socket) chunks.push(String(chunk));
    expect(chunks.join('')).toMatch(/^HTTP\/1\.1 200 /);
    expect(chunks.join('')).toMatch(/x-request-id: [\da-f-]{36}/);
  });
});

describe('conversations', () => {
  let now = Date.parse('2026-11-30T00:00:00Z');
  const clock = { now: () => now };

  test('have at most a hundred messages, the latest', () => {
    const kept = new ConversationContexts(clock);
    kept.begin('c');
    for (let index = 0; index < 103; index++) kept.say('c', { role: 'user', content: `n${index}` });
    const { messages } = kept.find('c') ?? { messages: [] };
    expect([messages.length, messages[0]?.content, messages[99]?.content]).toEqual([100, 'n3', 'n102']);
  });

  test('live for a day after their last change', () => {
    const kept = new ConversationContexts(clock);
    kept.begin('old');
    kept.begin('used');
    now += 23 * 3_600_000;
    kept.say('used', { role: 'assistant', content: 'still here' });
    now += 3_600_001;
    expect([kept.has('old'), kept.has('used')]).toEqual([false, true]);
    kept.begin('another');
    expect(kept.size).toBe(2);
  });

  test('are a thousand, and the one that was changed longest ago goes', () => {
    const kept = new ConversationContexts(clock);
    for (let index = 0; index < 1000; index++) kept.begin(`c${index}`);
    kept.say('c0', { role: 'user', content: 'x' });
    kept.find('c1');
    kept.begin('new');
    expect(['c0', 'c1', 'c2', 'new'].map((id) => kept.has(id))).toEqual([true, false, true, true]);
  });

  test('are saved and come back, but only whole ones', () => {
    const kept = new ConversationContexts(clock);
    kept.begin('a', { topic: 'x' });
    kept.say('a', { role: 'tool', content: 'y', metadata: { n: 1 } });
    const saved = JSON.parse(JSON.stringify(kept.save())) as never;
    const other = new ConversationContexts(clock);
    other.restore(saved);
    expect(other.find('a')).toEqual(kept.find('a'));
    const third = new ConversationContexts(clock);
    const broken = [
      ...(saved as object[]),
      { ...(saved as object[])[0], context_id: 'b', messages: [{ role: 'king' }] },
    ];
    expect(() => third.restore(broken as never)).toThrow('role is none of user, assistant, system, function, tool');
    expect(third.size).toBe(0);
  });

  test('refuse what they can not keep', () => {
    const kept = new ConversationContexts(clock);
    expect(() => kept.say('none', { role: 'user', content: 'x' })).toThrow('no context none');
    expect(() => kept.begin('a b')).toThrow('context_id');
    kept.begin('a');
    expect(() => kept.say('a', { role: 'user', content: 'x'.repeat(300_000) })).toThrow('content');
  });

  test('give a language model what it has room for, newest first', () => {
    const message = (content: string) => ({ role: 'user' as const, content, timestamp: '' });
    const context = {
      ...{ context_id: 'c', metadata: {}, created_at: '', updated_at: '' },
      messages: ['aaaa', 'bbbb', 'cc'].map(message),
    };
    const within = (tokens: number): string[] => messagesWithin(context, tokens).map(({ content }) => content);
    expect([within(0), within(1), within(2), within(3)]).toEqual([[], ['cc'], ['bbbb', 'cc'], ['aaaa', 'bbbb', 'cc']]);
  });
});
