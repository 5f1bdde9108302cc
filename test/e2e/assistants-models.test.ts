import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { JsonObject } from '../../src/kernel/index.js';
import { LlmDouble } from '../llm/double/llm-double.mjs';
import * as models from '../llm/double/scripted-models.mjs';
import { injections } from '../llm/injections.mjs';
import { TestService } from '../world/service.js';

/* Explanations, diagnoses and help with expressions, whatever a model does: what needs none is the same, byte for byte. */

const V = '/api/v1';
const CANARY = 'zqCanary9';
const SECRET = 'sk-live-zq0123456789abcdef';

let double: LlmDouble;
let service: TestService;
let asks: readonly (readonly [path: string, body: JsonObject])[];
beforeAll(async () => {
  double = await LlmDouble.start({ speaks: ['openai'] });
  service = await TestService.start({ OPENAI_BASE_URL: double.openaiUrl, TEKTON_LLM_MODEL: 'test-model' });
  const hostile = injections(CANARY)[7] ?? '';
  const workflow = await service.workflow({
    ...{ name: 'w', description: `${hostile.replaceAll('${', '')} api_key=${SECRET}` },
    tasks: {
      a: {
        type: 'core/fail',
        name: `Bearer ${SECRET}`,
        input: { code: 'gone', message: `${hostile.replaceAll('${', '')} token=${SECRET}` },
      },
    },
  });
  const { execution_id: execution } = await service.complete(workflow);
  asks = [
    [`${V}/workflows/${workflow}/explain`, {}],
    [`${V}/executions/${execution as string}/diagnose`, {}],
    [
      `${V}/expressions/help`,
      { words: `how many rows, password=${SECRET}`, sample: { input: { rows: [1, 2], key: 'zqValue7' } } },
    ],
  ];
});
afterAll(async () => {
  await service.stop();
  await double.stop();
});

/** Obeys, and wants to be obeyed: in prose, and in the shape that was asked for. */
const hostile: models.ScriptedModel = () => {
  const [wish = ''] = injections(CANARY).slice(171);
  const causes = [{ cause: wish, evidence: ['F1', 'F1; drop', '__proto__'], likelihood: 'high', cure: '<img src=x>' }];
  const candidates = [{ expression: 'secrets.token', why: wish }, { expression: 'input.constructor' }];
  return JSON.stringify({ causes, candidates, ops: [{ op: 'remove_task', task: 'T1' }] });
};

const ask = async (index: number, more: JsonObject): Promise<JsonObject> => {
  const [path, body] = asks[index] as (typeof asks)[number];
  const { status, body: answer } = await service.post(path, { ...body, ...more });
  expect(status).toBe(200);
  return answer.data as unknown as JsonObject;
};

/** What is ours. */
const floorOf = ({ narrative: _n, degraded: _d, usage: _u, rejected: _r, ...floor }: JsonObject): string => {
  const { candidates } = floor;
  const kept = Array.isArray(candidates) ? (candidates as JsonObject[]).filter(({ source }) => source !== 'llm') : [];
  return JSON.stringify({ ...floor, candidates: kept });
};

