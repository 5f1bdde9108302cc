import { expect } from '@jest/globals';
import type { CallToolResult, Client, Progress, RequestOptions } from '@modelcontextprotocol/client';
import type { JsonObject } from '../../src/kernel/index.js';

const textOf = ({ content }: CallToolResult): JsonObject => {
  const [first] = content;
  if (first?.type !== 'text') throw new Error('no text');
  return JSON.parse(first.text) as JsonObject;
};

/** Calls a tool that must not refuse. The client holds what comes against the output schema. */
export const callTool = async (
  client: Client,
  name: string,
  given: Readonly<Record<string, unknown>> = {},
  options: RequestOptions = {},
): Promise<JsonObject> => {
  const result = await client.callTool({ name, arguments: given }, options);
  if (result.isError) throw new Error(`${name}: ${JSON.stringify(result.content)}`);
  expect(textOf(result)).toEqual(result.structuredContent);
  return result.structuredContent as JsonObject;
};

export interface Refusal {
  readonly code: string;
  readonly message: string;
  readonly details: { readonly cure: string; readonly faults?: readonly JsonObject[] };
}

/** Calls a tool that must refuse. */
export const refusedTool = async (
  client: Client,
  name: string,
  given: Readonly<Record<string, unknown>>,
): Promise<Refusal> => {
  const result = await client.callTool({ name, arguments: given });
  expect(result).toMatchObject({ isError: true });
  expect(result.structuredContent).toBeUndefined();
  return textOf(result).error as unknown as Refusal;
};

/**
 * Makes a workflow that stops in the middle for an event, runs it, and gives the event as soon as its progress is told:
 * it can not end before. Answers the ids.
 */
export const runWatched = async (client: Client, name: string): Promise<{ workflow: string; execution: string }> => {
  const tasks = {
    a: { type: 'core/value', input: { n: '${input.n}' } },
    go: { event: { name: 'go' }, depends_on: ['a'] },
    b: { type: 'core/log', input: { message: 'gone' }, depends_on: ['go'] },
  };
  const document = { name, description: 'stops in the middle', tasks };
  const { workflow_id: workflow } = await callTool(client, 'CreateWorkflowDefinition', document);
  const input = { workflow_id: workflow, input_data: { n: 7 } };
  const { execution_id: execution } = await callTool(client, 'ExecuteWorkflow', input);
  const told: Progress[] = [];
  const onprogress = (progress: Progress): void => {
    told.push(progress);
    if (told.length === 1) void callTool(client, 'SendEvent', { execution_id: execution, name: 'go' });
  };
  const given = { execution_id: execution, timeout_seconds: 60 };
  const ended = await callTool(client, 'WaitForWorkflowExecution', given, { onprogress, timeout: 90_000 });
  expect(ended).toMatchObject({ ended: true, status: 'completed', tasks: { a: { output: { n: 7 } } } });
  expect(told[0]).toMatchObject({ total: 3, message: expect.stringContaining(`${name}: `) });
  const counts = told.map(({ progress }) => progress);
  expect(counts).toEqual([...new Set(counts)].sort());
  return { workflow: workflow as string, execution: execution as string };
};

/** Has a person behind a client say yes or no to whatever he is asked; what that was. */
export const answering = (client: Client, agree: boolean | 'decline' | 'cancel'): readonly string[] => {
  const asked: string[] = [];
  client.setRequestHandler('elicitation/create', ({ params: { message } }) => {
    asked.push(message);
    return typeof agree === 'string' ? { action: agree } : { action: 'accept', content: { agree } };
  });
  return asked;
};
