import { afterAll, describe, expect, test } from '@jest/globals';
import type { CompletionResponse, StreamingChunk } from '../../src/llm/tekton-llm-client/index.js';
import { closeWorlds, makeClient, startDouble } from './client-world.js';

afterAll(closeWorlds);

/** What Tekton's code does with the JavaScript client. */
describe('the methods that Tekton knows', () => {
  test('generateText answers by the names of the old client', async () => {
    const double = await startDouble({ speaks: ['v0'] });
    const { client } = makeClient({
      rhetorUrl: double.url,
      componentId: 'budget',
      providerId: 'openai',
      modelId: 'm-1',
    });
    expect(await client.initialize()).toBe(true);
    const response = await client.generateText('Hi', {
      systemPrompt: 'Be brief.',
      contextId: 'c1',
      temperature: 0.2,
      maxTokens: 9,
      stopSequences: ['END'],
    });
    expect(response).toMatchObject({
      content: 'Hello from the double.',
      model: 'm-1',
      provider: 'openai',
      finishReason: 'stop',
      contextId: 'c1',
    });
    expect(response.timestamp).toMatch(/^\d{4}-\d\d-\d\dT/);
    expect(double.requests.at(-1)).toMatchObject({
      path: '/api/v1/chat',
      body: {
        messages: [{ role: 'user', content: 'Hi' }],
        ...{ context_id: 'c1', provider_id: 'openai', model_id: 'm-1', system_prompt: 'Be brief.', streaming: false },
        options: { temperature: 0.2, max_tokens: 9, stop: ['END'] },
      },
    });
  });

  test('a leading system message is lifted out of a conversation', async () => {
    const double = await startDouble({ speaks: ['v0'] });
    const { client } = makeClient({ rhetorUrl: double.url });
    await client.generateChatResponse([
      { role: 'system', content: 'S' },
      { role: 'user', content: 'U' },
    ]);
    expect(double.requests.at(-1)?.body).toMatchObject({
      system_prompt: 'S',
      messages: [{ role: 'user', content: 'U' }],
    });
  });

  const stream = async (
    run: (
      onChunk: (chunk: StreamingChunk) => void,
      onComplete: (response: CompletionResponse) => void,
      onError: (error: Error) => void,
    ) => void,
  ) => {
    const chunks: StreamingChunk[] = [];
    const end = await new Promise<CompletionResponse | Error>((resolve) =>
      run((chunk) => void chunks.push(chunk), resolve, resolve),
    );
    return { chunks, end };
  };

  test('streamText gives chunks, then one that is done', async () => {
    const double = await startDouble({ speaks: ['v0'] });
    const { client } = makeClient({ rhetorUrl: double.url, componentId: 'ui' });
    let id = '';
    const { chunks, end } = await stream((onChunk, onComplete, onError) => {
      id = client.streamText('Hi', onChunk, { onComplete, onError, contextId: 'c9' });
    });
    expect(id).toMatch(/^ui_\d+/);
    expect(chunks.map(({ chunk }) => chunk).join('')).toBe('Hello from the double.');
    expect(chunks.map(({ done }) => done)).toEqual([...Array<boolean>(chunks.length - 1).fill(false), true]);
    expect(chunks.every(({ contextId }) => contextId === 'c9')).toBe(true);
    expect(end).toMatchObject({ content: 'Hello from the double.', contextId: 'c9' });
    expect(client.cancelRequest(id)).toBe(false);
  });

  test('errors of a stream do not throw: the last chunk has them', async () => {
    const double = await startDouble({ speaks: ['v0'] });
    double.model = () => ({ is: 'status', status: 500, message: 'no model' });
    const { client } = makeClient({ rhetorUrl: double.url });
    const { chunks, end } = await stream((onChunk, onComplete, onError) => {
      client.streamChatResponse([{ role: 'user', content: 'x' }], onChunk, { onComplete, onError });
    });
    expect(chunks).toHaveLength(1);
    expect(chunks[0]).toMatchObject({ done: true, chunk: '' });
    expect(chunks[0]?.error).toContain('no model');
    expect(end).toMatchObject({ code: 'llm_failed' });
  });

  test('cancelRequest ends a stream, once', async () => {
    const double = await startDouble({ speaks: ['v0'] });
    double.model = () => ({ is: 'hang' });
    const { client } = makeClient({ rhetorUrl: double.url });
    let id = '';
    const ended = stream((onChunk, onComplete, onError) => {
      id = client.streamText('Hi', onChunk, { onComplete, onError });
    });
    await double.asked(1);
    expect(client.cancelRequest(id)).toBe(true);
    expect(client.cancelRequest(id)).toBe(false);
    expect((await ended).end).toMatchObject({ message: 'the request was canceled' });
    expect(client.cancelRequest('unknown')).toBe(false);
  });

  test('getProviders lists what the transports list, and makes nothing up', async () => {
    const old = await startDouble({ speaks: ['v0'] });
    const endpoint = await startDouble({ speaks: ['openai'], openai: { models: ['a', 'b'] } });
    const { client } = makeClient({ rhetorUrl: old.url, openai: { baseUrl: endpoint.openaiUrl }, modelId: 'b' });
    expect(await client.getProviders()).toEqual({
      providers: {
        anthropic: {
          ...{ name: 'anthropic', available: true },
          models: [{ id: 'claude-test', name: 'Claude Test', context_length: 200_000, capabilities: ['chat'] }],
        },
        'openai-compatible': {
          ...{ name: 'openai-compatible', available: true },
          models: [
            { id: 'a', name: 'a' },
            { id: 'b', name: 'b' },
          ],
        },
      },
      ...{ default_provider: 'openai-compatible', default_model: 'b' },
    });
    expect(await makeClient({}).client.getProviders()).toEqual({
      providers: {},
      default_provider: '',
      default_model: '',
    });
  });
});

