import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { answering, callTool, refusedTool, runWatched } from '../../world/mcp-client.js';
import { TestService } from '../../world/service.js';

const PROGRAM = fileURLToPath(new URL('../../../bin/harmonia.js', import.meta.url));

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'harmonia-mcp-'));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

const environment = (settings: Record<string, string> = {}): Record<string, string> => ({
  ...(process.env as Record<string, string>),
  HARMONIA_SHUTDOWN_SECONDS: '0',
  ...settings,
});

interface Started {
  readonly client: Client;
  /** What it said that was no message. */
  readonly noise: string[];
}

const start = async (mode: 'auto' | 'legacy', ...options: string[]): Promise<Started> => {
  const able = { capabilities: { elicitation: { form: {} } } };
  const client = new Client({ name: 'test', version: '1.0.0' }, { versionNegotiation: { mode }, ...able });
  const args = [PROGRAM, 'mcp', ...options];
  const settings = { HARMONIA_DATA_DIR: directory, HARMONIA_LOG_LEVEL: 'debug' };
  const transport = new StdioClientTransport({
    ...{ command: process.execPath, args, env: environment(settings), stderr: 'ignore' },
  });
  const noise: string[] = [];
  client.onerror = ({ message }) => {
    // Progress that is told while the answer is on its way: a message, only a late one.
    if (!message.includes('unknown token')) noise.push(message);
  };
  await client.connect(transport);
  return { client, noise };
};

const runOne = async ({ client, noise }: Started, name: string): Promise<void> => {
  await runWatched(client, name);
  expect(await refusedTool(client, 'GetWorkflowExecution', { execution_id: 'x' })).toMatchObject({
    details: { faults: [{ pointer: '/execution_id' }] },
  });
  expect((await client.listResources()).resources.length).toBeGreaterThan(10);
  expect((await client.getPrompt({ name: 'build_workflow', arguments: { goal: 'x' } })).messages).toHaveLength(2);
  await expect(client.callTool({ name: 'NoSuchTool' })).rejects.toMatchObject({ data: { code: 'tool_not_found' } });
  expect(noise).toEqual([]);
};

test('harmonia mcp has an engine of its own, and keeps what was made', async () => {
  const first = await start('auto');
  await runOne(first, 'kept');
  await first.client.close();
  const second = await start('legacy');
  const { workflows } = await callTool(second.client, 'ListWorkflowDefinitions');
  expect(workflows).toMatchObject([{ name: 'kept' }]);
  await runOne(second, 'another');
  const asked = answering(second.client, true);
  const [{ workflow_id: kept } = {}] = workflows as unknown as { workflow_id?: string }[];
  await callTool(second.client, 'DeleteWorkflowDefinition', { workflow_id: kept });
  expect(asked).toEqual(['Delete the workflow "kept"?']);
  await second.client.close();
}, 60_000);

test('harmonia mcp --url speaks for a service that runs', async () => {
  const service = await TestService.start();
  const bridged = await start('auto', '--url', service.url);
  await runOne(bridged, 'there');
  expect((await service.get('/api/v1/workflows')).body.total).toBe(1);
  await bridged.client.close();
  await service.stop();
}, 60_000);

const end = async (...options: string[]): Promise<{ code: number; out: string; err: string }> => {
  const child = spawn(process.execPath, [PROGRAM, 'mcp', ...options], { env: environment() });
  let [out, err] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString('utf8')));
  child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString('utf8')));
  child.stdin.end('this is no message\n');
  const [code] = (await once(child, 'close')) as [number];
  return { code, out, err };
};

test('it ends when its input does, and says nothing but messages', async () => {
  const data = join(directory, 'other');
  expect(await end('--data-dir', data)).toMatchObject({ code: 0, out: '' });
}, 60_000);

test('data that a service has are not shared, and an address at which nobody is, is said', async () => {
  const service = await TestService.start();
  const locked = await end('--data-dir', service.directory);
  expect(locked).toMatchObject({ code: 2, out: '', err: expect.stringContaining('harmonia mcp --url') });
  await service.stop();
  const nobody = await end('--url', service.url);
  expect(nobody).toMatchObject({ code: 2, out: '', err: expect.stringContaining('harmonia serve') });
}, 60_000);
