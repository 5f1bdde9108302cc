import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ServiceProcess } from '../../world/service-process.js';

const ROOT = join(import.meta.dirname, '../../..');
const run = promisify(execFile);
const PREAMBLE = `set -euo pipefail\nharmonia() { ${JSON.stringify(process.execPath)} ${JSON.stringify(join(ROOT, 'bin/harmonia.js'))} "$@"; }\n`;

let directory: string;
let service: ServiceProcess | undefined;
let blocks: readonly string[];
beforeAll(async () => {
  const guide = await readFile(join(ROOT, 'docs/guides/access.md'), 'utf8');
  blocks = [...guide.matchAll(/```sh\n([^]*?)```/g)].map(([, text = '']) => text);
  directory = await mkdtemp(join(tmpdir(), 'harmonia-access-'));
});
afterAll(async () => {
  await service?.kill();
  await rm(directory, { recursive: true, force: true });
});

const shell = async (block: string | undefined): Promise<string> => {
  const port = service ? new URL(service.url).port : '9';
  const { HARMONIA_API_KEY: _, ...env } = process.env;
  const { stdout } = await run('bash', ['-c', PREAMBLE + (block ?? 'false').replaceAll(':8007', `:${port}`)], {
    cwd: directory,
    env: { ...env, HARMONIA_PORT: port },
  });
  return stdout;
};

test('docs/guides/access.md does what it says', async () => {
  expect(blocks.length).toBe(4);
  await shell(blocks[0]);
  service = await ServiceProcess.start(join(directory, 'data'), { HARMONIA_AUTH: 'on' });
  expect(await shell(blocks[1])).toMatch(/ ci +active +\["run"\] +\["nightly-report"\]/);
  const answers = await shell(blocks[2]);
  expect(answers).toContain('"workflows":[]');
  expect(answers).toContain('"executions":[]');
  const log = await shell(`export HARMONIA_API_KEY=$(cat admin.key)\n${blocks[3] ?? ''}`);
  expect(log).toMatch(/key:\S{12} +127\.0\.0\.1 +POST +\/api\/v1\/keys +key_id=\S{12} +done/);
  expect(log).toMatch(/^verified: 2 records, head /m);
  await expect(shell(blocks[3])).rejects.toThrow(/authentication_failed/);
});
