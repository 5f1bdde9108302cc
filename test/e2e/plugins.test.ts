import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { join } from 'node:path';
import type { Json, JsonObject } from '../../src/kernel/index.js';
import { harmonia, harmoniaHere } from '../world/command-line.js';
import { writePackage, type PackageParts } from '../world/packages.js';
import { TestService } from '../world/service.js';

const LONG = process.env.HARMONIA_TEST_LONG === '1';
const IN_FLIGHT = LONG ? 2000 : 500;

let root: string;
let service: TestService;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'harmonia-plugins-'));
  service = await TestService.start();
});
afterAll(async () => {
  await service.stop();
  await rm(root, { recursive: true, force: true });
});

const folderOf = (parts: PackageParts): Promise<string> => writePackage(root, parts);
const dataOf = ({ body }: { readonly body: JsonObject }): JsonObject => body.data as unknown as JsonObject;
const put = (path: string, body: Json) => service.send('PUT', path, body);
const remove = (path: string) => service.send('DELETE', path);
const install = (source: string, more: JsonObject = {}) =>
  service.post('/api/v1/plugins', { source, trusted: true, ...more });

describe('over HTTP', () => {
  test('a plugin is installed, shown, set, switched off and on, and removed', async () => {
    const task = `config: { type: 'object', properties: { n: { type: 'integer' } } }, title: 'Say it', icon: '📣'`;
    const installed = await install(await folderOf({ id: 'shown', task }));
    expect(installed).toMatchObject({
      status: 201,
      body: { plugin_id: 'shown', data: { version: '1.0.0', enabled: true } },
    });
    const types = (await service.get('/api/v1/task-types')).body.items as unknown as JsonObject[];
    expect(types.find(({ type }) => type === 'shown/say')).toMatchObject({
      title: 'Say it',
      icon: '📣',
      effects: 'pure',
    });
    expect(dataOf(await put('/api/v1/plugins/shown/config', { n: 3 }))).toMatchObject({ config: { n: 3 } });
    expect(await put('/api/v1/plugins/shown/config', { n: 'x' })).toMatchObject({
      status: 422,
      body: { error: { details: { faults: [{ code: 'schema_mismatch', pointer: '/n' }] } } },
    });
    expect(dataOf(await service.get('/api/v1/plugins/shown/config'))).toMatchObject({ config: { n: 3 } });
    expect(dataOf(await service.post('/api/v1/plugins/shown/disable'))).toMatchObject({ enabled: false });
    expect((await service.post('/api/v1/workflows', workflow('off', 'shown'))).status).toBe(422);
    expect(dataOf(await service.post('/api/v1/plugins/shown/enable'))).toMatchObject({ enabled: true });
    expect((await remove('/api/v1/plugins/shown')).status).toBe(200);
    expect((await service.get('/api/v1/plugins/shown')).status).toBe(404);
  });

  test.each<[string, unknown, string]>([
    ['without a source', {}, 'required_field /source'],
    ['with a field that there is not', { source: 'x', trust: true }, 'unknown_field /trust'],
    ['with a field in camelCase', { source: 'x', allowScripts: 'yes' }, 'wrong_type /allow_scripts'],
    ['with something else as trust', { source: 'x', trusted: 'yes' }, 'wrong_type /trusted'],
  ])('a body %s', async (_name, body, expected) => {
    const { status, body: answer } = await service.post('/api/v1/plugins', body);
    const { faults } = (answer.error as unknown as { details: { faults: { code: string; pointer: string }[] } })
      .details;
    expect([status, ...faults.map(({ code, pointer }) => `${code} ${pointer}`)]).toEqual([422, expected]);
  });

  test('no page of somebody else changes plugins, and nothing is changed', async () => {
    const source = await folderOf({ id: 'foreign' });
    const ask = (origin: string): Promise<Response> =>
      fetch(`${service.url}/api/v1/plugins`, {
        method: 'POST',
        headers: { origin, 'content-type': 'application/json' },
        body: JSON.stringify({ source, trusted: true }),
      });
    for (const origin of ['https://evil.example', 'null', 'http://127.0.0.1:1']) {
      const response = await ask(origin);
      expect([response.status, ((await response.json()) as { error: { code: string } }).error.code]).toEqual([
        403,
        'foreign_origin',
      ]);
    }
    expect((await service.get('/api/v1/plugins/foreign')).status).toBe(404);
    expect((await ask(service.url)).status).toBe(201);
  });

  test('no page whose name leads here only since it was loaded changes plugins either', async () => {
    const { port } = new URL(service.url);
    const statusFor = async (host: string): Promise<number | undefined> => {
      const request = httpRequest(`${service.url}/api/v1/plugins/no-such-plugin`, {
        method: 'DELETE',
        headers: { host, origin: `http://${host}` },
      }).end();
      const [response] = (await once(request, 'response')) as [IncomingMessage];
      response.resume();
      return response.statusCode;
    };
    expect(await statusFor(`rebound.example:${port}`)).toBe(403);
    for (const own of [`127.0.0.1:${port}`, `localhost:${port}`, `[::1]:${port}`])
      expect([own, await statusFor(own)]).toEqual([own, 404]);
  });
});

const workflow = (name: string, plugin: string): JsonObject => ({
  name,
  tasks: {
    ready: { event: { name: `${name}.go` } },
    said: { type: `${plugin}/say`, depends_on: ['ready'] },
  },
  output: '${tasks.said.output}',
});

const startAll = async (id: string, count: number): Promise<string[]> => {
  const started = await Promise.all(
    Array.from({ length: count }, () => service.post(`/api/v1/workflows/${id}/execute`, {})),
  );
  return started.map(({ status, body }) => {
    expect(status).toBe(201);
    return body.execution_id as unknown as string;
  });
};

