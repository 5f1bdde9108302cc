import { afterAll, afterEach, describe, expect, test } from '@jest/globals';
import { systemTimers } from '../../src/engine/embedded/index.js';
import { createSchemaChecker } from '../../src/json-schema/index.js';
import type { Json } from '../../src/kernel/index.js';
import { adviceOf } from '../../src/llm/assistants/advice/advice.js';
import { readTransition } from '../../src/llm/assistants/advice/read-advice.js';
import { ModelAsker } from '../../src/llm/assistants/asking/index.js';
import { fenceMaker, PromptLibrary } from '../../src/llm/prompt/index.js';
import type { TektonLLMClientOptions } from '../../src/llm/tekton-llm-client/index.js';
import { plainWords, scrubbedJson, seenJson } from '../../src/llm/untrusted/index.js';
import { closeWorlds, makeClient, startDouble } from './client-world.js';

/* What a model alone can say: what it is told of what was given, and what is shown of what it says. */

const prompts = new PromptLibrary(createSchemaChecker());
const asking = (options: TektonLLMClientOptions) => {
  const models = new ModelAsker({
    ...{ client: makeClient(options).client, prompts, fence: fenceMaker('salt'), timers: systemTimers },
    ...{ tenant: 'harmonia', amend: () => undefined, costOf: () => undefined, onTrouble: () => undefined },
  });
  return { models, budget: { ms: 5000 } };
};

afterEach(closeWorlds);
afterAll(closeWorlds);

describe('without a model that may be asked', () => {
  const asked = { about: 'creation', given: { goal: 'x' } } as const;

  test('none is configured', async () => {
    await expect(adviceOf(asked, asking({ mode: 'off' }))).rejects.toMatchObject({
      ...{ code: 'llm_no_answer', status: 503, details: { reason: 'not_configured', usage: { calls: 0, cost: 0 } } },
    });
  });

  test('none takes the words of people', async () => {
    const double = await startDouble({ speaks: ['rhetor'] });
    await expect(adviceOf(asked, asking({ rhetorUrl: double.url }))).rejects.toMatchObject({
      details: { reason: 'payloads_not_allowed' },
    });
    expect(double.seen).toEqual([]);
  });
});

test('a text that was cut is shown, and said to be cut', async () => {
  const double = await startDouble({ speaks: ['openai'] });
  double.model = () => ({ is: 'truncated', text: 'First, co' });
  const asked = asking({ openai: { baseUrl: double.openaiUrl }, modelId: 'm' });
  expect(await adviceOf({ about: 'creation', given: { goal: 'x' } }, asked)).toMatchObject({
    ...{ text: 'First, co', degraded: { from: 'llm', to: 'm', reason: 'truncated' } },
  });
});

test('what is given is told without what looks like a secret, and keeps its lines', () => {
  const given: Json = {
    text: 'one\n\ttwo api_key=hunter2hunter2\n',
    key: '-----BEGIN RSA PRIVATE KEY-----\nAAAA\nBBBB\n-----END RSA PRIVATE KEY-----\nafter',
    ...{ password: 'x', apiKey: ['x'], accessToken: { a: 'x' }, credential: null, tokens: 5, n: [1, true, null] },
    'Bearer abcdefgh12': 'sk-abcdefgh',
  };
  expect(scrubbedJson(given, 1000)).toEqual({
    text: 'one\n\ttwo api_key=[secret]\n',
    key: '[secret]\nafter',
    ...{
      password: '[secret]',
      apiKey: '[secret]',
      accessToken: '[secret]',
      credential: null,
      tokens: 5,
      n: [1, true, null],
    },
    '[secret]': '[secret]',
  });
});

test('signs that nobody sees are not shown, in names neither', () => {
  expect(seenJson({ 'a\u200b': ['b\u202e\r\nc\td', 1, null], d: { e: '\u001b[2J' } })).toEqual({
    ...{ a: ['b\nc\td', 1, null], d: { e: '[2J' } },
  });
});

test.each([
  ['order.total > 1 and n < 2, see tasks.a', 'order.total > 1 and n < 2, see tasks.a'],
  ['a<b>c</b> <<b>script>alert(1)<`/script> <!-- x', 'a c < script>alert(1)'],
  ['evil.example/x?y evil.example:80 [go](javascript:x) www.x.y', 'go'],
])('words with formulas: %s', (given, shown) => {
  expect(plainWords(given, { longest: 200, formulas: true })).toBe(shown);
});

describe('what should come next', () => {
  const next = (steps: readonly Json[], known?: readonly string[]): unknown =>
    readTransition(
      { text: '', value: { updates: {}, next: steps } },
      known === undefined ? {} : { next_steps: [...known] },
    )?.next;

  test('is among the steps that there are, where somebody says which', () => {
    const step = { step: 'b', when: null };
    expect(next([{ step: 'b' }])).toEqual([step]);
    expect(next([{ step: 'b' }], ['a', 'b'])).toEqual([step]);
    expect(next([{ step: 'b' }], ['a'])).toBeUndefined();
    expect(next([{ step: 'b' }], [])).toBeUndefined();
    expect(next([], ['a'])).toEqual([]);
  });

  test('is not read when it is deeper than anybody looks', () => {
    const deep = JSON.parse(`${'['.repeat(200)}${']'.repeat(200)}`) as Json;
    expect(readTransition({ text: '', value: { updates: { deep }, next: [] } }, {})).toBeUndefined();
  });
});
