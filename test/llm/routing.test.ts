import { afterAll, beforeEach, describe, expect, test } from '@jest/globals';
import { VirtualTimers } from '../../src/simulation/index.js';
import { QUALITY } from '../../src/llm/tekton-llm-client/call/quality-breaker.js';
import type { TektonLLMClient, TektonLLMClientOptions } from '../../src/llm/tekton-llm-client/index.js';
import { RawServer } from '../world/raw-server.js';
import { closeWorlds, makeClient, nextTurns, startDouble, type ClientWorld } from './client-world.js';
import type { Behaviour, LlmDouble } from './double/llm-double.mjs';

afterAll(closeWorlds);

const words = { messages: [{ role: 'user', content: 'Say hello.' }] } as const;

const codeOf = async (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'answered',
    (error: unknown) => (error as { code?: string }).code ?? String(error),
  );

/** Rhetor and an OpenAI-compatible endpoint, in virtual time. */
interface Both extends ClientWorld {
  readonly rhetor: LlmDouble;
  readonly openai: LlmDouble;
  readonly timers: VirtualTimers;
}

const both = async (options: TektonLLMClientOptions = {}): Promise<Both> => {
  const rhetor = await startDouble({ speaks: ['rhetor'] });
  const openai = await startDouble({ speaks: ['openai'] });
  const timers = new VirtualTimers();
  const addresses = { rhetorUrl: rhetor.url, openai: { baseUrl: openai.openaiUrl, apiKey: 'k' } };
  return { rhetor, openai, timers, ...makeClient({ ...addresses, maxRetries: 0, ...options }, { timers }) };
};

const onlyOpenAi = async (options: TektonLLMClientOptions = {}): Promise<Omit<Both, 'rhetor'>> => {
  const openai = await startDouble({ speaks: ['openai'] });
  const timers = new VirtualTimers();
  const made = makeClient({ openai: { baseUrl: openai.openaiUrl }, ...options }, { timers });
  return { openai, timers, ...made };
};

/** Asks, and turns the clock on when the request has arrived. */
const askAndWait = async (client: TektonLLMClient, wait: () => Promise<void>): Promise<string> => {
  const answer = codeOf(client.ask(words));
  await wait();
  return answer;
};

/** Turns the clock when something waits for just that long. */
const passing = async <T>(timers: VirtualTimers, work: Promise<T>, ms: number): Promise<T> => {
  while (timers.firstRing() !== timers.now() + ms) await nextTurns(1);
  timers.advance(ms);
  return work;
};

