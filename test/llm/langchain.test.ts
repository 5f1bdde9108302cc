import { afterAll, describe, expect, test } from '@jest/globals';
import { LLMock } from '@copilotkit/aimock';
import { CallbackManager } from '@langchain/core/callbacks/manager';
import { AIMessage, fakeModel, HumanMessage, SystemMessage, ToolMessage } from 'langchain';
import { z } from 'zod';
import { closeWorlds, makeClient, startDouble, type ClientWorld } from './client-world.js';
import type { LlmDouble } from './double/llm-double.mjs';

afterAll(closeWorlds);

const TRACING = [
  'LANGSMITH_TRACING',
  'LANGSMITH_TRACING_V2',
  'LANGCHAIN_TRACING_V2',
  'LANGCHAIN_TRACING',
  'LANGCHAIN_VERBOSE',
];

const world = async (): Promise<ClientWorld & { double: LlmDouble }> => {
  const double = await startDouble({ speaks: ['openai'] });
  return { double, ...makeClient({ openai: { baseUrl: double.openaiUrl }, maxRetries: 0 }) };
};

describe('as a chat model of LangChain', () => {
  test('invoke: turns go in, text, tokens and origin come out', async () => {
    const { double, client } = await world();
    const usage = { prompt_tokens: 5, completion_tokens: 2, total_tokens: 7 };
    double.script({ is: 'text', text: 'Hello.', usage });
    const model = await client.chatModel();
    const answer = await model.invoke([
      new SystemMessage('S'),
      new HumanMessage('Hi'),
      new AIMessage('Yes?'),
      new HumanMessage('Well'),
    ]);
    expect(answer.content).toBe('Hello.');
    expect(answer.usage_metadata).toEqual({ input_tokens: 5, output_tokens: 2, total_tokens: 7 });
    expect(answer.response_metadata).toMatchObject({
      model_name: 'test-model',
      transport: 'openai-compatible',
      finish_reason: 'stop',
    });
    expect(double.seen[0]?.messages?.map(({ role }) => role)).toEqual(['system', 'user', 'assistant', 'user']);
  });

  test('stream gives the pieces, and the tokens with the last', async () => {
    const { double, client } = await world();
    double.script('one two three four');
    const chunks = [];
    for await (const chunk of await (await client.chatModel()).stream('x')) chunks.push(chunk);
    expect(chunks.length).toBeGreaterThan(2);
    const whole = chunks.reduce((one, other) => one.concat(other));
    expect(whole.content).toBe('one two three four');
    expect(whole.usage_metadata?.output_tokens).toBeGreaterThan(0);
  });

  test('withStructuredOutput answers a checked value, of JSON Schema and of zod', async () => {
    const { double, client, ledger } = await world();
    double.model = () => 'So: {"n": 3}';
    const model = await client.chatModel();
    const json = { type: 'object', required: ['n'], properties: { n: { type: 'number' } } };
    expect(await model.withStructuredOutput(json).invoke('x')).toEqual({ n: 3 });
    const raw = await model.withStructuredOutput(z.object({ n: z.number() }), { includeRaw: true }).invoke('x');
    expect(raw).toMatchObject({ parsed: { n: 3 }, raw: { content: 'So: {"n": 3}' } });
    double.model = () => 'No.';
    await expect(model.withStructuredOutput(json).invoke('x')).rejects.toMatchObject({ code: 'llm_unusable_answer' });
    // The answers that were of no use are booked too.
    expect(ledger.outcomes).toEqual(['answered', 'answered', 'unusable', 'unusable']);
  });

  test('one failure is one request: LangChain does not try again by itself; a fallback takes over', async () => {
    const { double, client } = await world();
    double.model = () => ({ is: 'status', status: 500 });
    const model = await client.chatModel();
    await expect(model.invoke('x')).rejects.toMatchObject({ code: 'llm_failed' });
    expect(double.seen).toHaveLength(1);
    const other = fakeModel().respond(new AIMessage('from the other'));
    expect((await model.withFallbacks([other]).invoke('x')).content).toBe('from the other');
  });

  test('a signal ends it', async () => {
    const { double, client } = await world();
    double.model = () => ({ is: 'hang' });
    const abort = new AbortController();
    const answer = (await client.chatModel()).invoke('x', { signal: abort.signal });
    const settled = answer.catch((error: unknown) => error);
    await double.asked(1);
    abort.abort(new Error('enough'));
    expect(await settled).toBeInstanceOf(Error);
  });

  test('messages of tools are refused: it binds none', async () => {
    const { client } = await world();
    const tool = new ToolMessage({ content: 'x', tool_call_id: '1' });
    await expect((await client.chatModel()).invoke([tool])).rejects.toMatchObject({ code: 'llm_invalid_request' });
  });

  test('nothing goes to LangSmith, whatever the environment says', async () => {
    const tracers = async (): Promise<string[]> => {
      const manager = CallbackManager.configure();
      return Promise.resolve((manager?.handlers ?? []).map(({ name }) => name));
    };
    const before = { ...process.env };
    for (const name of TRACING) process.env[name] = 'true';
    try {
      expect(await tracers()).toContain('langchain_tracer');
      const { client } = await world();
      await (await client.chatModel()).invoke('x');
      expect(await tracers()).toEqual([]);
    } finally {
      for (const name of TRACING) delete process.env[name];
      Object.assign(process.env, before);
    }
  });
});

describe('against a mock of OpenAI that is not ours', () => {
  test('answers, values of a schema and streams', async () => {
    const mock = new LLMock({ port: 0 });
    mock.onMessage('Say hello', { content: 'Hello from aimock.' });
    mock.onMessage('Plan', { content: '{"steps":["a","b"]}' });
    const url = await mock.start();
    try {
      const { client, ledger } = makeClient({ openai: { baseUrl: `${url}/v1`, apiKey: 'k' }, modelId: 'gpt-4o' });
      expect(await client.generateText('Say hello')).toMatchObject({ content: 'Hello from aimock.', model: 'gpt-4o' });
      const schema = { type: 'object', required: ['steps'], properties: { steps: { type: 'array' } } };
      expect((await client.structured('Plan', { schema })).value).toEqual({ steps: ['a', 'b'] });
      let text = '';
      for await (const piece of client.stream({ messages: [{ role: 'user', content: 'Say hello' }] }))
        if (piece.is === 'text') text += piece.text;
      expect(text).toBe('Hello from aimock.');
      expect(ledger.outcomes).toEqual(['answered', 'answered', 'answered']);
    } finally {
      await mock.stop();
    }
  });
});
