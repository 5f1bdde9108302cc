import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  Client,
  StreamableHTTPClientTransport,
  type CallToolResult,
  type Progress,
} from '@modelcontextprotocol/client';
import type { JsonObject } from '../../../src/kernel/index.js';
import { TestService } from '../../world/service.js';

let service: TestService;
beforeAll(async () => {
  service = await TestService.start();
});
afterAll(() => service.stop());

/** `auto`: of today; `legacy`: as clients of the first generation begin. */
const connect = async (mode: 'auto' | 'legacy'): Promise<Client> => {
  const client = new Client({ name: 'test', version: '1.0.0' }, { versionNegotiation: { mode } });
  await client.connect(new StreamableHTTPClientTransport(new URL(`${service.url}/mcp`)));
  return client;
};

const textOf = ({ content }: CallToolResult): JsonObject => {
  const [first] = content;
  if (first?.type !== 'text') throw new Error('no text');
  return JSON.parse(first.text) as JsonObject;
};

/** Calls a tool that must not refuse. */
const call = async (client: Client, name: string, given: object = {}, options = {}): Promise<JsonObject> => {
  const result = (await client.callTool({ name, arguments: { ...given } }, options)) as CallToolResult;
  if (result.isError) throw new Error(JSON.stringify(result.content));
  expect(textOf(result)).toEqual(result.structuredContent);
  return result.structuredContent as JsonObject;
};

const refused = async (client: Client, name: string, given: object): Promise<JsonObject> => {
  const result = (await client.callTool({ name, arguments: { ...given } })) as CallToolResult;
  expect(result.isError).toBe(true);
  expect(result.structuredContent).toBeUndefined();
  return textOf(result).error as JsonObject;
};

const TASKS = {
  a: { type: 'core/value', input: { n: '${input.n}' } },
  b: { type: 'core/delay', input: { seconds: 0.4 }, depends_on: ['a'] },
};

describe.each(['auto', 'legacy'] as const)('a client that begins as %s', (mode) => {
  let client: Client;
  beforeAll(async () => {
    client = await connect(mode);
  });
  afterAll(() => client.close());

  test('makes a workflow, runs it, watches it and reads what came', async () => {
    const document = { name: `made by ${mode}`, description: 'two tasks', tasks: TASKS };
    const { workflow_id: workflow } = await call(client, 'CreateWorkflowDefinition', document);
    const started = await call(client, 'ExecuteWorkflow', { workflow_id: workflow, input_data: { n: 7 } });
    const told: Progress[] = [];
    const given = { execution_id: started.execution_id, timeout_seconds: 20 };
    const ended = await call(client, 'WaitForWorkflowExecution', given, { onprogress: (p: Progress) => told.push(p) });
    expect(ended).toMatchObject({ ended: true, status: 'completed', tasks: { a: { output: { n: 7 } } } });
    expect(told.length).toBeGreaterThan(0);
    expect(
      told.every(({ progress, total }, index) => total === 2 && progress > (told[index - 1]?.progress ?? -1)),
    ).toBe(true);
  });
});
