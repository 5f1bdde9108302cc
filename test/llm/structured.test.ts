import { afterAll, describe, expect, test } from '@jest/globals';
import type { TektonLLMClientOptions, UnusableAnswerError } from '../../src/llm/tekton-llm-client/index.js';
import { closeWorlds, makeClient, startDouble, type ClientWorld } from './client-world.js';
import type { DoubleOptions, LlmDouble } from './double/llm-double.mjs';

afterAll(closeWorlds);

const SCHEMA = {
  type: 'object',
  additionalProperties: false,
  required: ['name', 'steps'],
  properties: { name: { type: 'string' }, steps: { type: 'array', items: { type: 'string' }, minItems: 1 } },
} as const;
const GOOD = { name: 'x', steps: ['a'] };

const world = async (
  openai: DoubleOptions['openai'] = {},
  options: TektonLLMClientOptions = {},
): Promise<ClientWorld & { double: LlmDouble }> => {
  const double = await startDouble({ speaks: ['openai'], openai });
  return { double, ...makeClient({ openai: { baseUrl: double.openaiUrl }, ...options }) };
};

const errorOf = async (promise: Promise<unknown>): Promise<UnusableAnswerError> =>
  promise.then(
    () => {
      throw new Error('answered');
    },
    (error: unknown) => error as UnusableAnswerError,
  );

describe('a value of a schema', () => {
  test('is asked for by the schema, checked, and given with what it took', async () => {
    const { double, client, ledger } = await world();
    double.script({
      is: 'text',
      text: JSON.stringify(GOOD),
      usage: { prompt_tokens: 11, completion_tokens: 7, total_tokens: 18, prompt_tokens_details: { cached_tokens: 5 } },
    });
    const answer = await client.structured<typeof GOOD>('Go.', { schema: SCHEMA, schemaName: 'plan' });
    expect(answer.value).toEqual(GOOD);
    expect(answer).toMatchObject({
      usage: { prompt_tokens: 11, completion_tokens: 7, total_tokens: 18, cached_tokens: 5, estimated: false },
      finishReason: 'stop',
      attempts: 1,
    });
    expect(double.seen[0]?.format).toEqual({
      type: 'json_schema',
      json_schema: { name: 'plan', schema: SCHEMA, strict: true },
    });
    expect(ledger.calls).toMatchObject([
      {
        usage: { prompt: 11, completion: 7, total: 18, cached: 5, estimated: false },
        outcome: { is: 'answered' },
        model: 'test-model',
      },
    ]);
  });

  test('an open schema is not called strict, and oneOf is sent as anyOf', async () => {
    const { double, client } = await world();
    double.model = () => '{"kind":"a"}';
    const schema = { type: 'object', properties: { kind: { oneOf: [{ const: 'a' }, { const: 'b' }] } } };
    await client.structured('Go.', { schema });
    expect(double.seen[0]?.format?.json_schema).toEqual({
      name: 'answer',
      strict: false,
      schema: { type: 'object', properties: { kind: { anyOf: [{ const: 'a' }, { const: 'b' }] } } },
    });
  });

  test('that does not fit is asked for once more, with what is wrong with it; both calls are booked', async () => {
    const { double, client, ledger } = await world();
    double.script('{"name":"x","steps":[]}', JSON.stringify(GOOD));
    const answer = await client.structured('Go.', { schema: SCHEMA });
    expect(answer.value).toEqual(GOOD);
    expect(answer.calls).toEqual(ledger.calls.map(({ id }) => id));
    expect(answer.usage.total_tokens).toBe(ledger.calls.reduce((sum, { usage }) => sum + usage.total, 0));
    expect(ledger.outcomes).toEqual(['unusable', 'answered']);
    const turns = double.seen[1]?.messages ?? [];
    expect(turns.map(({ role }) => role)).toEqual(['user', 'assistant', 'user']);
    expect(turns[2]?.content).toContain('/steps');
  });

  test.each([
    ['prose', 'I would rather talk.', /no JSON/],
    ['another schema', '{"title":"x"}', /does not fit/],
    ['two that fit and differ', '{"name":"x","steps":["a"]} or {"name":"y","steps":["b"]}', /2 values/],
  ])('%s twice is an error that says why', async (_name, text, reason) => {
    const { double, client, ledger } = await world();
    double.model = () => text;
    const error = await errorOf(client.structured('Go.', { schema: SCHEMA }));
    expect(error).toMatchObject({ name: 'UnusableAnswerError', code: 'llm_unusable_answer', text });
    expect(error.message).toMatch(reason);
    expect(error.usage?.total).toBe(ledger.calls.reduce((sum, { usage }) => sum + usage.total, 0));
  });

  test('of several values the one that fits is taken', async () => {
    const { double, client } = await world();
    double.script(`For example {"name": 1}. So: ${JSON.stringify(GOOD)}`);
    expect((await client.structured('Go.', { schema: SCHEMA })).value).toEqual(GOOD);
  });

  test('an answer at its limit is not asked for again; what could be read of it is told', async () => {
    const { double, client, ledger } = await world();
    double.script({ is: 'truncated', text: '{"name":"x","steps":["a","b' });
    const error = await errorOf(client.structured('Go.', { schema: SCHEMA }));
    expect(error.partial).toEqual({ name: 'x', steps: ['a', 'b'] });
    expect(ledger.outcomes).toEqual(['cut']);
  });

  test('that no model gave is asked of the next transport', async () => {
    const rhetor = await startDouble({ speaks: ['rhetor'] });
    const openai = await startDouble({ speaks: ['openai'] });
    const { client } = makeClient({ rhetorUrl: rhetor.url, openai: { baseUrl: openai.openaiUrl } });
    rhetor.model = () => 'Numa thinks that this is a lovely idea.';
    openai.model = () => JSON.stringify(GOOD);
    expect(await client.structured('Go.', { schema: SCHEMA })).toMatchObject({
      value: GOOD,
      transport: 'openai-compatible',
      degraded: { from: 'rhetor/generate-v1', reason: 'unusable' },
    });
    // A request and its repair.
    expect(rhetor.seen).toHaveLength(2);
  });

  test('of a schema that is none is refused before anything is sent', async () => {
    const { double, client } = await world();
    const error = await errorOf(client.structured('Go.', { schema: { type: 'nonsense' } }));
    expect(error).toMatchObject({ name: 'InvalidRequestError', retryable: false });
    expect(double.seen).toEqual([]);
  });
});

