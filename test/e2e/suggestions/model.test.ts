import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { readFile } from 'node:fs/promises';
import type { JsonObject } from '../../../src/kernel/index.js';
import { LlmDouble } from '../../llm/double/llm-double.mjs';
import * as models from '../../llm/double/scripted-models.mjs';
import { injections } from '../../llm/injections.mjs';
import { harmoniaHere } from '../../world/command-line.js';
import { TestService } from '../../world/service.js';
import { SuggestionClient, withoutTimes } from '../../world/suggestion-client.js';

const V = '/api/v1';
const USAGE = {
  prompt_tokens: 900,
  completion_tokens: 60,
  total_tokens: 960,
  prompt_tokens_details: { cached_tokens: 500 },
};

let double: LlmDouble;
let service: TestService;
const start = async (more: Record<string, string> = {}): Promise<void> => {
  await (service as TestService | undefined)?.stop();
  service = await TestService.start({
    ...{ OPENAI_BASE_URL: double.openaiUrl, TEKTON_LLM_MODEL: 'test-model', TEKTON_LLM_PRICES: 'test-model=1/4/0.5' },
    ...more,
  });
};
beforeEach(async () => {
  double = await LlmDouble.start({ speaks: ['openai'] });
  await start();
});
afterEach(async () => {
  await service.stop();
  await double.stop();
});

const client = new SuggestionClient(() => service);

const value = (n: number, ...after: string[]): JsonObject => ({
  type: 'core/value',
  ...(after.length > 0 && { depends_on: after }),
  input: { n },
});

/** A chain that nobody needs, and writes in an order of which nobody knows whether it counts. */
const documentOf = (name: string, more: JsonObject = {}): JsonObject => ({
  name,
  version: '1.0.0',
  tasks: {
    a: value(1),
    b: value(2, 'a'),
    w: { component: 'athena', action: 'query', input: { n: 1 }, depends_on: ['b'] },
    v: { component: 'athena', action: 'query', input: { n: 2 }, depends_on: ['w'] },
  },
  output: { a: '${tasks.a.output.n}', b: '${tasks.b.output.n}', w: '${tasks.w.output}', v: '${tasks.v.output}' },
  ...more,
});

const rulesOnly = async (workflow: string): Promise<string> =>
  withoutTimes(await client.suggest(workflow, { llm: 'never' }));

const usage = async (query = ''): Promise<JsonObject> =>
  (await service.get(`${V}/llm/usage${query}`)).body.data as unknown as JsonObject;

const questions: models.AnswerKey = ({ tasks, edges }) => [
  { ask: 'order', task: edges.effect?.[0]?.later, other: edges.effect?.[0]?.earlier, why: 'Both only look things up.' },
  { ops: [{ op: 'set_on_error', task: tasks[3]?.alias, on_error: 'continue' }], why: 'T4 is not worth a failure.' },
];

test('a model that knows more asks for the facts that it lacks; nothing that it says is one', async () => {
  double.model = (seen) => ({ is: 'text', text: models.oracle(questions)(seen) as string, usage: USAGE });
  const id = await service.workflow(documentOf('asks'));
  const events = await client.stream(id);
  const order = { about: 'order', scope: '', tasks: ['v', 'w'], narrative: 'Both only look things up.' };
  expect(events.filter(({ event }) => event === 'question').map(({ data }) => data)).toEqual([order]);
  const names = events.map(({ event }) => event);
  expect(names.indexOf('suggestion')).toBeLessThan(names.indexOf('question'));
  const answer = await client.answer(id);
  expect(answer.questions).toEqual([order]);
  expect(answer.rejected).toContainEqual(expect.objectContaining({ gate: 'schema', reason: 'op_not_offered' }));
  expect(answer).not.toHaveProperty('degraded');
  expect(withoutTimes(answer.suggestions as never)).toBe(await rulesOnly(id));
});