describe('which transport', () => {
  test('Rhetor first; the endpoint when it fails, and the answer says so', async () => {
    const { client, rhetor } = await both();
    expect(await client.ask(words)).toMatchObject({ transport: 'rhetor/generate-v1' });
    rhetor.model = () => ({ is: 'status', status: 500 });
    const second = await client.ask(words);
    expect(second).toMatchObject({ transport: 'openai-compatible', source: 'model' });
    expect(second.degraded).toEqual({ from: 'rhetor/generate-v1', to: 'openai-compatible', reason: 'failed' });
  });

  test.each<[Behaviour | string]>([
    ["{'error': 'specialist not available'}"],
    ['{"error": "timeout", "success": false}'],
    ['Error: connection refused'],
    ['Traceback (most recent call last):\n  File "x.py"'],
    [''],
  ])('an error that Rhetor gives as an answer is none: %j', async (leak) => {
    const { client, rhetor, ledger } = await both();
    rhetor.model = () => leak;
    expect(await client.ask(words)).toMatchObject({ transport: 'openai-compatible' });
    expect(ledger.outcomes).toEqual(['failed', 'answered']);
  });

  test('the canned apology of the old client is no answer', async () => {
    const old = await startDouble({ speaks: ['v0'] });
    const { client } = makeClient({ rhetorUrl: old.url, maxRetries: 0 });
    old.model = () => ({ is: 'fallback', text: 'I apologize, but the service is unavailable.' });
    expect(await codeOf(client.ask(words))).toBe('llm_leaked_error');
  });

  test('a Rhetor that hands on system messages is spoken to by its chat, one that does not is not', async () => {
    const today = await startDouble({ speaks: ['rhetor'] });
    const future = await startDouble({ speaks: ['rhetor'], rhetorForwardsSystem: true });
    const isEchoTest = (prompt: string): boolean => prompt === 'What is the word?';
    for (const double of [today, future])
      double.model = ({ prompt, system }) => {
        if (isEchoTest(prompt)) return /The word is (\S+)\./.exec(system ?? '')?.[1] ?? 'I see no word.';
        // Only `generate` fails.
        return double.requests.at(-1)?.path === '/api/v1/chat' ? 'by chat' : { is: 'status', status: 404 };
      };
    const asked = (double: LlmDouble) => makeClient({ rhetorUrl: double.url, maxRetries: 0 }).client.ask(words);
    expect(await asked(future)).toMatchObject({ text: 'by chat', transport: 'rhetor/chat-v1' });
    expect(await codeOf(asked(today))).toBe('llm_failed');
    expect(today.seen.filter(({ prompt }) => !isEchoTest(prompt))).toHaveLength(1);
  });

  test('a server that speaks a later dialect only is no lesser one; one at another address is', async () => {
    const old = await startDouble({ speaks: ['v0'] });
    const lone = makeClient({ rhetorUrl: old.url });
    expect((await lone.client.ask(words)).degraded).toBeUndefined();
    const nobody = await startDouble({ speaks: [] });
    const openai = await startDouble({ speaks: ['openai'] });
    const { client } = makeClient({ rhetorUrl: nobody.url, openai: { baseUrl: openai.openaiUrl } });
    const degraded = { from: 'rhetor/generate-v1', to: 'openai-compatible', reason: 'unavailable' };
    for (const source of ['model', 'cache'])
      expect(await client.ask({ ...words, temperature: 0 })).toMatchObject({ degraded, source });
    expect(openai.seen).toHaveLength(1);
  });

  test('never sends a context_id to Rhetor, whose handling of it fails', async () => {
    const { client, rhetor } = await both();
    await client.generateText('x', { contextId: 'c' });
    expect(rhetor.requests.filter(({ method }) => method === 'POST').map(({ body }) => Object.keys(body))).toEqual([
      ['prompt', 'component', 'capability'],
    ]);
  });

  test('prompts with data go to Rhetor only when it is allowed', async () => {
    const { client, rhetor } = await both();
    expect(await client.ask({ ...words, bearsPayload: true })).toMatchObject({ transport: 'openai-compatible' });
    expect(rhetor.seen).toEqual([]);
    const lone = makeClient({ rhetorUrl: rhetor.url });
    const error = await lone.client.ask({ ...words, bearsPayload: true }).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'llm_unavailable', retryable: false });
    expect(rhetor.seen).toEqual([]);
    const allowed = makeClient({ rhetorUrl: rhetor.url, rhetorPayloads: true });
    expect(await allowed.client.ask({ ...words, bearsPayload: true })).toMatchObject({
      text: 'Hello from the double.',
    });
  });

  test('says when it could not have the model that was named', async () => {
    const { client } = await both();
    expect((await client.ask({ ...words, model: 'gpt-x' })).degraded).toEqual({
      from: 'gpt-x',
      to: 'rhetor/generate-v1',
      reason: 'model_ignored',
    });
  });

  test.each<[string, TektonLLMClientOptions]>([
    ['off', { mode: 'off', rhetorUrl: 'http://127.0.0.1:9', openai: { baseUrl: 'http://127.0.0.1:9' } }],
    ['auto', {}],
  ])('mode %s with nothing to ask fails at once', async (_mode, options) => {
    const { client } = makeClient(options);
    expect(await client.ask(words).catch((error: unknown) => error)).toMatchObject({
      code: 'llm_unavailable',
      retryable: false,
    });
    expect(await client.status()).toMatchObject({ available: false, transports: [] });
  });

  test('what is not there is not looked for again for half a minute', async () => {
    const { client, timers, openai } = await both();
    const lone = await startDouble({ speaks: [] });
    const third = makeClient({ rhetorUrl: lone.url, openai: { baseUrl: openai.openaiUrl } }, { timers });
    await third.client.ask(words);
    const looked = lone.requests.length;
    expect(looked).toBe(2);
    await third.client.ask(words);
    expect(lone.requests).toHaveLength(looked);
    timers.advance(30_001);
    await third.client.ask(words);
    expect(lone.requests).toHaveLength(2 * looked);
    await client.shutdown();
  });

  test('what was not there and is there again is asked by the first who wants it', async () => {
    const { openai, timers } = await onlyOpenAi();
    const rhetor = await startDouble({ speaks: [] });
    const { client } = makeClient({ rhetorUrl: rhetor.url, openai: { baseUrl: openai.openaiUrl } }, { timers });
    expect(await client.ask(words)).toMatchObject({ transport: 'openai-compatible' });
    rhetor.options = { speaks: ['rhetor'] };
    timers.advance(30_000);
    expect(await client.ask(words)).toMatchObject({ transport: 'rhetor/generate-v1' });
  });

  test('a Rhetor that hangs is waited for once; later it costs 20 ms, while somebody looks', async () => {
    const hung = await RawServer.start(() => undefined);
    const { openai, timers } = await onlyOpenAi();
    const rhetorUrl = `http://127.0.0.1:${hung.port}`;
    const { client } = makeClient({ rhetorUrl, openai: { baseUrl: openai.openaiUrl } }, { timers });
    expect(await passing(timers, client.ask(words), 2000)).toMatchObject({ transport: 'openai-compatible' });
    timers.advance(30_000);
    const before = hung.sockets.length;
    for (let times = 0; times < 2; times++)
      expect(await passing(timers, client.ask(words), 20)).toMatchObject({ transport: 'openai-compatible' });
    // The look that the first of them has set off goes on.
    while (hung.sockets.length === before) await nextTurns(1);
    hung.stop();
  });

  test('where one hangs no way is said to be open, and the next time that is said after 20 ms', async () => {
    const hung = await RawServer.start(() => undefined);
    const timers = new VirtualTimers();
    const { client } = makeClient({ rhetorUrl: `http://127.0.0.1:${hung.port}` }, { timers });
    const status = await passing(timers, client.status(), 2000);
    expect(status.available).toBe(false);
    expect(status.transports.map(({ state }) => state.is)).toEqual(['absent', 'absent', 'absent']);
    timers.advance(30_000);
    const again = client.status();
    expect((await passing(timers, again, 20)).available).toBe(false);
    hung.stop();
  });
});

