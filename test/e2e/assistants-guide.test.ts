import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { runCli } from '../../src/cli/main.js';
import type { JsonObject } from '../../src/kernel/index.js';
import { TestService } from '../world/service.js';

/* Every command of docs/guides/assistants.md, against a service. */

const guide = readFileSync(new URL('../../docs/guides/assistants.md', import.meta.url), 'utf8');

const WORKFLOW: JsonObject = {
  name: 'report',
  input_schema: {
    type: 'object',
    required: ['day'],
    properties: { day: { type: 'string' }, big: { type: 'boolean' } },
  },
  tasks: {
    ask: { type: 'core/value', input: { day: '${input.day}' } },
    fetch: {
      type: 'http/request',
      when: '${input.big}',
      input: { url: 'https://data.example/${input.day}' },
      depends_on: ['ask'],
    },
    ok: { approval: { by: ['ops'], within: 60 }, depends_on: ['fetch'] },
  },
};

let service: TestService;
let workflow: string;
let execution: string;
beforeAll(async () => {
  service = await TestService.start();
  workflow = (await service.post('/api/v1/workflows', WORKFLOW)).body.workflow_id as string;
  const broken = {
    name: 'broken',
    tasks: { a: { type: 'core/fail', input: { code: 'gone', message: 'nobody there' } } },
  };
  const { body } = await service.post('/api/v1/workflows', broken);
  const started = await service.post('/api/v1/executions', {
    workflow_id: body.workflow_id,
    execution_options: { async: false },
  });
  execution = started.body.execution_id as string;
});
afterAll(() => service.stop());

const words = (line: string): string[] =>
  [...line.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare ?? '');

const harmonia = async (line: string): Promise<{ code: number; out: string; err: string }> => {
  let [out, err] = ['', ''];
  const terminal = { out: (text: string) => (out += text), err: (text: string) => (err += text) };
  const args = words(line.replace('<workflow>', workflow).replace('<execution>', execution)).slice(1);
  const code = await runCli(['node', 'harmonia', ...args, '--url', service.url], terminal as never);
  return { code, out, err };
};

const commands = [...guide.matchAll(/```sh\n([^`]*)```/g)].flatMap(([, block = '']) => block.trim().split('\n'));

test('the guide has commands', () => expect(commands.length).toBeGreaterThan(1));

test.each(commands)('%s', async (line) => {
  const { code, out, err } = await harmonia(line);
  expect([code, err]).toEqual([0, '']);
  expect(out).not.toBe('');
});

test('a workflow is named by its id or its name', async () => {
  const input = `--input '{"day":"2026-11-24"}'`;
  const [byId, byName] = [
    await harmonia(`harmonia plan <workflow> ${input}`),
    await harmonia(`harmonia plan report ${input}`),
  ];
  expect([byName.code, byName.out]).toEqual([0, byId.out]);
  const { code, err } = await harmonia('harmonia plan nobody');
  expect([code, err]).toEqual([2, expect.stringContaining('No workflow nobody')]);
});

test('a plan for a person', async () => {
  const { out } = await harmonia(commands[0] as string);
  expect(out).toMatch(/● \/ask {2}core\/value/);
  expect(out).toMatch(/× \/fetch {2}http\/request \(its condition is false\)/);
  expect(out).toMatch(/\/ok {2}approval by ops, at most 60 s/);
});

test('an input that does not fit is refused, and nothing is started', async () => {
  const { code, err } = await harmonia(`harmonia plan <workflow> --input '{"day":5}'`);
  expect(code).toBe(2);
  expect(err).toMatch(/\/input\/day/);
  const { body } = await service.get(`/api/v1/executions?workflow_id=${workflow}`);
  expect(body.total).toBe(0);
});

test('an explanation for a person', async () => {
  const { out } = await harmonia('harmonia explain <workflow>');
  expect(out).toMatch(/^What it is\n {2}“report”, version `1\.0\.0`: 3 tasks\./);
  expect(out).toMatch(/3\. `ok` waits for an approval by “ops”, for at most 1 minute, and fails after that\./);
  const operator = await harmonia('harmonia explain report --audience operator --llm never');
  expect(operator.out.match(/^\S.*$/gm)?.[1]).toBe('What starts it');
  const wrong = await harmonia('harmonia explain report --audience nobody');
  expect(wrong.code).not.toBe(0);
});

test('help with expressions for a person', async () => {
  const [broken, fine, words] = commands.filter((line) => line.startsWith('harmonia expression')) as [
    string,
    string,
    string,
  ];
  expect((await harmonia(broken)).out).toMatch(/error: .*"imput".* \(at 5\)\n {4}Did you mean input\?/);
  const { out } = await harmonia(fine);
  expect(out).toMatch(
    /\(string\)[^]*reads input\.day: string[^]*gives "2026-11-24!"[^]*with null at input\.day: fails/,
  );
  expect((await harmonia(words)).out).toContain('input.?nick.orValue("nobody")');
});

test('what docs/expressions.md asks for help with', async () => {
  const page = readFileSync(new URL('../../docs/expressions.md', import.meta.url), 'utf8');
  const [, body = ''] = /```json help\n([^]*?)```/.exec(page) ?? [];
  const { data } = (await service.post('/api/v1/expressions/help', body)).body;
  expect(data).toMatchObject({ expression: { errors: [{ code: 'unknown_task', did_you_mean: ['fetch'] }] } });
  const mended = body.replace('tasks.fech', 'tasks.fetch');
  expect((await service.post('/api/v1/expressions/help', mended)).body.data).toMatchObject({
    expression: { errors: [], result: { value: 2 } },
  });
});

test('a diagnosis for a person', async () => {
  const { out } = await harmonia('harmonia diagnose <execution>');
  expect(out).toMatch(/\/a: gone\. nobody there/);
  expect(out).toMatch(/#\d+ \/a attempt 1 failed after [\d.]+ s: fatal gone: nobody there/);
  expect(out).toContain(`harmonia execution retry ${execution}`);
});
