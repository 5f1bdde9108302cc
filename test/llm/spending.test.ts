import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Ledger, Prices } from '../../src/llm/ledger/index.js';
import { createLlmService } from '../../src/llm/index.js';
import type { LlmAnswer, UsageReport } from '../../src/plugin/contract/index.js';
import type { Storage } from '../../src/persistence/index.js';
import { Chance } from '../../src/simulation/index.js';
import { seedOf } from '../world/random.js';
import { temporaryStorage } from '../world/stores.js';
import { closeWorlds, makeClient, startDouble } from './client-world.js';
import type { Behaviour } from './double/llm-double.mjs';

/* What a task is told that its requests took, held against the ledger and against what the provider reported. */

const CASES = process.env.HARMONIA_TEST_LONG === '1' ? 400 : 30;
const PRICES = new Prices({ currency: 'EUR', models: { 'test-model': { prompt: 2, completion: 8, cached: 0.5 } } });
const NANO = 1e9;

let storage: Storage;
beforeAll(async () => {
  storage = await temporaryStorage();
});
afterAll(async () => {
  await closeWorlds();
  await storage.close();
});

interface Sum {
  calls: number;
  input: number;
  output: number;
  nano: number;
  unpriced: number;
}

const nothing = (): Sum => ({ calls: 0, input: 0, output: 0, nano: 0, unpriced: 0 });

const sumOf = (reports: readonly UsageReport[]): Sum => {
  const sum = nothing();
  for (const { calls = 0, tokens, cost } of reports) {
    sum.calls += calls;
    sum.input += tokens?.input ?? 0;
    sum.output += tokens?.output ?? 0;
    if (cost) sum.nano += Math.round(cost.amount * NANO);
    else sum.unpriced += calls;
  }
  return sum;
};

const ledgerSum = (trace: string): Sum => {
  const rows = storage.database.prepare(
    `SELECT count(*) AS calls, coalesce(sum(prompt_tokens), 0) AS input, coalesce(sum(completion_tokens), 0) AS output,
       coalesce(sum(cost_nano), 0) AS nano, coalesce(sum(cost_nano IS NULL), 0) AS unpriced FROM llm_call WHERE trace_id = ?`,
  );
  return rows.get(trace) as Sum;
};

const reportedTo = (trace: string): { input: number; output: number } => {
  const rows = storage.database.prepare(
    `SELECT coalesce(sum(prompt_tokens), 0) AS input, coalesce(sum(completion_tokens), 0) AS output FROM llm_call
     WHERE trace_id = ? AND is_estimated = 0`,
  );
  return rows.get(trace) as { input: number; output: number };
};

/** Two transports, of which the first says no tokens, and a model that does anything. */
const world = async () => {
  const double = await startDouble({ speaks: ['rhetor', 'openai'] });
  const ledger = new Ledger({ store: storage.llmCalls, prices: PRICES, budgets: NO_BUDGETS });
  const { client } = makeClient(
    { rhetorUrl: double.url, rhetorPayloads: true, openai: { baseUrl: double.openaiUrl } },
    { ledger, budgets: ledger, random: () => 0 },
  );
  return { double, service: createLlmService(client, ledger) };
};
const NO_BUDGETS = { request: {}, workflowDay: {}, tenantDay: {} };

const behaviour = (chance: Chance): Behaviour => {
  const prompt_tokens = chance.below(1000);
  const completion_tokens = chance.below(200);
  const cached_tokens = chance.below(prompt_tokens + 1);
  const usage = {
    ...{ prompt_tokens, completion_tokens, total_tokens: prompt_tokens + completion_tokens },
    prompt_tokens_details: { cached_tokens },
  };
  return chance.pick<Behaviour>([
    { is: 'text', text: '{"n": 1}', usage },
    { is: 'text', text: '{"n": 1}', usage: null },
    { is: 'text', text: 'no value', usage },
    { is: 'truncated', text: '{"n"', usage },
    { is: 'status', status: 503 },
    { is: 'status', status: 500 },
    { is: 'status', status: 429, retryAfter: 0.01 },
    { is: 'reset' },
    { is: 'garbage' },
    { is: 'hang' },
  ]);
};

describe('what requests of tasks take', () => {
  test(`is told as the ledger records it, and the provider reports it: ${CASES} requests`, async () => {
    const seed = seedOf('spending');
    const seen = { calls: 0, failed: 0, several: 0, canceled: 0 };
    for (let index = 0; index < CASES; index++) {
      const chance = new Chance(seed, index);
      const { double, service } = await world();
      const abort = new AbortController();
      const reported = { input: 0, output: 0 };
      double.model = ({ dialect }) => {
        const next = behaviour(chance);
        if (next.is === 'hang') abort.abort(new Error('called off'));
        if (dialect === 'openai' && 'usage' in next && next.usage) {
          const { prompt_tokens: input, completion_tokens: output } = next.usage as Record<string, number>;
          reported.input += input as number;
          reported.output += output as number;
        }
        return next;
      };
      const told: UsageReport[] = [];
      const trace = `e${index}:/ask:1#1/1`;
      const schema = chance.pick([undefined, { type: 'object', required: ['n'] }]);
      const request = { prompt: 'Count.', signal: abort.signal, ...(schema && { schema }) };
      const asking = { workflow: 'w', trace, spent: (report: UsageReport) => void told.push(report) };
      const answer = await (service as Required<typeof service>)
        .generateFor(asking, request)
        .catch((error: unknown) => error as Partial<LlmAnswer>);
      const sum = sumOf(told);
      expect({ index, ...sum }).toEqual({ index, ...ledgerSum(trace) });
      expect({ index, ...reportedTo(trace) }).toEqual({ index, ...reported });
      if (answer.text !== undefined) {
        expect(answer.usage).toEqual({ inputTokens: sum.input, outputTokens: sum.output });
        const whole = sum.unpriced > 0 ? null : { amount: sum.nano / NANO, currency: 'EUR' };
        expect(answer.cost).toEqual(whole);
      } else seen.failed += 1;
      seen.calls += sum.calls;
      if (sum.calls > 1) seen.several += 1;
      if (abort.signal.aborted) seen.canceled += 1;
    }
    // Otherwise it would be easy.
    expect(Math.min(seen.failed, seen.several, seen.canceled)).toBeGreaterThan(0);
    expect(seen.calls).toBeGreaterThan(CASES);
  }, 120_000);
});

test('nothing is told of what was not sent, and money is never 0 for want of a price', async () => {
  const { double, service } = await world();
  double.model = () => ({ is: 'status', status: 401 });
  const told: UsageReport[] = [];
  const asking = { workflow: undefined, trace: 't', spent: (report: UsageReport) => void told.push(report) };
  const { signal } = new AbortController();
  const ask = () => (service as Required<typeof service>).generateFor(asking, { prompt: 'x', signal });
  await expect(ask()).rejects.toMatchObject({ kind: 'fatal' });
  const before = told.length;
  expect(before).toBe(2);
  await expect(ask()).rejects.toMatchObject({ code: 'llm_unavailable' });
  expect(told).toHaveLength(before);
});