describe('time', () => {
  test('a hung endpoint costs its deadline, not a millisecond more of the clock', async () => {
    const { client, openai, timers, ledger } = await onlyOpenAi();
    openai.model = () => ({ is: 'hang' });
    const begun = timers.now();
    const code = await askAndWait(client, async () => {
      await openai.asked(1);
      timers.advance(20_000);
    });
    expect(code).toBe('llm_timeout');
    expect(timers.now() - begun).toBe(20_000);
    expect(ledger.calls).toMatchObject([{ latency: 20_000, outcome: { is: 'failed', code: 'llm_timeout' } }]);
    expect(timers.waiting).toBe(0);
  });

  test('the first of two transports gets 12 of 20 s, the second the rest', async () => {
    const { client, rhetor, openai, timers } = await both();
    rhetor.model = () => ({ is: 'hang' });
    const answer = client.ask(words);
    await rhetor.asked(1);
    timers.advance(11_999);
    await nextTurns();
    expect(openai.seen).toHaveLength(0);
    timers.advance(1);
    expect(await answer).toMatchObject({ transport: 'openai-compatible', degraded: { reason: 'deadline' } });
  });

  test('a stream that drips too slowly ends at the deadline, with what had come', async () => {
    const { client, openai, timers } = await onlyOpenAi();
    openai.script({ is: 'drip', text: '{"a":1}\n{"a":2}\n{"a":3}', every: 5 });
    const values: unknown[] = [];
    const read = async (): Promise<void> => {
      for await (const line of client.lines(words)) {
        if (line.is === 'value') values.push(line.value);
        if (values.length === 2) timers.advance(20_000);
      }
    };
    expect(await codeOf(read())).toBe('llm_timeout');
    expect(values).toEqual([{ a: 1 }, { a: 2 }]);
  });

  test('a Rhetor that hangs at the look costs two seconds once, not once for each dialect', async () => {
    const openai = await startDouble({ speaks: ['openai'] });
    const timers = new VirtualTimers();
    const hung = await startDouble({ speaks: [], isDeaf: true });
    const { client } = makeClient({ rhetorUrl: hung.url, openai: { baseUrl: openai.openaiUrl } }, { timers });
    const answer = client.ask(words);
    await hung.called(2);
    timers.advance(2000);
    expect(await answer).toMatchObject({ transport: 'openai-compatible' });
  });
});

describe('retries', () => {
  const cases: readonly (readonly [string, Behaviour, number])[] = [
    ['502', { is: 'status', status: 502 }, 2],
    ['503', { is: 'status', status: 503 }, 2],
    ['504', { is: 'status', status: 504 }, 2],
    ['503 with a short Retry-After', { is: 'status', status: 503, retryAfter: 1 }, 2],
    ['503 with a long Retry-After', { is: 'status', status: 503, retryAfter: 60 }, 1],
    ['429 with a short Retry-After', { is: 'status', status: 429, retryAfter: 1 }, 2],
    ['429 with a long Retry-After', { is: 'status', status: 429, retryAfter: 60 }, 1],
    ['429 without', { is: 'status', status: 429 }, 1],
    ['500', { is: 'status', status: 500 }, 1],
    ['400', { is: 'status', status: 400 }, 1],
    ['401', { is: 'status', status: 401 }, 1],
    ['a reset, for the request may have arrived', { is: 'reset' }, 1],
    ['garbage', { is: 'garbage' }, 1],
  ];

  test.each(cases)('%s', async (_name, behaviour, times) => {
    const { client, openai, timers } = await onlyOpenAi();
    openai.model = () => behaviour;
    const answer = codeOf(client.ask(words));
    await openai.asked(1);
    for (let turn = 0; turn < 10; turn++) {
      await nextTurns(5);
      timers.advance(300);
    }
    expect(await answer).not.toBe('answered');
    expect(openai.seen).toHaveLength(times);
  });
});

