import { describe, expect, test } from '@jest/globals';
import { generate } from '../../../plugins/llm/src/generate.js';
import { fatal, transient, type LlmAnswer, type LlmRequest } from '../../../src/plugin/contract/index.js';
import type { JsonObject } from '../../../src/kernel/index.js';
import { runTask, type TaskRun } from '../../../src/plugin/testing/index.js';
import { TestService } from '../../world/service.js';

const ask = async (
  input: JsonObject,
  answer: (request: LlmRequest) => LlmAnswer | Promise<LlmAnswer>,
  signal?: AbortSignal,
): Promise<{ run: TaskRun; asked: LlmRequest[] }> => {
  const asked: LlmRequest[] = [];
  const llm = {
    generate: (request: LlmRequest): Promise<LlmAnswer> => {
      asked.push(request);
      return Promise.resolve(answer(request));
    },
  };
  const run = await runTask(generate, input, { services: { llm }, ...(signal && { signal }) });
  return { run, asked };
};

describe('llm/generate', () => {
  test('hands on what it is given and answers what the model says', async () => {
    const schema = { type: 'object' };
    const input = { prompt: 'p', system: 's', model: 'm', temperature: 0, max_tokens: 5, schema };
    const { run, asked } = await ask(input, () => ({
      text: '{"a":1}',
      output: { a: 1 },
      model: 'm-1',
      usage: { inputTokens: 3, outputTokens: 4 },
    }));
    expect(asked).toEqual([
      {
        prompt: 'p',
        system: 's',
        model: 'm',
        temperature: 0,
        maxTokens: 5,
        schema,
        signal: expect.anything() as unknown,
      },
    ]);
    expect(run.outcome).toEqual({
      is: 'completed',
      output: {
        ...{ text: '{"a":1}', output: { a: 1 }, model: 'm-1', cost: null },
        usage: { input_tokens: 3, output_tokens: 4 },
      },
    });
  });

  test('says nothing that it was not told, and answers null for what there is not', async () => {
    const { run, asked } = await ask({ prompt: 'p' }, () => ({ text: 'hi', model: 'm' }));
    expect(Object.keys(asked[0] ?? {}).sort()).toEqual(['prompt', 'signal']);
    expect(run.outcome).toMatchObject({ output: { text: 'hi', output: null, usage: null } });
  });

  test('prose in the place of a value is a failure; null is a value', async () => {
    const input = { prompt: 'p', schema: {} };
    const prose = await ask(input, () => ({ text: 'I cannot', model: 'm' }));
    expect(prose.run.outcome).toMatchObject({ failure: { kind: 'fatal', code: 'llm_no_output' } });
    const value = await ask(input, () => ({ text: 'null', output: null, model: 'm' }));
    expect(value.run.outcome).toMatchObject({ is: 'completed', output: { output: null } });
  });

  test('failures of the service are its own', async () => {
    const busy = await ask({ prompt: 'p' }, () => {
      throw transient('llm_busy', 'later', { retryAfter: 5 });
    });
    expect(busy.run.outcome).toMatchObject({ failure: { kind: 'transient', code: 'llm_busy', retry_after: 5 } });
    const budget = await ask({ prompt: 'p' }, () => Promise.reject(fatal('llm_budget', 'spent')));
    expect(budget.run.outcome).toMatchObject({ failure: { kind: 'fatal', code: 'llm_budget' } });
  });

  test('an abort reaches the model', async () => {
    const controller = new AbortController();
    const { run } = await ask(
      { prompt: 'p' },
      ({ signal }) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => reject(new Error('stopped')));
          controller.abort();
        }),
      controller.signal,
    );
    expect(run.outcome).toMatchObject({ is: 'failed' });
  });

  test.each<JsonObject>([
    {},
    { prompt: '' },
    { prompt: 'p', temperature: 3 },
    { prompt: 'p', max_tokens: 0 },
    { prompt: 'p', key: 'x' },
  ])('refuses %j', async (input) => {
    const { run, asked } = await ask(input, () => ({ text: '', model: 'm' }));
    expect(run.outcome).toMatchObject({ failure: { kind: 'fatal', code: 'schema_mismatch' } });
    expect(asked).toEqual([]);
  });
});

test('in a service without a model the step fails at once, and its workflow can go on', async () => {
  const service = await TestService.start();
  try {
    const workflow = await service.workflow({
      name: 'ask',
      tasks: {
        ask: { type: 'llm/generate', input: { prompt: 'Hello' }, on_error: 'continue' },
        then: { type: 'core/value', depends_on: ['ask'], input: { error: '${tasks.ask.error.code}' } },
      },
    });
    expect(await service.complete(workflow)).toMatchObject({
      status: 'completed',
      task_status: { then: { output: { error: 'llm_unavailable' } } },
    });
  } finally {
    await service.stop();
  }
});