/** The output of each, once all have ended. */
const outputsOf = async (executions: readonly string[]): Promise<Json[]> => {
  const outputs: Json[] = [];
  for (const id of executions) {
    let shown = dataOf(await service.get(`/api/v1/executions/${id}`));
    while (!['completed', 'failed', 'canceled'].includes(shown.status as string))
      shown = dataOf(await service.get(`/api/v1/executions/${id}`));
    outputs.push(shown.status === 'completed' ? (shown.output as Json) : (shown.status as Json));
  }
  return outputs;
};

const counted = (outputs: readonly Json[]): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const output of outputs) counts[String(output)] = (counts[String(output)] ?? 0) + 1;
  return counts;
};

test(`upgrading and removing with ${IN_FLIGHT} executions in flight drops none: each has the version it started with`, async () => {
  await install(await folderOf({ id: 'busy' }));
  const id = await service.workflow(workflow('busy', 'busy'));
  const before = await startAll(id, IN_FLIGHT);
  const starting = startAll(id, 50);
  const upgraded = await service.post('/api/v1/plugins/busy/upgrade', {
    source: await folderOf({ id: 'busy', version: '2.0.0' }),
  });
  expect(dataOf(upgraded)).toMatchObject({ version: '2.0.0', older_versions: ['1.0.0'] });
  const meanwhile = await starting;
  const after = await startAll(id, 50);
  expect((await remove('/api/v1/plugins/busy')).status).toBe(200);
  expect((await service.post(`/api/v1/workflows/${id}/execute`, {})).status).toBe(422);
  const { directory } = service;
  await service.stop(true);
  service = await TestService.start({}, { directory });
  expect((await service.post('/api/v1/events', { name: 'busy.go', payload: null })).status).toBe(200);
  expect(counted(await outputsOf(before))).toEqual({ '1.0.0': IN_FLIGHT });
  expect(counted(await outputsOf(after))).toEqual({ '2.0.0': 50 });
  const either = counted(await outputsOf(meanwhile));
  expect((either['1.0.0'] ?? 0) + (either['2.0.0'] ?? 0)).toBe(50);
}, 240_000);

describe('harmonia plugin', () => {
  const cli = (...args: string[]) => harmoniaHere(['plugin', ...args, '--url', service.url]);

  test('install, list, info, config, disable, enable, upgrade, remove', async () => {
    const source = await folderOf({ id: 'spoken' });
    expect(await cli('install', source, '--trust')).toMatchObject({ code: 0, out: 'spoken 1.0.0 installed\n' });
    expect((await cli('list')).out).toMatch(/^spoken +1\.0\.0 +installed +true$/m);
    expect(JSON.parse((await cli('info', 'spoken')).out)).toMatchObject({
      id: 'spoken',
      tasks: [{ type: 'spoken/say' }],
    });
    const settings = join(root, 'settings.json');
    await writeFile(settings, '{"loud":true}');
    expect(JSON.parse((await cli('config', 'spoken', '--set', settings)).out)).toEqual({ loud: true });
    expect((await cli('disable', 'spoken')).out).toBe('spoken 1.0.0 disabled\n');
    expect((await cli('enable', 'spoken')).out).toBe('spoken 1.0.0 enabled\n');
    const next = await folderOf({ id: 'spoken', version: '1.1.0' });
    expect((await cli('upgrade', 'spoken', '--source', next)).out).toBe('spoken 1.1.0 upgraded\n');
    expect((await cli('remove', 'spoken')).out).toBe('spoken removed\n');
  });

  test('says what is wrong, and how to mend it', async () => {
    const ran = await cli('install', '/no/such/place');
    expect([ran.code, ran.out]).toEqual([2, '']);
    expect(ran.err).toMatch(/plugin_not_found[^]*→/);
  });

  test('works on a data directory that no service works on, which then runs with it', async () => {
    const data = join(root, 'offline');
    const source = await folderOf({ id: 'offline' });
    expect(await harmonia(['plugin', 'install', source, '--trust', '--data-dir', data])).toMatchObject({
      code: 0,
      out: 'offline 1.0.0 installed\n',
    });
    const path = join(root, 'offline.yaml');
    await writeFile(path, 'name: o\ntasks:\n  a: { type: offline/say }\noutput: "${tasks.a.output}"\n');
    const ran = await harmonia(['run', path, '--data-dir', data]);
    expect([ran.code, ran.out]).toEqual([0, '"1.0.0"\n']);
    expect((await harmonia(['plugin', 'remove', 'offline', '--data-dir', data])).out).toBe('offline removed\n');
    expect((await harmonia(['run', path, '--data-dir', data])).code).toBe(2);
  });

  test('what is damaged keeps nothing from being removed, and is installed again', async () => {
    const data = join(root, 'damaged');
    const source = await folderOf({ id: 'damaged' });
    const plugin = (...args: string[]) => harmonia(['plugin', ...args, '--data-dir', data]);
    await plugin('install', source, '--trust');
    const [version = ''] = await readdir(join(data, 'plugins/.installed/damaged'));
    await writeFile(join(data, 'plugins/.installed/damaged', version, 'more.js'), '');
    expect((await plugin('install', source, '--trust')).err).toContain('plugin_damaged');
    expect(await plugin('remove', 'damaged')).toMatchObject({ code: 0, out: 'damaged removed\n' });
    expect(await plugin('install', source, '--trust')).toMatchObject({ code: 0, out: 'damaged 1.0.0 installed\n' });
  }, 60_000);
});
