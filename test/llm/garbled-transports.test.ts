import { afterAll, expect, test } from '@jest/globals';
import { TektonLLMError } from '../../src/llm/tekton-llm-client/index.js';
import { Chance } from '../../src/simulation/index.js';
import { seedOf } from '../world/random.js';
import { closeWorlds, makeClient, startDouble } from './client-world.js';
import { garbledBody } from './corpus/garbled-body.js';

afterAll(closeWorlds);

const ROUNDS = process.env.HARMONIA_TEST_LONG === '1' ? 2000 : 120;

test.each(['rhetor', 'v0', 'openai'] as const)(
  'whatever %s answers, there is an answer or a typed error, and every call is booked once',
  async (dialect) => {
    const chance = new Chance(seedOf(`garbled answers of ${dialect}`));
    const double = await startDouble({ speaks: [dialect] });
    for (let round = 0; round < ROUNDS; round++) {
      const address = dialect === 'openai' ? { openai: { baseUrl: double.openaiUrl } } : { rhetorUrl: double.url };
      const { client, ledger } = makeClient({ ...address, modelId: 'm', maxRetries: 0 });
      const { text, streams } = garbledBody(dialect, chance);
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