test('a change of behaviour is shown when it was asked for, as what it is, and applied by whoever confirms it', async () => {
  double.model = (seen) => ({ is: 'text', text: models.oracle(questions)(seen) as string, usage: USAGE });
  const id = await service.workflow(documentOf('behaves'));
  const answer = await client.answer(id, { kinds: ['proposal'] });
  const [found] = answer.suggestions as { id: string }[];
  expect(found).toMatchObject({
    ...{ kind: 'proposal', equivalence: 'behaviour-change', risk: 'high', source: 'llm', model: 'test-model' },
    ...{ provider: 'openai-compatible', narrative: '/v is not worth a failure.', verification: { status: 'unproved' } },
    promptVersion: expect.stringMatching(/^optimize\.v1@[0-9a-f]{64}$/) as unknown,
  });
  const suggestion = found?.id ?? '';
  expect((await client.post(suggestion, 'apply', {})).status).toBe(428);
  const safe = await service.post(`${V}/workflows/${id}/suggestions/apply-safe`, { suggestions: [suggestion] });
  expect(safe.body.data).toMatchObject({ applied: null, left: [{ id: suggestion }] });
  expect((await client.version(id)).version).toBe('1.0.0');
  expect((await client.post(suggestion, 'apply', { confirm: true })).status).toBe(201);
  const { tasks } = (await client.document(id)) as unknown as { tasks: { v: JsonObject } };
  expect(tasks.v.on_error).toBe('continue');
});

describe('whatever the model does, the answer is that of the rules', () => {
  test.each<[string, models.ScriptedModel, RegExp | undefined]>([
    ['hostile', models.adversary(7), undefined],
    ['silent', models.silent(), undefined],
    ['chatty', models.chatty(), /^unusable$/],
    ['hung', models.hanging(), /^deadline$/],
    ['slow', models.slow(() => [{ x: 'x'.repeat(20_000) }], 20), /^deadline$/],
    ['breaking off', models.breaking(() => [{ x: 'x'.repeat(2000) }]), /^(unreachable|failed)$/],
    ['flooding', models.flooding(34 * 2 ** 20), /^(failed|unreachable|deadline)$/],
    ['down', () => ({ is: 'status', status: 500 }), /^failed$/],
  ])('%s', async (name, model, reason) => {
    double.model = model;
    const id = await service.workflow(documentOf(name.replace(' ', '-')));
    const expected = await rulesOnly(id);
    const answer = await client.answer(id, { budget: { ms: name === 'hung' || name === 'slow' ? 700 : 20_000 } });
    expect(withoutTimes(answer.suggestions as never)).toBe(expected);
    const degraded = answer.degraded as { reason: string } | undefined;
    if (reason) expect(degraded?.reason).toMatch(reason);
    else expect(degraded).toBeUndefined();
    expect(double.seen.length).toBeGreaterThan(0);
    expect(JSON.stringify(answer)).not.toMatch(/evil|javascript:|<img/);
  });
});