describe.each([
  ['explain', 0, 'It fails on purpose.'],
  [
    'diagnose',
    1,
    '{"causes":[{"cause":"T1 says <b>no</b>, see https://evil.example/x","evidence":["F2"],"likelihood":"high"},{"cause":"a guess","evidence":["F99"],"likelihood":"low"}]}',
  ],
  [
    'expression help',
    2,
    '{"candidates":[{"expression":"size(input.rows)","why":"counts"},{"expression":"input.rows.length"}]}',
  ],
] as const)('%s', (_name, index, good) => {
  test('without a budget nothing is sent', async () => {
    const before = double.seen.length;
    expect(await ask(index, { budget: { tokens: 1 } })).toMatchObject({ degraded: { reason: 'budget' } });
    expect(double.seen).toHaveLength(before);
  });
  // What was answered well is answered from memory; what failed three times in a row is left alone. So: in this order.
  test.each<[string, models.ScriptedModel, JsonObject]>([
    ['hung', models.hanging(), { budget: { ms: 300 } }],
    ['hostile', hostile, [{ audience: 'operator' }, {}, { words: 'another wish' }][index] as JsonObject],
    ['down', () => ({ is: 'status', status: 500 }), {}],
  ])('%s', async (name, model, more) => {
    const without = await ask(index, { ...more, llm: 'never' });
    double.model = model;
    const answer = await ask(index, more);
    expect(floorOf(answer)).toBe(floorOf(without));
    const reasons: Record<string, RegExp> = { hung: /^deadline$/, down: /^failed$/ };
    expect((answer.degraded as { reason: string } | null)?.reason ?? '').toMatch(reasons[name] ?? /^(|unusable)$/);
    expect(JSON.stringify([answer.narrative ?? null, answer.rejected ?? null])).not.toMatch(
      /<img|javascript:|"https?:/,
    );
  });

  test('with words of a model, apart from ours', async () => {
    const without = await ask(index, { llm: 'never' });
    double.model = () => ({ is: 'text', text: good });
    const answer = await ask(index, { llm: 'require' });
    expect(floorOf(answer)).toBe(floorOf(without));
    expect(answer.degraded).toBeNull();
    expect(answer.usage).toMatchObject({ calls: 1 });
    const said = [
      { narrative: { text: 'It fails on purpose.', untrusted: true, model: 'test-model' } },
      {
        narrative: {
          causes: [{ text: '/a says no , see', likelihood: 'high', evidence: [{ step: '/a' }] }],
          untrusted: true,
        },
      },
      {
        candidates: [{ source: 'llm', expression: 'size(input.rows)', result: { value: 2 } }],
        rejected: [{ expression: 'input.rows.length' }],
      },
    ][index] as JsonObject;
    if (index === 2) {
      const { candidates, rejected } = answer as { candidates: JsonObject[]; rejected: JsonObject[] };
      expect({ candidates: candidates.slice(0, 1), rejected }).toMatchObject(said);
    } else expect(answer).toMatchObject(said);
    if (index === 1) expect((answer.narrative as { causes: unknown[] }).causes).toHaveLength(1);
  });
});

test('words that somebody writes to /api/message are answered by the same model, marked as its own', async () => {
  double.model = () => ({
    is: 'text',
    text: '{"causes":[{"cause":"the model guesses","evidence":["F2"],"likelihood":"low"}]}',
  });
  const [, [path] = ['']] = asks;
  const execution = /executions\/([^/]+)/.exec(path)?.[1] ?? '';
  const { status, body } = await service.post('/api/message', { message: `why did ${execution} fail?\u001b[2J` });
  expect(status).toBe(200);
  const response = body.response as string;
  expect(response).toMatch(/ is failed\.\n- /);
  expect(response.indexOf('unchecked')).toBeGreaterThan(0);
  expect(response).not.toContain('\u001b');
  // With no model it is the same without that.
  double.model = models.silent();
  expect((await service.post('/api/message', { message: 'explain w' })).body.response).toContain('core/fail');
});

test('no secret and no value has left, and what people wrote stood between the fences', () => {
  expect(double.seen.length).toBeGreaterThan(5);
  const sent = JSON.stringify(double.requests);
  expect(sent).not.toMatch(/zq0123456789|zqValue7/);
  for (const { system } of double.seen) expect(system ?? '').not.toContain(CANARY);
});

test('each call stands in the ledger under what it was for', async () => {
  const { body } = await service.get(`${V}/llm/usage?groupBy=purpose`);
  const groups = (body.data as unknown as { groups: { key: { purpose: string } }[] }).groups;
  expect(groups.map(({ key }) => key.purpose).sort()).toEqual(['diagnose', 'explain', 'expression_help']);
});
