import { afterAll, afterEach, describe, expect, test } from '@jest/globals';
import { systemTimers } from '../../src/engine/embedded/index.js';
import { createSchemaChecker } from '../../src/json-schema/index.js';
import {
  modelFor,
  ModelAsker,
  type ModelAskerParts,
  type ModelQuestion,
} from '../../src/llm/assistants/asking/index.js';
import type { LlmWorth } from '../../src/llm/ports/index.js';
import { fenceMaker, PromptLibrary } from '../../src/llm/prompt/index.js';
import type { TektonLLMClientOptions } from '../../src/llm/tekton-llm-client/index.js';
import type { LlmDouble } from './double/llm-double.mjs';
import * as models from './double/scripted-models.mjs';
import { closeWorlds, makeClient, startDouble } from './client-world.js';

/* Asking is never an error, whatever the model does, and ends within its time. */

const prompts = new PromptLibrary(createSchemaChecker());
const question = (more: Partial<ModelQuestion> = {}): ModelQuestion => ({
  ...{ purpose: 'explain', variables: { audience: 'author' }, data: { name: 'w' }, budget: { ms: 20_000 } },
  ...more,
});
const facts = (more: Partial<ModelQuestion> = {}): ModelQuestion =>
  question({ purpose: 'diagnose', variables: {}, data: { facts: [] }, ...more });

const askerFor = (options: TektonLLMClientOptions, parts: Partial<ModelAskerParts> = {}) => {
  const { client, ledger } = makeClient(options);
  const worths: LlmWorth[] = [];
  const troubles: string[] = [];
  const asker = new ModelAsker({
    ...{ client, prompts, fence: fenceMaker('salt'), timers: systemTimers, tenant: 'harmonia' },
    amend: (_call, worth) => void worths.push(worth),
    costOf: () => 0.5,
    onTrouble: (what) => void troubles.push(what),
    ...parts,
  });
  return { asker, client, ledger, worths, troubles };
};

const openai = async (): Promise<{ double: LlmDouble; options: TektonLLMClientOptions }> => {
  const double = await startDouble({ speaks: ['openai'] });
  return { double, options: { openai: { baseUrl: double.openaiUrl }, modelId: 'm' } };
};

afterEach(closeWorlds);
afterAll(closeWorlds);

test('a text, with what it took, who said it, and for what it was', async () => {
  const { double, options } = await openai();
  double.model = () => ({ is: 'text', text: '<think>They want\nwords.</think>\nIt fetches.' });
  const { asker, ledger, worths } = askerFor(options);
  const answer = await asker.ask(question());
  expect(answer).toMatchObject({
    is: 'answered',
    text: expect.stringMatching(/^\s*It fetches\.$/) as unknown,
    model: 'm',
    usage: { calls: 1, cost: 0.5 },
  });
  expect(ledger.calls).toMatchObject([
    { purpose: 'explain', promptVersion: expect.stringMatching(/^explain\.v\d+@/) as unknown },
  ]);
  if (answer.is === 'answered') answer.judge({ accepted: 1, rejected: {}, unusable: 0 });
  expect(worths).toHaveLength(1);
  // What is equal is not asked again.
  expect(await asker.ask(question())).toMatchObject({ is: 'answered', usage: { calls: 0, total: 0 } });
  expect(double.seen).toHaveLength(1);
});

test('a value that fits the schema of the prompt, and lines', async () => {
  const { double, options } = await openai();
  const { asker } = askerFor(options);
  double.model = () => ({ is: 'text', text: '{"causes":[]}' });
  expect(await asker.ask(facts())).toMatchObject({ value: { causes: [] } });
  double.model = () => ({ is: 'text', text: '{"definition":{"name":"a","tasks":{}}}\nwhat?\n{"definition":' });
  const variables = { most: 1 };
  const lines = await asker.ask(question({ purpose: 'generate', variables, data: { goal: 'g', types: [] } }));
  expect(lines.is === 'answered' && lines.lines.map(({ is }) => is)).toEqual(['value', 'garbage', 'cut']);
});

describe('silent, with the reason', () => {
  test.each<[string, models.ScriptedModel, ModelQuestion, string]>([
    ['hung', models.hanging(), question({ budget: { ms: 150 } }), 'deadline'],
    ['down', () => ({ is: 'status', status: 500 }), question(), 'failed'],
    ['another shape', models.chatty(), facts(), 'unusable'],
    ['too much', models.chatty(), question({ data: { name: 'x'.repeat(50_000) } }), 'prompt_too_large'],
    ['a prompt that can not be filled', models.chatty(), question({ variables: {} }), 'failed'],
  ])('%s', async (_name, model, asked, reason) => {
    const { double, options } = await openai();
    double.model = model;
    const { asker } = askerFor(options);
    expect(await asker.ask(asked)).toMatchObject({ is: 'silent', degraded: { to: 'rules', reason } });
  });

  test('nothing is configured; nothing there takes the words of people', async () => {
    expect(await askerFor({ mode: 'off' }).asker.ask(question())).toMatchObject({
      degraded: { reason: 'not_configured' },
    });
    const double = await startDouble({ speaks: ['rhetor'] });
    const { asker } = askerFor({ rhetorUrl: double.url });
    expect(await asker.ask(question())).toMatchObject({ degraded: { reason: 'payloads_not_allowed' } });
    expect(double.seen).toEqual([]);
    await expect(modelFor(asker, 'require', 'explain')).rejects.toMatchObject({
      ...{ code: 'llm_unavailable', details: { reason: 'payloads_not_allowed' } },
    });
    expect(await modelFor(asker, 'never', 'explain')).toBeUndefined();
  });
});

test('five answers that were of no use, and the purpose rests', async () => {
  const { double, options } = await openai();
  const { asker } = askerFor(options);
  for (let n = 0; n < 5; n++) {
    double.model = () => ({ is: 'text', text: `nothing ${n}` });
    const answer = await asker.ask(question({ data: { n } }));
    if (answer.is === 'answered') answer.judge({ accepted: 0, rejected: {}, unusable: 1 });
  }
  expect(await asker.ask(question())).toMatchObject({ degraded: { reason: 'unusable' } });
  expect(double.seen).toHaveLength(5);
});
