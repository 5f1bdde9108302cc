import { afterAll, describe, expect, test } from '@jest/globals';
import type { TektonLLMClient, TektonLLMError } from '../../src/llm/tekton-llm-client/index.js';
import { closeWorlds, makeClient, startDouble, type ClientWorld } from './client-world.js';
import type { Behaviour, DoubleOptions, LlmDouble } from './double/llm-double.mjs';

afterAll(closeWorlds);

interface Kind {
  readonly id: string;
  readonly speaks: DoubleOptions;
  readonly client: (double: LlmDouble) => ClientWorld;
  /** Faults that the transport cannot tell from others, or that cannot happen to it. */
  readonly streams: boolean;
  readonly honoursSystem: boolean;
  readonly overHttp: boolean;
  readonly refusals: boolean;
}

const rhetor = (double: LlmDouble, more: object = {}): ClientWorld =>
  makeClient({ mode: 'rhetor', rhetorUrl: double.url, maxRetries: 0, ...more });

const KINDS: readonly Kind[] = [
  {
    id: 'rhetor/generate-v1',
    speaks: { speaks: ['rhetor'] },
    client: rhetor,
    ...{ streams: false, honoursSystem: false, overHttp: true, refusals: false },
  },
  {
    id: 'rhetor/client-v0',
    speaks: { speaks: ['v0'] },
    client: rhetor,
    ...{ streams: true, honoursSystem: true, overHttp: true, refusals: true },
  },
  {
    id: 'openai-compatible',
    speaks: { speaks: ['openai'], openai: { models: ['test-model'] } },
    client: (double) => makeClient({ openai: { baseUrl: double.openaiUrl, apiKey: 'sk-canary-1' }, maxRetries: 0 }),
    ...{ streams: true, honoursSystem: true, overHttp: true, refusals: true },
  },
];

const ask = (client: TektonLLMClient) =>
  client.ask({ messages: [{ role: 'user', content: 'Say hello.' }], bearsPayload: false });

const errorOf = async (promise: Promise<unknown>): Promise<TektonLLMError> =>
  promise.then(
    (value) => {
      throw new Error(`answered ${JSON.stringify(value)}`);
    },
    (error: unknown) => error as TektonLLMError,
  );

