import { afterAll, afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemTimers } from '../../src/engine/embedded/index.js';
import { Ledger, Prices, type LedgerParts } from '../../src/llm/ledger/index.js';
import type { LlmBudgetSettings, LlmCall, LlmIntent, LlmUsage } from '../../src/llm/ports/index.js';
import { Housekeeping, openStorage, type Storage } from '../../src/persistence/index.js';
import { closeWorlds, makeClient, startDouble } from './client-world.js';

const NOW = Date.UTC(2030, 0, 2, 12);
const DAY = 86_400_000;
const MODELS = { dear: { prompt: 2, completion: 8, cached: 0.5 }, free: { prompt: 0, completion: 0 } };

let directory: string;
let storage: Storage;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'harmonia-ledger-'));
  storage = await openStorage(directory);
});
afterEach(async () => {
  await closeWorlds();
  await storage.close();
  await rm(directory, { recursive: true, force: true });
});

const NO_LIMIT: LlmBudgetSettings = { request: {}, workflowDay: {}, tenantDay: {} };

const ledgerWith = (budgets: Partial<LlmBudgetSettings> = {}, more: Partial<LedgerParts> = {}): Ledger =>
  new Ledger({
    store: storage.llmCalls,
    prices: new Prices({ currency: 'EUR', models: MODELS }),
    budgets: { ...NO_LIMIT, ...budgets },
    ...more,
  });

const used = (prompt: number, completion: number, more: Partial<LlmUsage> = {}): LlmUsage => ({
  ...{ prompt, completion, cached: 0, total: prompt + completion, estimated: false },
  ...more,
});

let count = 0;
const call = (more: Partial<LlmCall> = {}): LlmCall => ({
  ...{ id: `call-${(count += 1)}`, at: NOW, tenant: 'acme', workflow: 'w1', purpose: 'optimize', traceId: 't1' },
  ...{ promptVersion: 'optimize.v1@00', transport: 'openai-compatible', provider: 'openai', model: 'dear' },
  ...{ usage: used(1000, 100), latency: 250, outcome: { is: 'answered' } },
  ...more,
});

const intent = (more: Partial<LlmIntent> = {}): LlmIntent => ({
  ...{ id: `intent-${(count += 1)}`, at: NOW, tenant: 'acme', workflow: 'w1', purpose: 'optimize', traceId: 't1' },
  ...{ promptVersion: undefined, model: 'dear', prompt: 400, completion: 100, budget: undefined, transport: 't' },
  ...more,
});

const range = { from: NOW - DAY, until: NOW + 1 };