describe('breakers', () => {
  let world: Omit<Both, 'rhetor'>;
  beforeEach(async () => {
    world = await onlyOpenAi({ maxRetries: 0 });
  });

  const state = async (): Promise<string | undefined> => (await world.client.status()).transports[0]?.state.is;

  test('three failures in a row open it for half a minute; then one request decides', async () => {
    const { client, openai, timers } = world;
    openai.script(...Array<Behaviour>(3).fill({ is: 'status', status: 500 }));
    for (let count = 0; count < 3; count++) await codeOf(client.ask(words));
    expect(await state()).toBe('resting');
    expect(await codeOf(client.ask(words))).toBe('llm_unavailable');
    expect(openai.seen).toHaveLength(3);
    timers.advance(30_000);
    openai.script({ is: 'status', status: 500 });
    expect(await codeOf(client.ask(words))).toBe('llm_failed');
    expect(await state()).toBe('resting');
    timers.advance(30_000);
    expect(await codeOf(client.ask(words))).toBe('answered');
    expect(await state()).toBe('ready');
  });

  test('while one request decides, the others are refused', async () => {
    const { client, openai, timers } = world;
    openai.script(...Array<Behaviour>(3).fill({ is: 'html' }), { is: 'hang' });
    for (let count = 0; count < 3; count++) await codeOf(client.ask(words));
    timers.advance(30_000);
    const first = codeOf(client.ask(words));
    await openai.asked(4);
    expect(await state()).toBe('trying');
    expect(await codeOf(client.ask(words))).toBe('llm_unavailable');
    timers.advance(20_000);
    expect(await first).toBe('llm_timeout');
  });

  test('an answer between failures closes it', async () => {
    const { client, openai } = world;
    const failure: Behaviour = { is: 'status', status: 500 };
    openai.script(failure, failure, 'well', failure, failure);
    for (let count = 0; count < 5; count++) await codeOf(client.ask(words));
    expect(await codeOf(client.ask(words))).toBe('answered');
  });

  test('401 bars it for good', async () => {
    const { client, openai, timers } = world;
    openai.script({ is: 'status', status: 401 });
    expect(await codeOf(client.ask(words))).toBe('llm_unauthorized');
    timers.advance(86_400_000);
    expect(await codeOf(client.ask(words))).toBe('llm_unavailable');
    expect(await state()).toBe('barred');
    expect(openai.seen).toHaveLength(1);
  });

  test('429 leaves it alone for as long as it asks', async () => {
    const { client, openai, timers } = world;
    openai.script({ is: 'status', status: 429, retryAfter: 90 });
    expect(await codeOf(client.ask(words))).toBe('llm_rate_limited');
    timers.advance(89_999);
    expect(await codeOf(client.ask(words))).toBe('llm_unavailable');
    timers.advance(1);
    expect(await codeOf(client.ask(words))).toBe('answered');
  });

  test('requests that are wrong, and callers in a hurry, say nothing of it', async () => {
    const { client, openai, timers } = world;
    openai.script(...Array<Behaviour>(4).fill({ is: 'status', status: 400 }));
    for (let count = 0; count < 4; count++) await codeOf(client.ask(words));
    openai.script(...Array<Behaviour>(4).fill({ is: 'hang' }));
    for (let count = 0; count < 4; count++) {
      const answer = codeOf(client.ask({ ...words, deadline: 50 }));
      await openai.asked(5 + count);
      timers.advance(50);
      expect(await answer).toBe('llm_timeout');
    }
    expect(await codeOf(client.ask(words))).toBe('answered');
  });

  test('five unusable answers put their purpose to rest for ten minutes, and no other', async () => {
    const { client, openai, timers } = world;
    const ask = (purpose: string) => codeOf(client.structured('x', { schema: { type: 'object' }, purpose }));
    openai.model = () => 'I would rather talk.';
    for (let count = 0; count < QUALITY.unusable; count++) expect(await ask('optimize')).toBe('llm_unusable_answer');
    const asked = openai.seen.length;
    // A request and its repair each.
    expect(asked).toBe(2 * QUALITY.unusable);
    expect(await ask('optimize')).toBe('llm_unavailable');
    expect((await client.status()).resting).toMatchObject([{ purpose: 'optimize/answer' }]);
    expect(openai.seen).toHaveLength(asked);
    openai.model = () => '{}';
    expect(await ask('explain')).toBe('answered');
    timers.advance(QUALITY.rest);
    expect(await ask('optimize')).toBe('answered');
  });
});
