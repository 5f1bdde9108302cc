import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { JsonObject } from '../../src/kernel/index.js';
import { LlmDouble } from '../llm/double/llm-double.mjs';
import { eventually, ServiceProcess } from '../world/service-process.js';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'harmonia-budgets-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

/** Uses ten tokens, and says so; in the first process it then hangs. */
const CODE = `
import { appendFileSync } from 'node:fs';
import { definePlugin, defineTask } from '@tekton/harmonia/plugin';
const ask = defineTask({
  id: 'ask',
  description: 'Asks.',
  run: async ({ file, hangs }, context) => {
    appendFileSync(file, context.address + '#' + context.attempt + '\\n');
    await context.usage({ tokens: { input: 10 }, calls: 1 });
    if (hangs && context.attempt === 1) await new Promise(() => setInterval(() => undefined, 1000));
  },
});
export default definePlugin({ id: 'model', tasks: [ask] });
`;

test('what was used before kill -9 is used, and what its budget has paused stays so', async () => {
  const plugin = join(directory, 'model');
  await mkdir(plugin);
  await writeFile(join(plugin, 'index.js'), CODE);
  const manifest = { apiVersion: '^1.0', id: 'model', tasks: ['ask'] };
  const packageJson = { name: 'model', type: 'module', exports: './index.js', harmonia: manifest };
  await writeFile(join(plugin, 'package.json'), JSON.stringify(packageJson));
  const file = join(directory, 'asked');
  const asked = (): Promise<string> => readFile(file, 'utf8').catch(() => '');
  const data = join(directory, 'data');
  const settings = { HARMONIA_PLUGINS: plugin };
  const tasks = {
    a: { type: 'model/ask', input: { file, hangs: true } },
    b: { type: 'model/ask', input: { file }, depends_on: ['a'] },
    c: { type: 'model/ask', input: { file }, depends_on: ['b'] },
  };
  const spent = async (service: ServiceProcess, id: string): Promise<unknown> => {
    const { body } = await service.get(`/api/v1/executions/${id}`);
    const { status, usage } = body.data as { status: string; usage: { tokens: { total: number }; calls: number } };
    return [status, usage.tokens.total, usage.calls];
  };

  const first = await ServiceProcess.start(data, settings);
  const [tight, wide] = await Promise.all(
    [10, 25].map(async (tokens) =>
      first.startExecution(await first.workflow({ name: `of ${tokens}`, budget: { tokens }, tasks })),
    ),
  );
  for (const id of [tight, wide])
    await eventually(
      () => spent(first, id as string),
      (found) => (found as unknown[])[1] === 10,
    );
  await first.kill();

  // The attempt that was lost is made again in the one that may use more, and not in the other.
  const second = await ServiceProcess.start(data, settings);
  await eventually(
    () => spent(second, wide as string),
    (found) => (found as unknown[])[0] === 'paused',
  );
  expect(await spent(second, wide as string)).toEqual(['paused', 30, 3]);
  expect(await spent(second, tight as string)).toEqual(['paused', 10, 1]);
  const lines = (await asked()).trim().split('\n').sort();
  expect(lines).toEqual(['/a#1', '/a#1', '/a#2', '/b#1']);
  await second.kill();

  const third = await ServiceProcess.start(data, settings);
  const refused = await third.post(`/api/v1/executions/${tight as string}/resume`, {});
  expect([refused.status, (refused.body.error as JsonObject).code]).toEqual([409, 'budget_exhausted']);
  expect(await spent(third, tight as string)).toEqual(['paused', 10, 1]);
  await third.post(`/api/v1/executions/${tight as string}/resume`, { budget: { tokens: 100 } });
  await eventually(
    () => third.statusOf(tight as string),
    (status) => status === 'completed',
  );
  expect(await spent(third, tight as string)).toEqual(['completed', 40, 4]);
  await third.kill();
}, 60_000);

test('a request to a model that dies with the process stands in the ledger as lost, with what was asked', async () => {
  const double = await LlmDouble.start({ speaks: ['openai'] });
  const settings = {
    OPENAI_BASE_URL: double.openaiUrl,
    TEKTON_LLM_PRICES: 'test-model=2/8',
    TEKTON_LLM_MODEL: 'test-model',
  };
  const data = join(directory, 'data');
  try {
    const usage = { prompt_tokens: 100, completion_tokens: 10, total_tokens: 110 };
    double.script({ is: 'text', text: 'one', usage }, { is: 'hang' }, { is: 'text', text: 'two', usage });
    const first = await ServiceProcess.start(data, settings);
    const ask = { type: 'llm/generate', input: { prompt: 'a word for each of these'.repeat(20) } };
    const workflow = await first.workflow({ name: 'asks', tasks: { a: ask, b: { ...ask, depends_on: ['a'] } } });
    const id = await first.startExecution(workflow);
    await double.asked(2);
    await first.kill();

    const second = await ServiceProcess.start(data, settings);
    await eventually(
      () => second.statusOf(id),
      (status) => status === 'completed',
    );
    const execution = await second.get(`/api/v1/executions/${id}`);
    const { usage: used } = execution.body.data as JsonObject;
    expect(used).toMatchObject({ calls: 2, tokens: { total: 220 }, cost: { USD: 0.00056 } });
    const ledger = await second.get('/api/v1/llm/usage?groupBy=workflow,outcome');
    const { groups } = ledger.body.data as { groups: JsonObject[] };
    expect(groups).toMatchObject([
      { key: { workflow, outcome: 'answered' }, calls: 2, total_tokens: 220, estimated_calls: 0 },
      { key: { workflow, outcome: 'lost' }, calls: 1, completion_tokens: 0, estimated_calls: 1, unpriced_calls: 0 },
    ]);
    expect(groups[1]?.prompt_tokens).toBeGreaterThan(50);
    expect(double.seen).toHaveLength(3);
    await second.kill();
  } finally {
    await double.stop();
  }
}, 60_000);
