import { afterAll, describe, expect, test } from '@jest/globals';
import type { Usage } from '../../src/engine/core/index.js';
import {
  defineTask,
  definePlugin,
  transient,
  type LlmAnswer,
  type LlmService,
  type TaskContext,
  type UsageReport,
} from '../../src/plugin/contract/index.js';
import { runTask } from '../../src/plugin/testing/index.js';
import { closeIsolated, isolated } from '../world/isolated.js';
import { runAttempt } from '../world/runner.js';

const taskOf = (run: (context: TaskContext) => unknown) =>
  defineTask({ id: 'task', description: 'Does something.', run: (_, context) => run(context) as never });
const reporting = (...reports: unknown[]) =>
  taskOf(async (context) => {
    for (const report of reports) await context.usage(report as UsageReport);
  });

describe('what a task reports', () => {
  test.each<[UsageReport, Usage]>([
    [{ tokens: { input: 5, output: 7 } }, { tokens: { input: 5, output: 7 } }],
    [{ tokens: { output: 7 } }, { tokens: { input: 0, output: 7 } }],
    [{ calls: 2 }, { calls: 2, unpriced_calls: 2 }],
    [
      { calls: 2, cost: null },
      { calls: 2, unpriced_calls: 2 },
    ],
    [
      { calls: 1, cost: { amount: 0, currency: 'EUR' } },
      { calls: 1, cost: { EUR: 0 } },
    ],
    [{ cost: { amount: 0.25, currency: 'USD' } }, { cost: { USD: 0.25 } }],
  ])('%j is booked: money that nobody knows is not none', async (report, booked) => {
    const { outcome, usage } = await runTask(reporting(report));
    expect([outcome.is, usage]).toEqual(['completed', [booked]]);
  });

  test.each<[unknown, string]>([
    [null, 'no object'],
    ['5', 'no object'],
    [[], 'no object'],
    [{ calls: -1 }, 'calls'],
    [{ calls: 1.5 }, 'calls'],
    [{ calls: '1' }, 'calls'],
    [{ calls: 1e13 }, 'calls'],
    [{ tokens: 5 }, 'tokens'],
    [{ tokens: { input: NaN } }, 'tokens.input'],
    [{ tokens: { output: Infinity } }, 'tokens.output'],
    [{ cost: 5 }, 'cost'],
    [{ cost: { amount: -1, currency: 'USD' } }, 'cost.amount'],
    [{ cost: { amount: NaN, currency: 'USD' } }, 'cost.amount'],
    [{ cost: { amount: 1 } }, 'cost.currency'],
    [{ cost: { amount: 1, currency: '__proto__' } }, 'cost.currency'],
  ])('%j is refused', async (report, about) => {
    const { outcome, usage } = await runTask(reporting(report));
    expect(usage).toEqual([]);
    expect(outcome).toMatchObject({
      is: 'failed',
      failure: { kind: 'fatal', code: 'usage_invalid', message: expect.stringContaining(about) },
    });
  });

  test('is booked also when nobody waits for it, and before the outcome is given', async () => {
    const { outcome, usage } = await runTask(taskOf((context) => void context.usage({ tokens: { input: 1 } })));
    expect([outcome.is, usage.length]).toEqual(['completed', 1]);
    const careless = await runTask(taskOf((context) => void context.usage({ calls: -1 })));
    expect(careless.outcome.is).toBe('completed');
  });

  test('an attempt reports at most 10,000 times', async () => {
    const { outcome, usage } = await runTask(reporting(...Array<UsageReport>(10_001).fill({ calls: 1 })));
    expect(outcome).toMatchObject({ failure: { code: 'usage_invalid' } });
    expect(usage).toHaveLength(10_000);
  });
});

describe('calls of services.llm', () => {
  const asking = taskOf(async ({ services, signal }) => (await services.llm?.generate({ prompt: 'p', signal }))?.text);
  const plugin = definePlugin({ id: 'test', tasks: [asking] });
  const ask = async (generate: LlmService['generate']): Promise<{ outcome: unknown; told: unknown[] }> => {
    const told: unknown[] = [];
    const outcome = await runAttempt({
      plugin,
      type: 'test/task',
      services: { llm: { generate } },
      listener: {
        log: () => undefined,
        progress: () => undefined,
        heartbeat: () => undefined,
        record: () => Promise.resolve(),
        use: async (usage) => {
          await Promise.resolve();
          told.push(usage);
        },
      },
    });
    return { outcome, told };
  };
  const answer = (more: Partial<LlmAnswer> = {}): LlmAnswer => ({ text: 'hi', model: 'm', ...more });

  test.each<[Partial<LlmAnswer>, Usage]>([
    [{}, { calls: 1, unpriced_calls: 1 }],
    [{ usage: { inputTokens: 3, outputTokens: 4 } }, { tokens: { input: 3, output: 4 }, calls: 1, unpriced_calls: 1 }],
    [
      { usage: { inputTokens: 3, outputTokens: 4 }, cost: { amount: 0.01, currency: 'USD' } },
      { tokens: { input: 3, output: 4 }, cost: { USD: 0.01 }, calls: 1 },
    ],
  ])('%j is booked before the task hears of it', async (more, booked) => {
    expect(await ask(() => Promise.resolve(answer(more)))).toEqual({
      outcome: { is: 'completed', output: 'hi' },
      told: [booked],
    });
  });

  test('one that fails is a call, and fails as it did', async () => {
    expect(await ask(() => Promise.reject(transient('llm_busy', 'busy')))).toMatchObject({
      outcome: { is: 'failed', failure: { code: 'llm_busy' } },
      told: [{ calls: 1, unpriced_calls: 1 }],
    });
  });
});

describe('in isolation', () => {
  const tasks = {
    report: 'await context.usage(input.report); return 1;',
    careless: 'void context.usage({ tokens: { input: 3 } }); void context.usage({ calls: -1 }); return 1;',
    ask: "return (await context.services.llm.generate({ prompt: 'p', signal: context.signal })).text;",
  };
  afterAll(closeIsolated);

  test('reports, and calls of services.llm, are booked by the host; malformed ones are refused', async () => {
    const generate = () =>
      Promise.resolve({ text: 'hi', model: 'm', usage: { inputTokens: 1, outputTokens: 2 }, cost: null });
    const world = await isolated({ tasks, services: { llm: { generate } } });
    const report = { tokens: { input: 5 }, cost: { amount: 1, currency: 'USD' } };
    expect(await world.run('report', { input: { report } })).toMatchObject({ is: 'completed' });
    expect(await world.run('careless')).toMatchObject({ is: 'completed' });
    expect(await world.run('ask')).toEqual({ is: 'completed', output: 'hi' });
    expect(await world.run('report', { input: { report: { calls: -1 } } })).toMatchObject({
      failure: { kind: 'fatal', code: 'usage_invalid' },
    });
    expect(world.usage).toEqual([
      { tokens: { input: 5, output: 0 }, cost: { USD: 1 } },
      { tokens: { input: 3, output: 0 } },
      { tokens: { input: 1, output: 2 }, calls: 1, unpriced_calls: 1 },
    ]);
  });
});