describe('manners of an endpoint', () => {
  test('formats are tried from the strictest, and what was refused is not tried again', async () => {
    const { double, client } = await world({ formats: ['json_object'] });
    double.model = () => JSON.stringify(GOOD);
    await client.structured('Go.', { schema: SCHEMA });
    await client.structured('Go on.', { schema: SCHEMA });
    const formats = double.requests.flatMap(({ path, body }) =>
      path.endsWith('completions') ? [(body.response_format as { type?: string } | undefined)?.type] : [],
    );
    expect(formats).toEqual(['json_schema', 'json_object', 'json_object']);
    expect(double.seen[0]?.system).toContain('JSON Schema');
    expect((await client.status()).transports[0]?.structured).toBe('json_object');
  });

  test('without any format the schema is told in words', async () => {
    const { double, client } = await world({ formats: [] });
    double.model = () => JSON.stringify(GOOD);
    expect((await client.structured('Go.', { schema: SCHEMA })).value).toEqual(GOOD);
    expect(double.seen[0]?.format).toBeUndefined();
    expect(double.seen[0]?.system).toContain('"minItems":1');
  });

  test('an endpoint that takes the format and answers prose gets the schema in words next time', async () => {
    const { double, client } = await world();
    double.script('Let me think.', JSON.stringify(GOOD));
    await client.structured('Go.', { schema: SCHEMA });
    expect(double.seen.map(({ format }) => format?.type)).toEqual(['json_schema', 'json_object']);
  });

  test.each<[string, DoubleOptions['openai']]>([
    ['max_completion_tokens', { limit: 'max_completion_tokens' }],
    ['no temperature', { temperature: false }],
    ['both', { limit: 'max_completion_tokens', temperature: false, formats: [] }],
  ])('%s', async (_name, habits) => {
    const { double, client } = await world(habits);
    double.model = () => JSON.stringify(GOOD);
    const answer = await client.structured('Go.', { schema: SCHEMA, temperature: 0.3, maxTokens: 50 });
    expect(answer.value).toEqual(GOOD);
  });

  test('a stream without role, usage or its options is read all the same', async () => {
    const { double, client, ledger } = await world({ roleless: true, streamUsage: false });
    double.script('one two three');
    const pieces = [];
    for await (const piece of client.stream({ messages: [{ role: 'user', content: 'x' }] })) pieces.push(piece);
    expect(pieces.at(-1)).toMatchObject({ result: { text: 'one two three', usage: { estimated: true } } });
    expect(ledger.outcomes).toEqual(['answered']);
  });

  test('the model is the one named; else the configured; else the only one; else the one that Rhetor assigns', async () => {
    const several = { models: ['one', 'two'] };
    const named = await world(several, { modelId: 'two' });
    await named.client.generateText('x', { modelId: 'one' });
    await named.client.generateText('x');
    expect(named.double.seen.map(({ model }) => model)).toEqual(['one', 'two']);

    const lone = await world({ models: ['only'] });
    await lone.client.generateText('x');
    expect(lone.double.seen.map(({ model }) => model)).toEqual(['only']);

    const undecided = await world(several);
    const error = await errorOf(undecided.client.generateText('x'));
    expect(error.message).toContain('TEKTON_LLM_MODEL');

    const rhetor = await startDouble({ speaks: ['rhetor'] });
    rhetor.assigned = 'two';
    rhetor.model = () => ({ is: 'status', status: 500 });
    const assigned = await startDouble({ speaks: ['openai'], openai: several });
    const { client } = makeClient({ rhetorUrl: rhetor.url, openai: { baseUrl: assigned.openaiUrl } });
    await client.generateText('x');
    expect(assigned.seen.map(({ model }) => model)).toEqual(['two']);
  });
});

