import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { JsonObject } from '../../src/kernel/index.js';
import { LlmDouble, type Behaviour } from '../llm/double/llm-double.mjs';
import { eventually } from '../world/service-process.js';
import { TestService } from '../world/service.js';

/* What models report, what the ledger says, what executions account for, and what is foreseen: one sum. */

let double: LlmDouble;
let service: TestService;
beforeAll(async () => {
  double = await LlmDouble.start({ speaks: ['openai'] });
  service = await TestService.start({
    OPENAI_BASE_URL: double.openaiUrl,
    TEKTON_LLM_PRICES: 'test-model=2/8',
    TEKTON_LLM_CURRENCY: 'EUR',
  });
});
afterAll(async () => {
  await service.stop();
  await double.stop();
});

const says = (text: string, prompt: number, completion: number): Behaviour => ({
  ...{ is: 'text', text },
  usage: { prompt_tokens: prompt, completion_tokens: completion, total_tokens: prompt + completion },
});

/** Of the ledger, for one workflow. */
const ledgerOf = async (workflow: string): Promise<JsonObject> => {
  const { body } = await service.get('/api/v1/llm/usage?groupBy=workflow');
  const { groups } = body.data as unknown as { groups: { key: { workflow: string | null } }[] };
  return groups.find(({ key }) => key.workflow === workflow) as unknown as JsonObject;
};

interface Used {
  readonly tokens: { readonly input: number; readonly output: number; readonly total: number };
  readonly calls: number;
  readonly unpriced_calls: number;
  readonly cost: Readonly<Record<string, number>>;
}

const usedBy = async (execution: JsonObject): Promise<Used> => {
  const { body } = await service.get(`/api/v1/executions/${execution.execution_id as string}`);
  return (body.data as unknown as { usage: Used }).usage;
};

const priced = (prompt: number, completion: number): number => (prompt * 2 + completion * 8) / 1e6;

describe('workflows that ask models', () => {
  const tasks = {
    draft: { type: 'llm/generate', input: { prompt: 'draft ${input.day}' }, retry_policy: { initial_delay: 0.001 } },
    check: {
      type: 'llm/generate',
      depends_on: ['draft'],
      input: { prompt: 'check', schema: { type: 'object', required: ['n'] } },
    },
  };
  let workflow: string;
  const totals: number[] = [];
  const costs: number[] = [];

  beforeAll(async () => {
    workflow = await service.workflow({ name: 'drafts', tasks });
    for (let day = 0; day < 12; day++) {
      const isLong = day % 4 === 3;
      double.script(isLong ? says('long', 3000, 500) : says('short', 100, 20));
      // Its first answer fits no schema: a round of repair, which costs.
      double.script(says('no value', 10, 5), says('{"n": 1}', 30, 7));
      const used = await usedBy(await service.complete(workflow, { day }));
      totals.push(used.tokens.total);
      costs.push(used.cost.EUR as number);
      const [prompt, completion] = isLong ? [3040, 512] : [140, 32];
      expect(used).toEqual({
        tokens: { input: prompt, output: completion, total: prompt + completion },
        ...{ calls: 3, unpriced_calls: 0, cost: { EUR: priced(prompt, completion) } },
        seconds: expect.any(Number) as unknown,
      });
    }
  }, 60_000);

  test('the ledger says the same of them', async () => {
    const sum = (values: readonly number[]): number => values.reduce((all, value) => all + value, 0);
    const ledger = await ledgerOf(workflow);
    expect(ledger).toMatchObject({ calls: 36, total_tokens: sum(totals), estimated_calls: 0, unpriced_calls: 0 });
    expect((ledger.costs as { EUR: number }).EUR).toBeCloseTo(sum(costs), 9);
  });

  test('the plan shows the tokens and the money of those runs', async () => {
    const { body } = await service.post(`/api/v1/workflows/${workflow}/plan`, { input: { day: 1 } });
    const sorted = (values: readonly number[], share: number): number =>
      [...values].sort((a, b) => a - b)[Math.ceil(share * values.length) - 1] as number;
    expect(body.data).toMatchObject({
      tokens: { p50: sorted(totals, 0.5), p95: sorted(totals, 0.95) },
      cost: { currency: 'EUR', p50: sorted(costs, 0.5), p95: sorted(costs, 0.95) },
      basis: { executions: 12, unpriced: [] },
    });
  });
});

test('a budget of money counts what the prices say, failed attempts too, and pauses', async () => {
  const ask = { type: 'llm/generate', input: { prompt: 'x', schema: { type: 'object', required: ['n'] } } };
  const again = { max_retries: 1, initial_delay: 0.001, jitter: 0 };
  const workflow = await service.workflow({
    name: 'dear',
    budget: { cost: { EUR: 0.01 } },
    tasks: {
      first: { ...ask, retry_policy: again, on_error: 'continue' },
      second: { ...ask, depends_on: ['first'] },
    },
  });
  // Two attempts of two rounds each, of which none is of use: four times 1000 tokens, and the last of them is too many.
  double.script(...Array.from({ length: 4 }, () => says('no value', 900, 100)));
  const before = double.seen.length;
  const { body } = await service.post('/api/v1/executions', { workflow_id: workflow, input: {} });
  const id = body.execution_id as string;
  const execution = async (): Promise<JsonObject> =>
    (await service.get(`/api/v1/executions/${id}`)).body.data as unknown as JsonObject;
  await eventually(execution, ({ status }) => status === 'paused');
  expect(await execution()).toMatchObject({
    usage: { tokens: { total: 4000 }, calls: 4, unpriced_calls: 0, cost: { EUR: 4 * priced(900, 100) } },
    budget: { exhausted: true, limits: { 'cost.EUR': { limit: 0.01, reached: true } } },
  });
  expect(double.seen.length - before).toBe(4);
  expect(await ledgerOf(workflow)).toMatchObject({
    calls: 4,
    total_tokens: 4000,
    costs: { EUR: 4 * priced(900, 100) },
  });
});

