import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { parseYaml } from '../../../src/yaml/index.js';
import { harmoniaHere } from '../../world/command-line.js';
import { ComponentServer } from '../../world/components.js';
import { eventually, ServiceProcess } from '../../world/service-process.js';

const ROOT = join(import.meta.dirname, '../../..');
const run = promisify(execFile);
const HARMONIA = `${JSON.stringify(process.execPath)} ${JSON.stringify(join(ROOT, 'bin/harmonia.js'))}`;
const PREAMBLE = `set -euo pipefail\nharmonia() { ${HARMONIA} "$@"; }\n`;
const CANARY = 'canary-of-the-guide-0b5e';

let directory: string;
let service: ServiceProcess;
let guide: string;
let blocks: readonly string[];

/** Does what docs/guides/components.md says, to the letter. */
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'harmonia-components-'));
  service = await ServiceProcess.start(join(directory, 'data'), { HARMONIA_HTTP_ALLOW: '127.0.0.1' });
  const text = await readFile(join(ROOT, 'docs/guides/components.md'), 'utf8');
  guide = text.replaceAll(':8007', `:${new URL(service.url).port}`);
  for (const [, name = '', file = ''] of guide.matchAll(/`(\w+\.yaml)`:\n\n```\w+\n([^]*?)```/g))
    await writeFile(join(directory, name), file);
  blocks = [...guide.matchAll(/```sh\n([^]*?)```/g)].map(([, block = '']) => block);
}, 60_000);
afterAll(async () => {
  await service.kill();
  await rm(directory, { recursive: true, force: true });
});

const shell = async (block: string | undefined): Promise<string> => {
  const { stdout } = await run('bash', ['-c', PREAMBLE + (block ?? 'false')], {
    cwd: directory,
    env: { ...process.env, HARMONIA_PORT: new URL(service.url).port, ORCHESTRA_TOKEN: CANARY },
  });
  expect(stdout).not.toContain(CANARY);
  return stdout;
};

const here = (...words: string[]) => harmoniaHere(['component', ...words, '--url', service.url]);

test('its commands and examples work in their order', async () => {
  expect(blocks).toHaveLength(3);
  const registered = await shell(blocks[0]);
  expect(registered).toMatch(/orchestra registered\n/);
  expect(registered).toMatch(/orchestra +registered +http:\/\/127/);
  expect(registered).toMatch(/ok {2}200 {2}\d+ ms {2}\{"ready":true/);
  expect(registered).toMatch(/\n\[\]\n$/);
  const { workflow_id } = JSON.parse(await shell(blocks[1])) as { workflow_id: string };
  const { body } = await service.post('/api/v1/executions', { workflow_id, execution_options: { async: false } });
  expect(body.data).toMatchObject({ status: 'completed', output: { names: ['stock'] } });

  const found = await here('call', 'orchestra', 'get_workflow', '--params', JSON.stringify({ id: workflow_id }));
  expect(JSON.parse(found.out)).toMatchObject({ name: 'stock' });
  const updated = await here('register', join(directory, 'orchestra.yaml'), '--update');
  expect(updated).toMatchObject({ code: 0, out: 'orchestra updated\n' });
  const shown = await shell(blocks[2]);
  expect(shown).toContain('"credential": "orchestra"');
  expect(shown).toMatch(/orchestra deleted\n$/);
}, 60_000);

test('what fails says so, with an exit code', async () => {
  const file = join(directory, 'orchestra.yaml');
  expect(await here('register', file, '--json')).toMatchObject({ code: 0 });
  const twice = await here('register', file);
  expect([twice.code, twice.err]).toEqual([2, expect.stringContaining('PUT /api/v1/components/orchestra')]);
  const test1 = await here('test', 'orchestra', '--action', 'get_workflow', '--params', '{"id":"nobody"}');
  expect([test1.code, test1.out]).toEqual([
    1,
    expect.stringMatching(/^not ok {2}- {2}\d+ ms .*HTTP 4.*\[component_error\]\n$/),
  ]);
  const call = await here('call', 'orchestra', 'get_workflow');
  expect([call.code, call.err]).toEqual([2, expect.stringContaining('id')]);
  expect(JSON.parse((await here('test', 'orchestra', '--path', '/nowhere', '--json')).out)).toMatchObject({
    ...{ ok: false, status: 404 },
  });
  expect(JSON.parse((await here('list', '--json')).out)).toContainEqual(expect.objectContaining({ name: 'rhetor' }));
  expect((await here('get', 'nobody')).code).toBe(2);
  expect(JSON.parse((await here('remove', 'orchestra', '--json')).out)).toEqual({ name: 'orchestra', deleted: true });
});

test('a component that answers later calls back the step that waits for it', async () => {
  const bakery = await ComponentServer.start();
  try {
    const parameters = ['loaves', 'callback'].map((name) => ({ name }));
    const component = { name: 'bakery', base_url: bakery.url, actions: [{ name: 'bake', path: '/bake', parameters }] };
    expect((await service.post('/api/v1/components', component)).status).toBe(201);
    const order = parseYaml(await readFile(join(directory, 'order.yaml'), 'utf8'));
    const kept = await service.post('/api/v1/workflows', order.ok ? order.value : order.error);
    expect(kept.status).toBe(201);
    const { workflow_id } = kept.body;
    const { body } = await service.post('/api/v1/executions', { workflow_id });
    await eventually(
      () => Promise.resolve(bakery.heard.length),
      (count) => count > 0,
    );
    const { callback } = JSON.parse(bakery.last.body) as { callback: string };
    // The port was free when it started, and is in no setting.
    const address = service.url + new URL(callback).pathname;
    const headers = { 'content-type': 'application/json' };
    const answer = (): Promise<Response> => fetch(address, { method: 'POST', headers, body: '{"loaves":3}' });
    expect([(await answer()).status, (await answer()).status]).toEqual([200, 410]);
    expect(await service.statusOf(body.execution_id as string)).toBe('completed');
    const ended = await service.get(`/api/v1/executions/${body.execution_id as string}`);
    expect(ended.body.data).toMatchObject({ output: { bread: { loaves: 3 } } });
  } finally {
    bakery.stop();
  }
});

test('its words for who is asking are understood', async () => {
  await service.send('PUT', '/api/v1/credentials/my-token', { type: 'bearer', token: CANARY });
  await service.send('PUT', '/api/v1/credentials/my_token', { type: 'secret', value: CANARY });
  const lines = [...guide.matchAll(/^authentication: .*$/gm)].map(([line]) => line).slice(1);
  expect(lines).toHaveLength(5);
  for (const line of lines) {
    const read = parseYaml(line);
    if (!read.ok) throw new Error(read.error);
    const component = { name: 'asked', base_url: 'https://api.example', actions: [{ name: 'a', path: '/a' }] };
    const { status } = await service.post('/api/v1/components', { ...component, ...(read.value as object) });
    expect([line, status]).toEqual([line, 201]);
    await service.send('DELETE', '/api/v1/components/asked');
  }
});
