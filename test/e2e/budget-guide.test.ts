import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { parse } from 'yaml';
import type { JsonObject } from '../../src/kernel/index.js';
import { eventually, ServiceProcess } from '../world/service-process.js';

const ROOT = join(import.meta.dirname, '../..');
const run = promisify(execFile);
const PREAMBLE = `set -euo pipefail\nharmonia() { ${JSON.stringify(process.execPath)} ${JSON.stringify(join(ROOT, 'bin/harmonia.js'))} "$@"; }\n`;

let directory: string;
let service: ServiceProcess;
let guide: string;

/** Does what docs/guides/budgets.md says, to the letter. */
beforeAll(async () => {
  guide = await readFile(join(ROOT, 'docs/guides/budgets.md'), 'utf8');
  directory = await mkdtemp(join(tmpdir(), 'harmonia-budgets-'));
  // A file is named right before what stands in it.
  for (const [, name = '', text = ''] of guide.matchAll(/`([\w/]+\.(?:js|yaml))`:\n\n```\w+\n([^]*?)```/g)) {
    await mkdir(dirname(join(directory, name)), { recursive: true });
    await writeFile(join(directory, name), text);
  }
  const harmonia = { apiVersion: '^1.0', id: 'writer', tasks: ['draft'] };
  const manifest = { name: 'writer', version: '1.0.0', type: 'module', exports: './index.js', harmonia };
  await writeFile(join(directory, 'writer/package.json'), JSON.stringify(manifest));
  service = await ServiceProcess.start(join(directory, 'data'), { HARMONIA_PLUGINS: join(directory, 'writer') });
}, 60_000);
afterAll(async () => {
  await service.kill();
  await rm(directory, { recursive: true, force: true });
});

const shell = async (block: string | undefined, environment: Record<string, string>): Promise<string> => {
  const { port } = new URL(service.url);
  const env = { ...process.env, HARMONIA: service.url, HARMONIA_PORT: port, ...environment };
  return (await run('bash', ['-c', PREAMBLE + (block ?? 'exit 1')], { cwd: directory, env })).stdout;
};

const read = async (id: string, page = ''): Promise<JsonObject> =>
  (await service.get(`/api/v1/executions/${id}${page}`)).body.data as JsonObject;

test('the workflow pauses at the limit of the request, and goes on when somebody who may raises it', async () => {
  const [start, raise] = [...guide.matchAll(/```sh\n([^]*?)```/g)].map(([, text]) => text);
  const WORKFLOW = await service.workflow(parse(await readFile(join(directory, 'report.yaml'), 'utf8')) as object);
  const EXECUTION = (JSON.parse(await shell(start, { WORKFLOW })) as JsonObject).execution_id as string;
  await eventually(
    () => service.statusOf(EXECUTION),
    (status) => status === 'paused',
  );
  expect(await read(EXECUTION)).toMatchObject({
    usage: { tokens: { input: 400, output: 600, total: 1000 }, calls: 1, unpriced_calls: 0, cost: { USD: 0.002 } },
    budget: {
      limits: {
        tokens: { used: 1000, limit: 1000, reached: true },
        calls: { used: 1, limit: 50, reached: false },
        'cost.USD': { used: 0.002, limit: 2.5, reached: false },
      },
      exhausted: true,
      time_up_at: null,
      raised_by: ['ops', 'boss'],
    },
  });
  const refused = await service.post(`/api/v1/executions/${EXECUTION}/resume`, {});
  expect(refused).toMatchObject({ status: 409, body: { error: { code: 'budget_exhausted' } } });
  expect(await shell(raise, { EXECUTION })).toContain('running');
  await eventually(
    () => service.statusOf(EXECUTION),
    (status) => status === 'completed',
  );
  expect(await read(EXECUTION)).toMatchObject({
    output: { text: 'About About bees..' },
    budget: { limits: { tokens: { used: 2000, limit: 5000, reached: false } }, exhausted: false },
  });
  const events = (await read(EXECUTION, '/events')) as unknown as JsonObject[];
  const said = events.filter(({ type }) => /usage|budget|paused/.test(type as string));
  expect(said.map(({ type }) => type)).toEqual([
    'usage_recorded',
    'execution_paused',
    'budget_raised',
    'usage_recorded',
  ]);
  expect(said.map(({ details }) => details)).toMatchObject([
    { step: '/draft', attempt: 1, usage: { calls: 1 } },
    { exhausted: [{ budget: 'tokens', used: 1000, limit: 1000 }] },
    { limits: { tokens: 5000 }, by: 'ops', comment: 'worth it' },
    {},
  ]);
});
