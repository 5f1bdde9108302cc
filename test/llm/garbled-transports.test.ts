import { afterAll, expect, test } from '@jest/globals';
import { TektonLLMError } from '../../src/llm/tekton-llm-client/index.js';
import { Chance } from '../../src/simulation/index.js';
import { seedOf } from '../world/random.js';
import { closeWorlds, makeClient, startDouble } from './client-world.js';

afterAll(closeWorlds);

const ROUNDS = process.env.HARMONIA_TEST_LONG === '1' ? 2000 : 120;

/** Answers of each dialect, to be garbled. */
const WHOLE = {
  rhetor: [{ response: 'Hi', model: 'llama3.3:70b', usage: { prompt_tokens: 1, completion_tokens: 1 } }],
  v0: [
    { content: 'Hi', model: 'm', provider: 'p', finish_reason: 'stop', usage: { prompt_tokens: 1 }, fallback: false },
  ],
  openai: [
    {
      ...{ id: '1', object: 'chat.completion', created: 1, model: 'm' },
      choices: [{ index: 0, message: { role: 'assistant', content: 'Hi', refusal: null }, finish_reason: 'stop' }],
      usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
    },
  ],
} as const;

const STREAMED = {
  v0: ['{"chunk":"Hi","done":false}', '{"chunk":"","done":true,"model":"m"}', '[DONE]'],
  openai: [
    '{"choices":[{"index":0,"delta":{"role":"assistant","content":"Hi"},"finish_reason":null}]}',
    '{"choices":[{"index":0,"delta":{},"finish_reason":"stop"}],"usage":null}',
    '[DONE]',
  ],
} as const;

const ODD = [null, 0, -1, 1e300, '', 'x', [], [null], {}, { error: 'x' }, true, '\u0000', '{"a":1}'] as const;

/** Puts something else in the place of some part, or breaks the text. */
const garbled = (value: unknown, chance: Chance): string => {
  const swap = (inner: unknown): unknown => {
    if (chance.happens(0.15)) return ODD[chance.below(ODD.length)];
    if (Array.isArray(inner)) return inner.map(swap);
    if (typeof inner !== 'object' || inner === null) return inner;
    const kept = Object.entries(inner).filter(() => chance.happens(0.9));
    return Object.fromEntries(kept.map(([key, entry]) => [key, swap(entry)]));
  };
  const text = JSON.stringify(swap(value)) ?? '';
  if (chance.happens(0.7)) return text;
  const at = chance.below(text.length + 1);
  return chance.happens(0.5)
    ? text.slice(0, at)
    : `${text.slice(0, at)}${'{}[]",:\\\n'.charAt(chance.below(9))}${text.slice(at)}`;
};

test.each(['rhetor', 'v0', 'openai'] as const)(
  'whatever %s answers, there is an answer or a typed error, and every call is booked once',
  async (dialect) => {
    const chance = new Chance(seedOf(`garbled answers of ${dialect}`));
    const double = await startDouble({ speaks: [dialect] });
    for (let round = 0; round < ROUNDS; round++) {
      const address = dialect === 'openai' ? { openai: { baseUrl: double.openaiUrl } } : { rhetorUrl: double.url };
      const { client, ledger } = makeClient({ ...address, modelId: 'm', maxRetries: 0 });
      const streams = dialect !== 'rhetor' && chance.happens(0.5);
      const text = streams
        ? STREAMED[dialect]
            .map((data) => `data: ${data.startsWith('{') ? garbled(JSON.parse(data), chance) : data}\n\n`)
            .join('')
        : garbled(WHOLE[dialect][0], chance);
      double.model = () => ({ is: 'garbage', text, ...(streams && { type: 'text/event-stream' }) });
      const ask = { messages: [{ role: 'user', content: 'x' }] } as const;
      const run = async (): Promise<unknown> => {
        if (!streams) return client.ask(ask);
        for await (const piece of client.stream(ask)) if (piece.is === 'end') return piece.result;
        throw new Error('a stream ended without its end');
      };
      const outcome = await run().catch((error: unknown) => error);
      if (!(outcome instanceof TektonLLMError))
        expect({ text, outcome }).toMatchObject({ outcome: { text: expect.any(String) as unknown, source: 'model' } });
      expect(new Set(ledger.calls.map(({ id }) => id)).size).toBe(ledger.calls.length);
      expect(ledger.calls.length).toBeGreaterThan(0);
      for (const { usage } of ledger.calls) for (const count of Object.values(usage)) expect(count).not.toBeNaN();
      await client.shutdown();
    }
  },
);
