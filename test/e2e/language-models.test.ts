import { afterAll, afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { LlmDouble } from '../llm/double/llm-double.mjs';
import { TestService } from '../world/service.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

let double: LlmDouble;
let service: TestService | undefined;
beforeEach(async () => {
  double = await LlmDouble.start({ speaks: ['openai'], openai: { apiKey: 'key-canary-77' } });
});
afterEach(async () => {
  await service?.stop();
  service = undefined;
  await double.stop();
});

const start = async (more: Record<string, string> = {}): Promise<TestService> => {
  service = await TestService.start({ OPENAI_BASE_URL: double.openaiUrl, OPENAI_API_KEY: 'key-canary-77', ...more });
  return service;
};

const ask = (input: object) => ({ name: 'ask', tasks: { ask: { type: 'llm/generate', input } } });

/** The failure of a prompt, as a workflow sees it. */
const failureOf = async (running: TestService): Promise<unknown> => {
  const workflow = await running.workflow({
    name: 'fails',
    tasks: {
      ask: { type: 'llm/generate', input: { prompt: 'x' }, on_error: 'continue' },
      then: {
        type: 'core/value',
        depends_on: ['ask'],
        input: { code: '${tasks.ask.error.code}', message: '${tasks.ask.error.message}' },
      },
    },
  });
  const { task_status: steps } = (await running.complete(workflow)) as {
    task_status?: { then?: { output?: unknown } };
  };
  return steps?.then?.output;
};

describe('llm/generate', () => {
  test('asks the configured model', async () => {
    const running = await start();
    double.script({ is: 'text', text: 'Hi.', usage: { prompt_tokens: 4, completion_tokens: 2, total_tokens: 6 } });
    const input = { prompt: 'Say hi.', system: 'Be brief.', temperature: 0, max_tokens: 9 };
    const done = await running.complete(await running.workflow(ask(input)));
    expect(done).toMatchObject({
      status: 'completed',
      task_status: {
        ask: {
          output: { text: 'Hi.', output: null, model: 'test-model', usage: { input_tokens: 4, output_tokens: 2 } },
        },
      },
    });
    expect(double.requests.at(-1)?.body).toMatchObject({
      messages: [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content: 'Say hi.' },
      ],
      ...{ temperature: 0, max_tokens: 9 },
    });
  });

  test('answers a value that fits the schema', async () => {
    const running = await start();
    double.script('```json\n{"n": 1,}\n```');
    const schema = { type: 'object', required: ['n'], properties: { n: { type: 'integer' } } };
    const done = await running.complete(await running.workflow(ask({ prompt: 'Count.', schema })));
    expect(done).toMatchObject({ task_status: { ask: { output: { output: { n: 1 } } } } });
  });

  test('fails with the code of the error, and shows no key', async () => {
    const running = await start({ OPENAI_API_KEY: 'key-canary-wrong' });
    const failure = await failureOf(running);
    expect(failure).toMatchObject({ code: 'llm_unauthorized' });
    const status = await running.get('/api/v1/llm/status');
    expect(status.body.data).toMatchObject({
      available: false,
      transports: [{ id: 'openai-compatible', address: double.openaiUrl, state: 'barred' }],
    });
    expect(JSON.stringify([failure, status.body])).not.toContain('canary');
  });

  test('prompts of tasks go to Rhetor only when that is allowed', async () => {
    const rhetor = await LlmDouble.start({ speaks: ['rhetor'] });
    try {
      const { port } = new URL(rhetor.url);
      const environment = { TEKTON_LLM_MODE: 'rhetor', RHETOR_HOST: '127.0.0.1', RHETOR_PORT: port };
      const wary = await start(environment);
      expect(await failureOf(wary)).toMatchObject({ code: 'llm_unavailable' });
      expect(rhetor.seen).toEqual([]);
      await wary.stop();
      const willing = await start({ ...environment, TEKTON_LLM_RHETOR_PAYLOADS: 'true' });
      const done = await willing.complete(await willing.workflow(ask({ prompt: 'Say hi.' })));
      expect(done).toMatchObject({
        task_status: { ask: { output: { text: 'Hello from the double.', model: 'unknown' } } },
      });
    } finally {
      await rhetor.stop();
    }
  });
});

test('a service without a model says so', async () => {
  service = await TestService.start();
  expect((await service.get('/api/v1/llm/status')).body.data).toEqual({
    ...{ mode: 'auto', available: false, transports: [], resting: [] },
  });
});

test('the settings of the guide are enough', async () => {
  const guide = await readFile(join(ROOT, 'docs/guides/language-models.md'), 'utf8');
  const command = /```sh\n(.*) harmonia serve\n```/.exec(guide)?.[1] ?? '';
  const environment = Object.fromEntries(command.split(' ').map((setting) => setting.split('=') as [string, string]));
  expect(environment.OPENAI_BASE_URL).toBe('http://localhost:11434/v1');
  const local = await LlmDouble.start({ speaks: ['openai'], openai: { models: ['llama3.3', 'other'] } });
  try {
    service = await TestService.start({ ...environment, OPENAI_BASE_URL: local.openaiUrl });
    const done = await service.complete(await service.workflow(ask({ prompt: 'Say hi.' })));
    expect(done).toMatchObject({ status: 'completed', task_status: { ask: { output: { model: 'llama3.3' } } } });
  } finally {
    await local.stop();
  }
});

describe('libraries of language models', () => {
  const directories: string[] = [];
  afterAll(async () => {
    for (const directory of directories) await rm(directory, { recursive: true, force: true });
  });

  /** What a process loads of them that starts Harmonia, looks at the status, and asks when it is told to. */
  const loaded = async (environment: Record<string, string>): Promise<{ before: string[]; after: string[] }> => {
    const data = await mkdtemp(join(tmpdir(), 'harmonia-llm-'));
    directories.push(data);
    const victim = join(ROOT, 'test/llm/double/loaded-libraries.mjs');
    const { PATH = '', HOME = '' } = process.env;
    const { stdout } = await promisify(execFile)(process.execPath, [victim, data], {
      env: { PATH, HOME, ...environment },
    });
    return JSON.parse(stdout) as { before: string[]; after: string[] };
  };

  test('are not loaded by a service that has no model', async () => {
    expect(await loaded({})).toEqual({ before: [], after: [] });
  });

  test('are loaded when the first request is made, and only what it needs', async () => {
    const environment = { OPENAI_BASE_URL: double.openaiUrl, OPENAI_API_KEY: 'key-canary-77' };
    expect(await loaded(environment)).toEqual({ before: [], after: ['openai'] });
    const { before, after } = await loaded({ ...environment, CHAT: '1' });
    expect(before).toEqual([]);
    expect(after).toEqual(expect.arrayContaining(['@langchain/core', 'langchain', 'openai']));
  });
});