describe('what calls took', () => {
  test('adds up exactly, and tells guesses and unknown prices apart', async () => {
    const ledger = ledgerWith();
    ledger.record(call({ usage: used(1000, 100, { cached: 400 }) }));
    ledger.record(call({ model: 'dear-2029-12-01', usage: used(7, 3) }));
    ledger.record(call({ model: 'unknown', usage: used(50, 5, { estimated: true }), outcome: { is: 'cut' } }));
    ledger.record(call({ model: 'free' }));
    expect(await ledger.usage({ ...range, groupBy: ['model'] })).toEqual({
      ...{ calls: 4, prompt: 2057, completion: 208, cached: 400, total: 2265, estimatedCalls: 1, unpricedCalls: 1 },
      // 600 × 2 + 400 × 0.5 + 100 × 8, and 7 × 2 + 3 × 8, of a million
      ...{ costs: { EUR: 0.002238 }, latency: 1000, accepted: 0, hasMore: false },
      groups: [
        expect.objectContaining({ key: { model: 'dear' }, total: 1100, costs: { EUR: 0.0022 } }),
        expect.objectContaining({ key: { model: 'free' }, total: 1100, costs: { EUR: 0 }, unpricedCalls: 0 }),
        expect.objectContaining({ key: { model: 'unknown' }, total: 55, costs: {}, unpricedCalls: 1 }),
        expect.objectContaining({ key: { model: 'dear-2029-12-01' }, total: 10, costs: { EUR: 0.000038 } }),
      ],
    });
  });

  test('by several things at once, within a time', async () => {
    const ledger = ledgerWith();
    ledger.record(call({ at: NOW - DAY, workflow: undefined, purpose: 'task' }));
    ledger.record(call({ outcome: { is: 'failed', code: 'llm_timeout' } }));
    ledger.record(call({ at: NOW - 2 * DAY }));
    const { groups, calls } = await ledger.usage({ ...range, groupBy: ['outcome', 'day', 'workflow', 'prompt'] });
    expect(calls).toBe(2);
    expect(groups.map(({ key }) => key)).toEqual([
      { day: '2030-01-01', workflow: null, prompt: 'optimize.v1@00', outcome: 'answered' },
      { day: '2030-01-02', workflow: 'w1', prompt: 'optimize.v1@00', outcome: 'failed' },
    ]);
    expect(await ledger.usage({ from: 0, until: 1, groupBy: [] })).toMatchObject({ calls: 0, total: 0, costs: {} });
  });

  test('a call is there before it is sent; one whose process died is lost, and counts with what was asked', async () => {
    const ledger = ledgerWith({ tenantDay: { tokens: 1000 } });
    const [ended, lost] = [intent(), intent({ purpose: 'task' })];
    expect([ledger.admit(ended), ledger.admit(lost)]).toEqual([undefined, undefined]);
    ledger.record(call({ ...ended, model: 'dear', usage: used(10, 2) }));
    expect(await ledger.usage({ ...range, groupBy: [] })).toMatchObject({ calls: 1, total: 12 });
    storage.llmCalls.loseOpen();
    const { groups } = await ledgerWith().usage({ ...range, groupBy: ['outcome'] });
    expect(groups).toMatchObject([
      { key: { outcome: 'lost' }, calls: 1, prompt: 400, completion: 0, estimatedCalls: 1, costs: { EUR: 0.0008 } },
      { key: { outcome: 'answered' }, calls: 1, total: 12 },
    ]);
    expect(ledgerWith({ tenantDay: { tokens: 900 } }).admit(intent())).toMatchObject({ spent: 412 });
  });

  test('what an answer was worth is added later; of a call that there is not, nothing is kept', async () => {
    const ledger = ledgerWith();
    const one = call();
    ledger.record(one);
    ledger.amend(one.id, { accepted: 2, rejected: { dependence: 1 }, unusable: 3 });
    ledger.amend('nobody', { accepted: 9, rejected: {}, unusable: 0 });
    expect(await ledger.usage({ ...range, groupBy: [] })).toMatchObject({ calls: 1, accepted: 2 });
    const [row] = storage.database.prepare('SELECT * FROM llm_call').all();
    expect(row).toMatchObject({
      ...{ accepted: 2, rejected: '{"dependence":1}', unusable: 3, outcome: 'answered', cost_nano: 2_800_000 },
      prices: expect.stringMatching(/^[0-9a-f]{16}$/) as unknown,
    });
  });

  test('is forgotten after 400 days', async () => {
    const ledger = ledgerWith();
    const now = systemTimers.now();
    for (const days of [1, 399, 401]) ledger.record(call({ at: now - days * DAY }));
    const retention = { keep: undefined, compactAfter: DAY };
    const onTrouble = (what: string): void => {
      throw new Error(what);
    };
    await new Housekeeping({ database: storage.database, retention, timers: systemTimers, onTrouble }).sweep();
    expect(await ledger.usage({ from: 0, until: now + 1, groupBy: [] })).toMatchObject({ calls: 2 });
  });

  test('without prices no cost is known', async () => {
    const ledger = ledgerWith({}, { prices: new Prices({ currency: 'USD', models: {} }) });
    ledger.record(call());
    expect(await ledger.usage({ ...range, groupBy: [] })).toMatchObject({ costs: {}, unpricedCalls: 1 });
    expect(storage.database.prepare('SELECT cost_nano, prices FROM llm_call').get()).toEqual({
      ...{ cost_nano: null, prices: null },
    });
  });
});

describe('budgets', () => {
  test.each([
    ['the tenant for today', { tenantDay: { tokens: 1500 } }, { workflow: 'w2', traceId: 't2' }],
    ['the workflow for today', { workflowDay: { tokens: 1500 } }, { tenant: 'other', traceId: 't2' }],
    ['the request', { request: { tokens: 1500 } }, { tenant: 'other', workflow: 'w2' }],
  ] as const)('%s: what is recorded counts, and nothing of others', (scope, budgets, other) => {
    const ledger = ledgerWith(budgets);
    ledger.record(call());
    const fits = intent({ ...other, prompt: 400, completion: 0 });
    expect(ledger.admit(fits)).toBeUndefined();
    ledger.record(call({ ...fits, usage: used(400, 0) }));
    const refused = { scope, unit: 'tokens', limit: 1500, spent: 1500, asked: 500 };
    expect(ledger.admit(intent(other))).toEqual(refused);
    const stranger = { tenant: 'x', workflow: 'x', traceId: 'x' };
    expect(ledger.admit(intent(stranger))).toBeUndefined();
  });

  test('yesterday does not count', () => {
    const ledger = ledgerWith({ tenantDay: { tokens: 1500 } });
    ledger.record(call({ at: NOW - DAY }));
    expect(ledger.admit(intent({ completion: 1100 }))).toBeUndefined();
    ledger.record(call({ at: NOW - (NOW % DAY) }));
    expect(ledger.admit(intent())).toMatchObject({ scope: 'the tenant for today' });
  });

  test('calls under way count with what they may take, until they took less', () => {
    const ledger = ledgerWith({ tenantDay: { tokens: 1000 } });
    const [first, second, third] = [intent(), intent(), intent()];
    expect([ledger.admit(first), ledger.admit(second)]).toEqual([undefined, undefined]);
    expect(ledger.admit(third)).toMatchObject({ spent: 1000, asked: 500 });
    ledger.record(call({ ...first, model: 'dear', usage: used(10, 0) }));
    expect(ledger.admit(third)).toMatchObject({ spent: 510 });
    ledger.record(call({ ...second, model: 'dear', usage: used(10, 0) }));
    expect(ledger.admit(third)).toBeUndefined();
  });

  test('money: known prices only', () => {
    const ledger = ledgerWith({ tenantDay: { cost: 0.003 } });
    ledger.record(call());
    expect(ledger.admit(intent())).toEqual({
      ...{ scope: 'the tenant for today', unit: 'EUR', limit: 0.003, spent: 0.0028, asked: 0.0016 },
    });
    expect(ledger.admit(intent({ model: 'free' }))).toBeUndefined();
    expect(ledger.admit(intent({ model: undefined }))).toBeUndefined();
  });

  test('the budget of a request can be smaller than the one that is configured, not larger', () => {
    const ledger = ledgerWith({ request: { tokens: 1000 } });
    expect(ledger.admit(intent({ budget: { tokens: 400 } }))).toMatchObject({ limit: 400 });
    expect(ledger.admit(intent({ completion: 700, budget: { tokens: 9999 } }))).toMatchObject({ limit: 1000 });
  });
});

