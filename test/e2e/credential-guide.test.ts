import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { ServiceProcess } from '../world/service-process.js';

const ROOT = join(import.meta.dirname, '../..');
const run = promisify(execFile);
const PREAMBLE = `set -euo pipefail\nharmonia() { ${JSON.stringify(process.execPath)} ${JSON.stringify(join(ROOT, 'bin/harmonia.js'))} "$@"; }\n`;
const CANARY = 'canary-of-the-guide';

let directory: string;
let service: ServiceProcess;
let blocks: readonly string[];

/** Does what docs/guides/credentials.md says, to the letter. */
beforeAll(async () => {
  const guide = await readFile(join(ROOT, 'docs/guides/credentials.md'), 'utf8');
  directory = await mkdtemp(join(tmpdir(), 'harmonia-credentials-'));
  // A file is named right before what stands in it.
  for (const [, name = '', text = ''] of guide.matchAll(/`([\w/]+\.(?:json|js|yaml))`:\n\n```\w+\n([^]*?)```/g)) {
    await mkdir(dirname(join(directory, name)), { recursive: true });
    await writeFile(join(directory, name), text);
  }
  const harmonia = { apiVersion: '^1.0', id: 'caller', tasks: ['ask'] };
  const manifest = { name: 'caller', version: '1.0.0', type: 'module', exports: './index.js', harmonia };
  await writeFile(join(directory, 'caller/package.json'), JSON.stringify(manifest));
  service = await ServiceProcess.start(join(directory, 'data'), { HARMONIA_PLUGINS: join(directory, 'caller') });
  blocks = [...guide.matchAll(/```sh\n([^]*?)```/g)].map(([, text = '']) => text);
}, 60_000);
afterAll(async () => {
  await service.kill();
  await rm(directory, { recursive: true, force: true });
});

const shell = async (block: string | undefined): Promise<string> => {
  const { port } = new URL(service.url);
  const secrets = { GITHUB_TOKEN: `${CANARY}-1`, MAIL_PASSWORD: `${CANARY}-2`, GREETING: `${CANARY}-3` };
  const { stdout } = await run('bash', ['-c', PREAMBLE + (block ?? 'false').replaceAll(':8007', `:${port}`)], {
    cwd: directory,
    env: { ...process.env, HARMONIA_PORT: port, ...secrets },
  });
  expect(stdout).not.toContain(CANARY);
  return stdout;
};

const outputOf = async (file: string): Promise<unknown> => {
  const document = await readFile(join(directory, file), 'utf8');
  const kept = await fetch(`${service.url}/api/v1/workflows`, {
    method: 'POST',
    headers: { 'content-type': 'application/yaml' },
    body: document,
  });
  const { workflow_id } = (await kept.json()) as { workflow_id: string };
  const body = { workflow_id, execution_options: { async: false } };
  const { body: ended } = await service.post('/api/v1/executions', body);
  return (ended.data as { output?: unknown }).output;
};

test('its commands and examples work in their order', async () => {
  expect(blocks).toHaveLength(4);
  const set = await shell(blocks[0]);
  expect(set).toMatch(/github: Credential made\nmail: Credential made\ngreeting: Credential made\n/);
  expect(set).toContain('reads our repositories');
  expect(set).toMatch(/mail deleted\n$/);
  const curled = await shell(blocks[1]);
  expect(curled).toContain('Credential made');
  expect(curled).not.toContain('replace me');

  expect(await outputOf('greet.yaml')).toEqual({ said: 'They say: ***' });
  expect(await outputOf('caller/workflow.yaml')).toEqual({ ask: { as: 'bearer', with: '***' } });

  expect(await shell(blocks[2])).toBe('2 credential(s) are under the newest key\n');
  service.signal('SIGTERM');
  await service.ended();
  expect(await shell(blocks[3])).toBe('2 credential(s) are under the newest key\n');
}, 120_000);