describe.each(KINDS)('$id', ({ id, speaks, client: make, ...kind }) => {
  const world = async (): Promise<ClientWorld & { double: LlmDouble }> => {
    const double = await startDouble(speaks);
    return { double, ...make(double) };
  };

  test('answers what the model says, and says who it was', async () => {
    const { double, client, ledger } = await world();
    double.script('Hello.');
    const result = await ask(client);
    expect(result).toMatchObject({ text: 'Hello.', finish: 'stop', transport: id, source: 'model', attempts: 1 });
    expect(ledger.calls).toHaveLength(1);
    expect(ledger.calls[0]).toMatchObject({ id: result.calls[0], transport: id, outcome: { is: 'answered' } });
  });

  test('the system prompt and earlier turns reach the model', async () => {
    const { double, client } = await world();
    await client.generateChatResponse(
      [
        { role: 'user', content: 'I am Ada.' },
        { role: 'assistant', content: 'Hello Ada.' },
        { role: 'user', content: 'Who am I?' },
      ],
      { systemPrompt: 'You are brief.' },
    );
    const [seen] = double.seen;
    if (kind.honoursSystem) {
      expect(seen?.system).toBe('You are brief.');
      expect(seen?.messages?.map(({ content }) => content)).toEqual(
        expect.arrayContaining(['I am Ada.', 'Hello Ada.', 'Who am I?']),
      );
    } else
      for (const text of ['You are brief.', 'I am Ada.', 'Hello Ada.', 'Who am I?'])
        expect(seen?.prompt).toContain(text);
  });

  const faults: readonly (readonly [string, Behaviour, object])[] = [
    ['reset', { is: 'reset' }, { name: 'ConnectionError', code: 'llm_unreachable', retryable: true }],
    ['401', { is: 'status', status: 401 }, { name: 'AuthenticationError', status: 401, retryable: false }],
    ['403', { is: 'status', status: 403 }, { name: 'AuthenticationError', status: 403 }],
    ['400', { is: 'status', status: 400 }, { name: 'InvalidRequestError', status: 400, retryable: false }],
    ['422', { is: 'status', status: 422 }, { name: 'InvalidRequestError', status: 422 }],
    [
      '429',
      { is: 'status', status: 429, retryAfter: 7 },
      { name: 'RateLimitError', retryAfter: 7000, retryable: true },
    ],
    ['500', { is: 'status', status: 500 }, { name: 'AdapterError', code: 'llm_failed', status: 500 }],
    ['502', { is: 'status', status: 502 }, { name: 'ServiceUnavailableError', status: 502, retryable: true }],
    ['503', { is: 'status', status: 503 }, { name: 'ServiceUnavailableError', status: 503, retryable: true }],
    ['HTML with 200', { is: 'html' }, { name: 'AdapterError', code: 'llm_failed' }],
    ['garbage', { is: 'garbage' }, { name: 'AdapterError', code: 'llm_failed' }],
    ['an answer of 5 MiB', { is: 'oversize', bytes: 5 * 2 ** 20 }, { name: 'AdapterError', code: 'llm_failed' }],
    ['a redirect', { is: 'redirect', to: 'http://127.0.0.1:9/elsewhere' }, { name: 'ConnectionError' }],
  ];

  test.each(faults)('%s is an error with a class, a code and the transport', async (_name, behaviour, expected) => {
    const { double, client, ledger } = await world();
    // Rhetor has a second dialect to fall back to; it fails too.
    double.model = () => behaviour;
    const error = await errorOf(ask(client));
    const own =
      error.name === 'FallbackError' ? (error as unknown as { failures: TektonLLMError[] }).failures[0] : error;
    expect(own).toMatchObject({ ...expected, transport: id });
    expect(ledger.calls[0]?.outcome).toEqual({ is: 'failed', code: own?.code });
  });

  test('an answer at its limit says so', async () => {
    const { double, client, ledger } = await world();
    double.script({ is: 'truncated', text: 'Hel' });
    // Rhetor does not tell.
    const finish = id === 'rhetor/generate-v1' ? 'stop' : 'length';
    expect(await ask(client)).toMatchObject({ text: 'Hel', finish });
    expect(ledger.outcomes).toEqual([finish === 'stop' ? 'answered' : 'cut']);
  });

  if (kind.refusals)
    test('a refusal is an answer to words, and its own error to a schema', async () => {
      const { double, client, ledger } = await world();
      double.model = () => ({ is: 'refusal', text: 'I will not.' });
      expect(await ask(client)).toMatchObject({ finish: 'refusal', text: 'I will not.' });
      const error = await errorOf(client.structured('x', { schema: { type: 'object' } }));
      expect(error).toMatchObject({ name: 'UnusableAnswerError', code: 'llm_refused', retryable: false });
      expect(ledger.outcomes).toEqual(['refused', 'refused']);
    });

  test('a stream gives the answer in pieces, then its end', async () => {
    const { double, client, ledger } = await world();
    double.script('one two three four five');
    const pieces = [];
    for await (const piece of client.stream({ messages: [{ role: 'user', content: 'x' }] })) pieces.push(piece);
    const texts = pieces.flatMap((piece) => (piece.is === 'text' ? [piece.text] : []));
    expect(texts.join('')).toBe('one two three four five');
    expect(texts.length > 1).toBe(kind.streams);
    expect(pieces.at(-1)).toMatchObject({ is: 'end', result: { transport: id, text: 'one two three four five' } });
    expect(ledger.outcomes).toEqual(['answered']);
  });

  if (kind.streams)
    test('a stream that breaks gives what had come, then an error', async () => {
      const { double, client, ledger } = await world();
      double.script({ is: 'cut', text: 'one two three four five six seven' });
      let text = '';
      const error = await errorOf(
        (async () => {
          for await (const piece of client.stream({ messages: [{ role: 'user', content: 'x' }] }))
            if (piece.is === 'text') text += piece.text;
        })(),
      );
      expect(text.length).toBeGreaterThan(0);
      expect('one two three four five six seven'.startsWith(text)).toBe(true);
      expect(error).toMatchObject({ name: 'ConnectionError', transport: id });
      expect(ledger.calls[0]).toMatchObject({ outcome: { is: 'failed' }, usage: { estimated: true } });
      expect(ledger.calls[0]?.usage.completion).toBeGreaterThan(0);
    });

  test('a caller who calls off gets their own reason, and the request ends', async () => {
    const { double, client, ledger } = await world();
    double.model = () => ({ is: 'hang' });
    const abort = new AbortController();
    const answer = errorOf(client.ask({ messages: [{ role: 'user', content: 'x' }], signal: abort.signal }));
    await double.asked(1);
    abort.abort(new Error('enough'));
    expect((await answer).message).toBe('enough');
    expect(ledger.outcomes).toEqual(['canceled']);
    // It says nothing of the transport.
    expect((await client.status()).transports.map(({ failures }) => failures)).toEqual(
      (await client.status()).transports.map(() => 0),
    );
  });
});
