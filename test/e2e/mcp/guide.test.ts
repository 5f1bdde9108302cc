import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { fileURLToPath } from 'node:url';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { TOOLS } from '../../../src/api/mcp/catalogue.js';
import { TestService } from '../../world/service.js';

const guide = readFileSync(new URL('../../../docs/guides/mcp.md', import.meta.url), 'utf8');
const PROGRAM = fileURLToPath(new URL('../../../bin/harmonia.js', import.meta.url));
const run = promisify(execFile);

let service: TestService;
beforeAll(async () => {
  service = await TestService.start();
});
afterAll(() => service.stop());

const blocks = (language: string): string[] =>
  [...guide.matchAll(new RegExp(`\`\`\`${language}\\n([^]*?)\`\`\``, 'g'))].map(([, text = '']) =>
    text.replaceAll('http://127.0.0.1:8007', service.url).replaceAll('/home/you/.harmonia', `${service.directory}/mcp`),
  );

interface Entry {
  readonly command?: string;
  readonly args: readonly string[];
  readonly env: Record<string, string>;
  readonly url: string;
}

/** Connects as a client does that has read the configuration. */
const connect = async ({ command, args, env, url }: Entry): Promise<Client> => {
  const client = new Client({ name: 'guide', version: '1.0.0' }, { versionNegotiation: { mode: 'auto' } });
  if (command === undefined) {
    await client.connect(new StreamableHTTPClientTransport(new URL(url)));
    return client;
  }
  expect(command).toBe('harmonia');
  const surroundings = { ...(process.env as Record<string, string>), ...env, HARMONIA_API_KEY: '' };
  const started = { command: process.execPath, args: [PROGRAM, ...args], env: surroundings };
  await client.connect(new StdioClientTransport({ ...started, stderr: 'ignore' }));
  return client;
};

describe('docs/guides/mcp.md', () => {
  test('every configuration of it connects', async () => {
    const entries = blocks('json').map((text) => (JSON.parse(text) as { mcpServers: { harmonia: Entry } }).mcpServers);
    expect(entries).toHaveLength(3);
    for (const { harmonia } of entries) {
      const client = await connect(harmonia);
      expect((await client.listTools()).tools).toHaveLength(TOOLS.length);
      await client.close();
    }
  }, 60_000);

  test('every request of it is answered', async () => {
    const lines = blocks('sh').flatMap((block) => block.trim().split('\n'));
    expect(lines).toHaveLength(5);
    for (const line of lines) {
      const { stdout } = await run('sh', ['-c', line]);
      const answer = JSON.parse(stdout) as { success?: boolean; error?: unknown };
      expect([line, answer.success ?? true, answer.error ?? null]).toEqual([line, true, null]);
    }
  });

  test('its table has every tool, with what it needs', () => {
    const rows = [...guide.matchAll(/^\| `(\w+)` +\| (.+?) +\| (read|run|write|admin) +\|$/gm)];
    expect(rows.map(([, name, title, access]) => ({ name, title, access }))).toEqual(
      TOOLS.map(({ name, title, access }) => ({ name, title, access })),
    );
  });
});