describe('the client keeps its books', () => {
  const usage = {
    prompt_tokens: 11,
    completion_tokens: 5,
    total_tokens: 16,
    prompt_tokens_details: { cached_tokens: 3 },
  };
  const today = (): { from: number; until: number } => ({
    from: systemTimers.now() - DAY,
    until: systemTimers.now() + 1,
  });

  const withBudget = async (budgets: Partial<LlmBudgetSettings>) => {
    const double = await startDouble({ speaks: ['openai'] });
    const ledger = ledgerWith(budgets);
    const { client } = makeClient(
      { openai: { baseUrl: double.openaiUrl }, modelId: 'dear' },
      { ledger, budgets: ledger },
    );
    return { double, ledger, client };
  };
  const ask = { messages: [{ role: 'user', content: 'Hi.' }], tenant: 'acme', maxOutputTokens: 50 } as const;

  test('as the provider reports them, in streams too', async () => {
    const { double, ledger, client } = await withBudget({});
    double.script({ is: 'text', text: 'one', usage }, { is: 'text', text: '{"a":1}\n', usage });
    await client.ask(ask);
    for await (const piece of client.lines(ask)) expect(piece.is).not.toBe('garbage');
    expect(await ledger.usage({ ...today(), groupBy: [] })).toMatchObject({
      ...{ calls: 2, prompt: 22, completion: 10, cached: 6, total: 32, estimatedCalls: 0 },
    });
  });

  test('nothing is sent that has no budget, and the transport is not to blame', async () => {
    const { double, ledger, client } = await withBudget({ tenantDay: { tokens: 60 } });
    double.script({ is: 'text', text: 'one', usage });
    await client.ask(ask);
    const refused = { code: 'llm_budget_exceeded', retryable: false };
    await expect(client.ask(ask)).rejects.toMatchObject(refused);
    await expect(client.lines(ask).next()).rejects.toMatchObject(refused);
    expect(double.seen).toHaveLength(1);
    expect((await client.status()).transports[0]).toMatchObject({ state: { is: 'ready' }, failures: 0 });
    expect(await ledger.usage({ ...today(), groupBy: [] })).toMatchObject({ calls: 1 });
    expect((await client.ask({ ...ask, tenant: 'other' })).text).toBe('Hello from the double.');
  });

  test('a round of repair is a call of the same request', async () => {
    const { double, client } = await withBudget({ request: { tokens: 100 } });
    double.script({
      is: 'text',
      text: 'no JSON',
      usage: { prompt_tokens: 40, completion_tokens: 9, total_tokens: 49 },
    });
    const schema = { name: 'n', jsonSchema: { type: 'object', required: ['n'] } };
    await expect(client.ask({ ...ask, schema })).rejects.toMatchObject({ code: 'llm_budget_exceeded' });
    expect(double.seen).toHaveLength(1);
  });

  test('many at once do not overdraw', async () => {
    const { double, ledger, client } = await withBudget({ tenantDay: { tokens: 300 } });
    double.model = () => ({
      is: 'text',
      text: 'x',
      usage: { prompt_tokens: 8, completion_tokens: 50, total_tokens: 58 },
    });
    const all = await Promise.allSettled(Array.from({ length: 20 }, () => client.ask(ask)));
    expect(all.filter(({ status }) => status === 'fulfilled').length).toBe(double.seen.length);
    const { total } = await ledger.usage({ ...today(), groupBy: [] });
    expect(total).toBeGreaterThan(0);
    expect(total).toBeLessThanOrEqual(300);
  });

  test('a breaker that tries again is not left waiting by a refusal', async () => {
    const { double, client } = await withBudget({ tenantDay: { tokens: 60 } });
    double.script({ is: 'status', status: 429, retryAfter: 0.001 });
    await expect(client.ask({ ...ask, tenant: 'z' }))
      .rejects.toMatchObject({ code: 'llm_rate_limited' })
      .catch(() => undefined);
    await expect(client.ask({ ...ask, maxOutputTokens: 900 })).rejects.toMatchObject({ code: 'llm_budget_exceeded' });
    expect((await client.ask({ ...ask, tenant: 'y' })).text).toBe('Hello from the double.');
  });
});

afterAll(closeWorlds);