describe('the WebSocket of the old protocol', () => {
  /** HTTP of Rhetor as it is, and the old socket beside it: so the socket is what answers. */
  const world = async (options: { acknowledges?: boolean } = {}) => {
    const double = await startDouble({ speaks: ['v0'], ...options });
    const closed = await startDouble({ speaks: [] });
    const made = makeClient({
      rhetorUrl: closed.url,
      rhetorWsUrl: double.socketUrl,
      webSocket: true,
      componentId: 'h',
      authToken: 'tok-canary-9',
      maxRetries: 0,
    });
    return { double, ...made };
  };
  const ask = { messages: [{ role: 'user', content: 'x' }] } as const;

  test('is off by default', async () => {
    const double = await startDouble({ speaks: [] });
    const { client } = makeClient({ rhetorUrl: double.url });
    expect((await client.status()).transports.map(({ id }) => id)).toEqual([
      'rhetor/generate-v1',
      'rhetor/chat-v1',
      'rhetor/client-v0',
    ]);
  });

  test.each([true, false])(
    'registers (acknowledged: %s), answers pings, and answers many requests over one socket',
    async (acknowledges) => {
      const { double, client } = await world({ acknowledges });
      double.model = ({ prompt }) => `You said ${prompt}.`;
      const answers = await Promise.all(
        ['a', 'b', 'c'].map((content) => client.ask({ messages: [{ role: 'user', content }] })),
      );
      expect(answers.map(({ text }) => text)).toEqual(['You said a.', 'You said b.', 'You said c.']);
      expect(answers[0]?.transport).toBe('rhetor/client-v0-ws');
      expect(double.frames.filter(({ type }) => type === 'REGISTER')).toEqual([
        { type: 'REGISTER', component_id: 'h', capabilities: ['chat', 'stream'] },
      ]);
      expect(double.frames.some(({ type }) => type === 'PONG')).toBe(true);
      expect(double.requests.filter(({ method }) => method === 'UPGRADE')).toMatchObject([
        { headers: { authorization: 'Bearer tok-canary-9' } },
      ]);
    },
  );

  test('streams', async () => {
    const { double, client } = await world();
    double.script('one two three four');
    const texts: string[] = [];
    for await (const piece of client.stream(ask)) if (piece.is === 'text') texts.push(piece.text);
    expect(texts.length).toBeGreaterThan(1);
    expect(texts.join('')).toBe('one two three four');
  });

  test.each([
    ['an error', { is: 'status', status: 500, message: 'no model' }, { code: 'llm_failed' }],
    ['a socket that breaks', { is: 'reset' }, { code: 'llm_unreachable' }],
  ] as const)('%s', async (_name, behaviour, expected) => {
    const { double, client } = await world();
    double.script(behaviour);
    const error: unknown = await client.ask(ask).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject(expected);
    // The next one opens another.
    expect(await client.ask(ask)).toMatchObject({ text: 'Hello from the double.' });
  });

  test('a stream that breaks gives what had come', async () => {
    const { double, client } = await world();
    double.script({ is: 'cut', text: 'one two three four five six' });
    let text = '';
    const read = async (): Promise<void> => {
      for await (const piece of client.stream(ask)) if (piece.is === 'text') text += piece.text;
    };
    await expect(read()).rejects.toMatchObject({ code: 'llm_unreachable' });
    expect(text.length).toBeGreaterThan(0);
  });

  test('who calls off cancels there too', async () => {
    const { double, client } = await world();
    double.script({ is: 'hang' });
    const abort = new AbortController();
    const answer = client.ask({ ...ask, signal: abort.signal }).catch((error: unknown) => error);
    await double.asked(1);
    abort.abort(new Error('enough'));
    expect(await answer).toMatchObject({ message: 'enough' });
    // Over the same socket, so it comes after it.
    await client.ask(ask);
    expect(double.frames.map(({ type }) => type)).toEqual(['REGISTER', 'PONG', 'CHAT', 'CANCEL', 'CHAT']);
  });
});