describe('equal requests', () => {
  const ask = { messages: [{ role: 'user', content: 'x' }], temperature: 0 } as const;

  test('at the same time are one; later ones come from the cache; nothing is booked for them', async () => {
    const { double, client, ledger } = await world();
    const results = await Promise.all([client.ask(ask), client.ask(ask), client.ask(ask)]);
    const later = await client.ask(ask);
    expect(double.seen).toHaveLength(1);
    expect(ledger.calls).toHaveLength(1);
    expect(results.map(({ source }) => source).sort()).toEqual(['cache', 'cache', 'model']);
    expect(later).toMatchObject({ source: 'cache', attempts: 0, calls: [], usage: { total: 0 } });
  });

  test.each([
    ['another tenant', { tenant: 'other' }],
    ['another model', { model: 'other' }],
    ['another version of the prompt', { promptVersion: '2' }],
    ['another limit', { maxOutputTokens: 7 }],
    ['another temperature', { temperature: 0.1, reuse: true }],
  ])('%s is another request', async (_name, difference) => {
    const { double, client } = await world();
    await client.ask(ask);
    await client.ask({ ...ask, ...difference });
    expect(double.seen).toHaveLength(2);
  });

  test('are sent again when the answer was of no use, or chance was asked for', async () => {
    const { double, client } = await world();
    double.script({ is: 'truncated', text: 'x' });
    await client.ask(ask);
    await client.ask(ask);
    expect(double.seen).toHaveLength(2);
    await client.ask({ ...ask, temperature: 1 });
    await client.ask({ ...ask, temperature: 1 });
    await client.ask({ ...ask, reuse: false });
    expect(double.seen).toHaveLength(5);
  });

  test('one who waits no longer does not take the answer from the others', async () => {
    const { double, client } = await world();
    const abort = new AbortController();
    const first = client.ask({ ...ask, signal: abort.signal }).catch((error: unknown) => error);
    const second = client.ask(ask);
    await double.asked(1);
    abort.abort(new Error('enough'));
    expect(await first).toMatchObject({ message: 'enough' });
    expect(await second).toMatchObject({ source: 'cache' });
  });

  test('a cache or ledger that fails is reported, and the answer is given', async () => {
    const double = await startDouble({ speaks: ['openai'] });
    const troubles: string[] = [];
    const broken = () => Promise.reject(new Error('disk full'));
    const { client } = makeClient(
      { openai: { baseUrl: double.openaiUrl } },
      {
        cache: { get: broken, put: broken, forget: broken },
        ledger: { record: broken },
        onTrouble: (what) => void troubles.push(what),
      },
    );
    expect(await client.ask(ask)).toMatchObject({ source: 'model' });
    expect(new Set(troubles)).toEqual(
      new Set(['read the cache of answers', 'keep an answer', 'record a call of a language model']),
    );
  });
});
