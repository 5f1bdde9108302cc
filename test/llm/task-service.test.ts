import { afterAll, describe, expect, test } from '@jest/globals';
import { createLlmService } from '../../src/llm/index.js';
import type { LlmService } from '../../src/plugin/contract/index.js';
import { closeIsolated, isolated } from '../world/isolated.js';
import { closeWorlds, makeClient, startDouble } from './client-world.js';
import type { Behaviour, LlmDouble } from './double/llm-double.mjs';

afterAll(closeWorlds);
afterAll(closeIsolated);

const world = async (): Promise<{ double: LlmDouble; service: LlmService }> => {
  const double = await startDouble({ speaks: ['openai'] });
  const { client } = makeClient({ openai: { baseUrl: double.openaiUrl }, maxRetries: 0 });
  return { double, service: createLlmService(client, { costOf: () => undefined }) };
};

const signal = new AbortController().signal;

describe('failures of models, as tasks see them', () => {
  test.each<[string, Behaviour, object]>([
    [
      'an overload',
      { is: 'status', status: 429, retryAfter: 60 },
      { kind: 'transient', code: 'llm_rate_limited', retryAfter: 60_000 },
    ],
    ['an outage', { is: 'status', status: 503 }, { kind: 'transient', code: 'llm_failed' }],
    ['a broken connection', { is: 'reset' }, { kind: 'transient', code: 'llm_unreachable' }],
    ['a wrong key', { is: 'status', status: 401 }, { kind: 'fatal', code: 'llm_unauthorized' }],
    ['a wrong request', { is: 'status', status: 400 }, { kind: 'fatal', code: 'llm_invalid_request' }],
  ])('%s', async (_name, behaviour, expected) => {
    const { double, service } = await world();
    double.model = () => behaviour;
    const failure: unknown = await service.generate({ prompt: 'x', signal }).catch((error: unknown) => error);
    expect(failure).toMatchObject({ brand: 'tekton.harmonia.failure', ...expected });
  });

  test('answers of no use', async () => {
    const { double, service } = await world();
    double.model = () => 'No.';
    const schema = { type: 'object' };
    await expect(service.generate({ prompt: 'x', schema, signal })).rejects.toMatchObject({
      kind: 'transient',
      code: 'llm_unusable_answer',
    });
    double.model = () => ({ is: 'refusal', text: 'I will not.' });
    await expect(service.generate({ prompt: 'x', schema, signal })).rejects.toMatchObject({
      kind: 'fatal',
      code: 'llm_refused',
    });
  });

  test('a schema that nobody can fill does not take the model from the others', async () => {
    const { double, service } = await world();
    double.model = ({ prompt }) => (prompt === 'good' ? '{}' : 'No.');
    const hopeless = { type: 'object', required: ['x'] };
    for (let count = 0; count < 6; count++)
      await service.generate({ prompt: 'x', schema: hopeless, signal }).catch(() => undefined);
    expect(await service.generate({ prompt: 'good', schema: { type: 'object' }, signal })).toMatchObject({
      output: {},
    });
  });

  test('an equal prompt is asked again: memory is the workflow’s to grant', async () => {
    const { double, service } = await world();
    await service.generate({ prompt: 'x', temperature: 0, signal });
    await service.generate({ prompt: 'x', temperature: 0, signal });
    expect(double.seen).toHaveLength(2);
  });
});

test('a plugin that is not trusted asks over its line, and its abort reaches the model', async () => {
  const { double, service } = await world();
  const plugin = await isolated({
    services: { llm: service },
    tasks: { ask: 'return context.services.llm.generate({ ...input, signal: context.signal });' },
  });
  double.script('{"n":1}');
  const input = { prompt: 'Count.', schema: { type: 'object', required: ['n'] } };
  expect(await plugin.run('ask', { input })).toMatchObject({
    is: 'completed',
    output: { text: '{"n":1}', output: { n: 1 }, model: 'test-model' },
  });
  double.script({ is: 'status', status: 401 });
  expect(await plugin.run('ask', { input: { prompt: 'x' } })).toMatchObject({
    is: 'failed',
    failure: { kind: 'fatal', code: 'llm_unauthorized' },
  });
});

test('an isolated attempt that is called off ends its request', async () => {
  const { double, service } = await world();
  const plugin = await isolated({
    services: { llm: service },
    tasks: { ask: 'return context.services.llm.generate({ ...input, signal: context.signal });' },
  });
  double.script({ is: 'hang' });
  const abort = new AbortController();
  const run = plugin.run('ask', { input: { prompt: 'x' }, signal: abort.signal });
  await double.asked(1);
  abort.abort();
  expect(await run).toMatchObject({ is: 'failed' });
});