test('what a change saves is told in the money that was recorded', async () => {
  await service.send('PUT', '/api/v1/optimizer/facts', { effects: { 'llm/generate': 'pure' }, commuting: [] });
  const tasks = {
    one: { type: 'llm/generate', input: { prompt: 'the same' } },
    other: { type: 'llm/generate', input: { prompt: 'the same' } },
  };
  const output = '${[tasks.one.output.text, tasks.other.output.text]}';
  const workflow = await service.workflow({ name: 'twice', tasks, output: { both: output } });
  double.model = () => says('yes', 1000, 250);
  for (let run = 0; run < 3; run++) await service.complete(workflow);
  const { body } = await service.post(`/api/v1/workflows/${workflow}/suggestions`, { goal: 'cost', llm: 'never' });
  const [found] = (body.data as unknown as { suggestions: { kind: string; impact: { cost: object } }[] }).suggestions;
  expect(found).toMatchObject({
    kind: 'merge_duplicates',
    impact: {
      cost: { currency: 'EUR', recorded: { before: 2 * priced(1000, 250), change: -priced(1000, 250) } },
    },
  });
});

describe('whoever starts an execution says what it may use', () => {
  const budget = { tokens: 500, cost: { EUR: 2 } };
  const limits = { tokens: { limit: 500 }, 'cost.EUR': { limit: 2 } };
  beforeAll(() => service.workflow({ name: 'bounded', tasks: { nap: { wait: { seconds: 0.01 } } } }));

  const executionOf = async (id: unknown): Promise<JsonObject> =>
    (await service.get(`/api/v1/executions/${String(id)}`)).body.data as unknown as JsonObject;
  const started = async (path: string): Promise<JsonObject> => {
    const rows = async (): Promise<readonly JsonObject[]> =>
      (await service.get(path)).body.items as unknown as readonly JsonObject[];
    const [row] = await eventually(rows, ([first]) => ['started', 'delivered'].includes(first?.status as string));
    return executionOf(row?.execution_id ?? (row?.executions as readonly string[] | undefined)?.[0]);
  };

  test('a schedule', async () => {
    const once = '2099-01-01T00:00:00Z';
    const { body } = await service.post('/api/v1/schedules', { name: 's', workflow: 'bounded', once, budget });
    expect(body.data).toMatchObject({ budget });
    const { body: tick } = await service.post(`/api/v1/schedules/${body.schedule_id as string}/trigger`);
    expect(await executionOf((tick.data as unknown as JsonObject).execution_id)).toMatchObject({ budget: { limits } });
  });

  test('a trigger', async () => {
    const trigger = { name: 't', type: 'harmonia/event', params: { name: 'go' }, workflow: 'bounded', budget };
    const { body } = await service.post('/api/v1/triggers', trigger);
    expect(body.data).toMatchObject({ budget });
    await service.post('/api/v1/events', { name: 'go', payload: {} });
    expect(await started(`/api/v1/triggers/${body.trigger_id as string}/deliveries`)).toMatchObject({
      budget: { limits },
    });
  });

  test('a webhook', async () => {
    const { body } = await service.post('/api/v1/webhooks', { name: 'h', endpoint: 'h', workflow: 'bounded', budget });
    expect(body.data).toMatchObject({ budget });
    await service.post('/hooks/h', { a: 1 });
    expect(await started(`/api/v1/webhooks/${body.webhook_id as string}/deliveries`)).toMatchObject({
      budget: { limits },
    });
  });

  test('a task, whose start is safe to repeat', async () => {
    const input = { workflow: 'bounded', budget };
    const starter = await service.workflow({ name: 'starter', tasks: { go: { type: 'harmonia/start', input } } });
    const done = (await service.complete(starter)) as { task_status?: { go?: { output?: { execution_id: string } } } };
    expect(await executionOf(done.task_status?.go?.output?.execution_id)).toMatchObject({ budget: { limits } });
    const go = { type: 'harmonia/start', input: { workflow: 'bounded', budget: { tokens: 0 } }, on_error: 'continue' };
    const told = { type: 'core/value', depends_on: ['go'], input: { code: '${tasks.go.error.code}' } };
    const wrong = await service.workflow({ name: 'wrong starter', tasks: { go, told } });
    expect(await service.complete(wrong)).toMatchObject({
      task_status: { told: { output: { code: 'validation_error' } } },
    });
  });

  test.each([
    ['schedules', { interval: 60 }],
    ['triggers', { type: 'harmonia/event', params: { name: 'go' } }],
    ['webhooks', {}],
  ])('%s with a budget that is none are refused', async (resource, more) => {
    const wrong = { tokens: 0.5, money: 3, cost: { euros: 1 } };
    const answer = await service.post(`/api/v1/${resource}`, {
      name: 'x',
      workflow: 'bounded',
      ...more,
      budget: wrong,
    });
    const { details } = answer.body.error as unknown as { details: { faults: { pointer: string }[] } };
    expect([answer.status, details.faults.map(({ pointer }) => pointer).sort()]).toEqual([
      422,
      ['/budget/cost/euros', '/budget/money', '/budget/tokens'],
    ]);
  });
});