describe('money', () => {
  test('what was reported is what is shown, over the API and on the command line', async () => {
    double.model = () => ({ is: 'text', text: '', usage: USAGE });
    const id = await service.workflow(documentOf('costs'));
    const answer = await client.answer(id);
    // 400 × 1 + 500 × 0.5 + 60 × 4, of a million
    expect(answer.usage).toMatchObject({
      calls: 1,
      prompt: 900,
      completion: 60,
      cached: 500,
      total: 960,
      cost: 0.00089,
    });
    const shown = await usage('?groupBy=workflow,prompt');
    expect(shown).toMatchObject({
      ...{ calls: 1, prompt_tokens: 900, completion_tokens: 60, cached_tokens: 500, total_tokens: 960 },
      ...{ estimated_calls: 0, costs: { USD: 0.00089 }, unpriced_calls: 0 },
      groups: [{ key: { workflow: id, prompt: expect.stringMatching(/^optimize\.v1@/) as unknown }, calls: 1 }],
      budgets: { request: { tokens: null, cost: null } },
    });
    const told = await harmoniaHere(['llm', 'usage', '--url', service.url, '--group-by', 'model']);
    expect([told.code, told.out]).toEqual([
      0,
      expect.stringMatching(/test-model\s+1\s+900\s+60\s+500\s+960\s+0\s+0\.00089 USD/),
    ]);
    const json = await harmoniaHere(['llm', 'usage', '--url', service.url, '--json']);
    expect(JSON.parse(json.out)).toMatchObject({ total_tokens: 960 });
    const status = await harmoniaHere(['llm', 'status', '--url', service.url]);
    expect([status.code, status.out]).toEqual([0, expect.stringContaining('openai-compatible')]);
  });

  test('without a budget left nothing is sent, and the rules answer', async () => {
    await start({ TEKTON_LLM_BUDGET_WORKFLOW_DAY_TOKENS: '500' });
    const id = await service.workflow(documentOf('poor'));
    const answer = await client.answer(id);
    expect(answer).toMatchObject({ degraded: { reason: 'budget' }, usage: { calls: 0 } });
    expect(withoutTimes(answer.suggestions as never)).toBe(await rulesOnly(id));
    expect(double.seen).toEqual([]);
    expect(await usage()).toMatchObject({ calls: 0, budgets: { workflow_day: { tokens: 500, cost: null } } });
  });

  test('a request may set itself a smaller one', async () => {
    const id = await service.workflow(documentOf('frugal'));
    const answer = await client.answer(id, { budget: { tokens: 100 } });
    expect(answer).toMatchObject({ degraded: { reason: 'budget' } });
    expect(double.seen).toEqual([]);
  });

  test('the ledger survives a restart', async () => {
    double.model = () => ({ is: 'text', text: '', usage: USAGE });
    await client.answer(await service.workflow(documentOf('kept')));
    const { directory } = service;
    await service.stop(true);
    service = await TestService.start({ OPENAI_BASE_URL: double.openaiUrl }, { directory });
    expect(await usage()).toMatchObject({ calls: 1, total_tokens: 960, costs: { USD: 0.00089 } });
  });

  test('the commands and settings of the guide', async () => {
    const guide = await readFile(new URL('../../../docs/guides/language-models.md', import.meta.url), 'utf8');
    const lines = [...guide.matchAll(/```sh\n([^]*?)```/g)].flatMap(([, block = '']) => block.trim().split('\n'));
    const commands = lines.filter((line) => line.startsWith('harmonia llm '));
    expect(commands).toHaveLength(2);
    for (const command of commands) {
      const { code, out } = await harmoniaHere([...command.split(' ').slice(1), '--url', service.url]);
      expect([command, code, out === '']).toEqual([command, 0, false]);
    }
    const settings = lines.find((line) => line.startsWith('TEKTON_LLM_PRICES='))?.split(' ') ?? [];
    await start(
      Object.fromEntries(settings.slice(0, -2).map((setting) => setting.split(/=(.*)/))) as Record<string, string>,
    );
    expect(await usage()).toMatchObject({
      budgets: { tenant_day: { tokens: null, cost: 5 }, workflow_day: { tokens: 200_000, cost: null } },
    });
  });

  test('bad questions about it', async () => {
    for (const query of ['?groupBy=colour', '?from=yesterday', '?until=x'])
      expect((await service.get(`${V}/llm/usage${query}`)).status).toBe(422);
  });
});

test('nothing that a person wrote leaves the service', async () => {
  const canary = 'zqCanary9';
  for (const [index, text] of injections(canary).entries()) {
    if (index % 54 !== 0) continue;
    double.model = models.adversary(index);
    const plain = text.replaceAll('${', '').replace(/[\u0000-\u001f]/g, ' '); // eslint-disable-line no-control-regex -- JSON has them escaped; names may not have them
    const id = await service.workflow({
      ...documentOf(`${canary} ${index}`, {
        description: plain,
        tags: [plain.slice(0, 50)],
        metadata: { note: plain },
      }),
      input_schema: { type: 'object', description: plain },
    });
    await client.answer(id);
  }
  expect(double.requests.length).toBeGreaterThanOrEqual(4);
  expect(JSON.stringify(double.requests)).not.toContain(canary);
});
