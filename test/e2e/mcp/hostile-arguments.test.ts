import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { JsonObject } from '../../../src/kernel/index.js';
import { TOOLS } from '../../../src/api/mcp/catalogue.js';
import { OPERATOR } from '../../../src/api/mcp/asker.js';
import { runTool } from '../../../src/api/mcp/run-tool.js';
import type { ToolDesk } from '../../../src/api/mcp/tool-desk.js';
import { TestService } from '../../world/service.js';

const NOBODY = '0191f7c2-0000-7000-8000-000000000000';

let service: TestService;
beforeAll(async () => {
  service = await TestService.start();
  const workflow = await service.workflow({ name: 'there', tasks: { wait: { event: { name: 'never' } } } });
  await service.post('/api/v1/executions', { workflow_id: workflow });
});
afterAll(() => service.stop());

/** Everything that a tool could have changed. */
const everything = async (): Promise<unknown> => {
  const pages = ['workflows', 'executions', 'templates?limit=1000', 'plugins', 'components', 'approvals'];
  const answers = await Promise.all(pages.map((page) => service.get(`/api/v1/${page}`)));
  return answers.map(({ body }) => body.data);
};

const deep = (levels: number): object => JSON.parse(`${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`) as object;

/** What every field is given, field by field the same. */
const HOSTILE: readonly (readonly [string, unknown])[] = [
  ['nothing', undefined],
  ['null', null],
  ['a number', 7],
  ['a text', 'x'],
  ['an id of nobody', NOBODY],
  ['a list', [[], {}]],
  ['an object', { constructor: 1, toString: 'x', prototype: {} }],
  ['true', true],
  ['a long text', 'a'.repeat(100_000)],
  ['many levels', deep(120)],
];

describe.each(HOSTILE)('every argument is %s', (_what, value) => {
  test('is refused or answered, and changes nothing', async () => {
    const before = await everything();
    const calls = TOOLS.map(async (tool) => {
      const names = Object.keys(tool.inputSchema.properties ?? {}).filter((name) => name !== 'confirm');
      const given = value === undefined ? {} : Object.fromEntries(names.map((name) => [name, value]));
      const { status, body } = await service.post('/mcp/process', { tool_name: tool.name, arguments: given });
      expect([tool.name, status]).toEqual([tool.name, 200]);
      const { code = 'none', details = {} } = body.metadata as JsonObject;
      expect([tool.name, code]).not.toEqual([tool.name, 'internal_error']);
      if (body.success === false) expect(details).toMatchObject({ cure: expect.any(String) });
      const needs = tool.inputSchema.required?.length ?? 0;
      // Without what it needs, none does anything.
      if (needs > 0 && (value === undefined || value === null))
        expect([tool.name, code]).toEqual([tool.name, 'validation_error']);
    });
    await Promise.all(calls);
    expect(await everything()).toEqual(before);
  });
});

const untouched = new Proxy(
  {},
  {
    get: (_target, name) => {
      throw new Error(`it has reached ${String(name)}`);
    },
  },
) as ToolDesk;

test.each([
  [
    'a key that reaches a prototype',
    '{"name":"x","description":"","tasks":{"__proto__":{"polluted":1}}}',
    '/tasks/__proto__',
  ],
  ['a number that JSON can not say', '{"name":"x","description":"","tasks":{"a":{"input":1e999}}}', '/tasks/a/input'],
  ['too many levels', `{"name":"x","description":"","tasks":${JSON.stringify(deep(300))}}`, ''],
  ['no object', '[]', ''],
])('%s reaches no service, whichever way it comes', async (_what, text, pointer) => {
  const given: unknown = JSON.parse(text);
  const outcome = await runTool(
    untouched,
    { name: 'CreateWorkflowDefinition', given },
    { asker: OPERATOR, person: { is: 'not asked' }, signal: AbortSignal.abort() },
  );
  expect(outcome).toMatchObject({ ok: false, error: { code: 'validation_error', details: { faults: [{ pointer }] } } });
  expect(({} as { polluted?: number }).polluted).toBeUndefined();
});

test('a field that a new tool does not know is refused with those that it knows', async () => {
  const body = { tool_name: 'GetWorkflowExecution', arguments: { execution_id: NOBODY, exection: 1 } };
  expect((await service.post('/mcp/process', body)).body).toMatchObject({
    metadata: { details: { faults: [{ code: 'unknown_field', pointer: '/exection' }] } },
  });
});

test('what needs the word of a person does nothing without it', async () => {
  const install = { tool_name: 'InstallPlugin', arguments: { source: '/tmp/nowhere.tgz', confirm: false } };
  expect((await service.post('/mcp/process', install)).body).toMatchObject({
    metadata: { code: 'unconfirmed', details: { cure: expect.stringContaining('confirm') } },
    error: expect.stringContaining('/tmp/nowhere.tgz'),
  });
});
