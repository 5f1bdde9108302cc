import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mkdir, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Json, JsonObject } from '../../src/kernel/index.js';
import { writePackage } from '../world/packages.js';
import { TestService } from '../world/service.js';

const LIMITS = {
  HARMONIA_ISOLATED_MEMORY_MB: '64',
  HARMONIA_ISOLATED_THREADS: '2',
  HARMONIA_ISOLATED_PATIENCE_SECONDS: '4',
};

let root: string;
let service: TestService;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'harmonia-isolated-e2e-'));
  // Found beside the plugins, it needs no hook of the loader in every thread, which costs more than the thread.
  await mkdir(join(root, 'node_modules/@tekton'), { recursive: true });
  await symlink(join(import.meta.dirname, '../..'), join(root, 'node_modules/@tekton/harmonia'));
  service = await TestService.start(LIMITS, { directory: join(root, 'data') });
});
afterAll(async () => {
  await service.stop();
  await rm(root, { recursive: true, force: true });
});

const dataOf = ({ body }: { readonly body: JsonObject }): JsonObject => body.data as unknown as JsonObject;

/** A plugin whose one task has this body, with `input` and `context`. */
const folderOf = (id: string, body: string, version = '1.0.0', before = ''): Promise<string> => {
  const code = `import { definePlugin, defineTask } from '@tekton/harmonia/plugin';
    ${before}
    const run = async (input, context) => { ${body} };
    export default definePlugin({ id: '${id}', tasks: [defineTask({ id: 'say', description: 'Says.', run })] });`;
  return writePackage(root, { id, version, files: { 'index.js': code } });
};
/** Not trusted: that is the default. */
const install = (source: string) => service.post('/api/v1/plugins', { source });

const workflowOf = (name: string, type: string, parts: JsonObject = {}): JsonObject => ({
  name,
  input_schema: { type: 'object' },
  tasks: {
    ready: { event: { name: `${name}.go` } },
    said: { type, input: { how: '${input.how}' }, depends_on: ['ready'], retry_policy: { max_retries: 0 }, ...parts },
  },
  output: '${tasks.said.output}',
});

const start = async (id: string, input: JsonObject = { how: '' }): Promise<string> =>
  (await service.post(`/api/v1/workflows/${id}/execute`, { input })).body.execution_id as unknown as string;
const go = async (name: string): Promise<void> => {
  expect((await service.post('/api/v1/events', { name: `${name}.go`, payload: null })).status).toBe(200);
};

const ended = async (id: string): Promise<JsonObject> => {
  for (;;) {
    const shown = dataOf(await service.get(`/api/v1/executions/${id}`));
    if (['completed', 'failed', 'canceled'].includes(shown.status as string)) return shown;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
};
const outputOf = async (id: string): Promise<Json | undefined> => (await ended(id)).output;
const codeOf = async (id: string): Promise<string> => {
  const { error } = await ended(id);
  return JSON.stringify(error);
};

test('what is not trusted runs in workers: in a thread of its own, without an environment', async () => {
  const body = `const { isMainThread } = await import('node:worker_threads'); return { isMainThread, environment: { ...process.env } };`;
  expect(await install(await folderOf('apart', body))).toMatchObject({ status: 201 });
  expect(dataOf(await service.get('/api/v1/plugins/apart'))).toMatchObject({ installation: { trusted: false } });
  const execution = await start(await service.workflow(workflowOf('apart', 'apart/say')));
  await go('apart');
  expect(await outputOf(execution)).toEqual({ isMainThread: false, environment: {} });
});

test('it is upgraded while attempts run in the old workers, started again, and removed: each ends with what it began with', async () => {
  const slow = (version: string): string => `await context.sleepUntil(context.now() + 300); return '${version}';`;
  await install(await folderOf('moving', slow('1.0.0')));
  const workflow = await service.workflow(workflowOf('moving', 'moving/say'));
  const running = await Promise.all(Array.from({ length: 4 }, () => start(workflow)));
  await go('moving');
  const source = await folderOf('moving', slow('2.0.0'), '2.0.0');
  const upgraded = await service.post('/api/v1/plugins/moving/upgrade', { source });
  expect(dataOf(upgraded)).toMatchObject({ version: '2.0.0', installation: { trusted: false } });
  for (const execution of running) expect(await outputOf(execution)).toBe('1.0.0');

  const waiting = await Promise.all(Array.from({ length: 4 }, () => start(workflow)));
  const { directory } = service;
  await service.stop(true);
  service = await TestService.start(LIMITS, { directory });
  expect((await service.send('DELETE', '/api/v1/plugins/moving')).status).toBe(200);
  expect((await service.post(`/api/v1/workflows/${workflow}/execute`, { input: { how: '' } })).status).toBe(422);
  await go('moving');
  for (const execution of waiting) expect(await outputOf(execution)).toBe('2.0.0');
}, 60_000);

/** What one attempt does, and what its task fails with. */
const HOSTILE: readonly (readonly [string, string, string])[] = [
  ['throws', 'throw new Error("mine");', 'task_threw'],
  ['hangs', 'for (;;);', 'worker_hung'],
  ['leaks', 'const all = []; for (;;) all.push(new Array(1000).fill(all.length));', 'worker_out_of_memory'],
  ['exits', 'process.exit(0);', 'worker_crashed'],
  ['rejects', 'Promise.reject(new Error("stray")); await new Promise(() => {});', 'worker_crashed'],
  ['answers', 'return () => 1;', 'output_invalid'],
  ['shouts', 'parentPort.postMessage("x"); await new Promise(() => {});', 'worker_protocol'],
];

describe('of the executions of one plugin, those whose attempt does harm fail, each with its code, and the others complete:', () => {
  test('all of it at once', async () => {
    const cases = HOSTILE.map(([how, body]) => `case '${how}': { ${body} }`).join('\n');
    const body = `switch (input.how) { ${cases} case 'pollutes': Object.prototype.mine = 1; return 1; default: return [].concat(({}).mine ?? 'well'); }`;
    const imports = `import { parentPort } from 'node:worker_threads';`;
    expect((await install(await folderOf('hostile', body, '1.0.0', imports))).status).toBe(201);
    const workflow = await service.workflow(workflowOf('hostile', 'hostile/say'));
    const honest: string[] = [];
    const harmful: string[] = [];
    for (const [how] of HOSTILE) {
      honest.push(await start(workflow));
      harmful.push(await start(workflow, { how }));
      await start(workflow, { how: 'pollutes' });
      honest.push(await start(workflow));
    }
    await go('hostile');
    for (const execution of honest) expect(await ended(execution)).toMatchObject({ output: ['well'] });
    const codes = await Promise.all(harmful.map(codeOf));
    for (const [index, [how, , code]] of HOSTILE.entries())
      expect([how, codes[index]]).toEqual([how, expect.stringContaining(`"${code}"`)]);
    expect((await service.get('/health')).status).toBe(200);
  }, 120_000);
});

test.each([
  ['hangs', 'for (;;);'],
  ['takes all memory', 'const all = []; for (;;) all.push(new Array(1000).fill(all.length));'],
  ['exits', 'process.exit(0);'],
])(
  'a plugin that %s while it is loaded is not installed',
  async (name, before) => {
    const id = `bad-${name.replaceAll(' ', '-')}`;
    const refused = await install(await folderOf(id, 'return 1;', '1.0.0', before));
    expect([refused.status >= 400, (await service.get(`/api/v1/plugins/${id}`)).status]).toEqual([true, 404]);
  },
  60_000,
);

test('the service stops while attempts run that do not end, and takes them up again when it starts', async () => {
  const body = `if (input.how === '') await new Promise(() => {}); return 1;`;
  await install(await folderOf('endless', body));
  const workflow = await service.workflow(workflowOf('endless', 'endless/say', { retry_policy: { max_retries: 3 } }));
  const execution = await start(workflow);
  await go('endless');
  const { directory } = service;
  await service.stop(true);
  service = await TestService.start(LIMITS, { directory });
  expect(dataOf(await service.get(`/api/v1/executions/${execution}`))).toMatchObject({ status: 'running' });
  expect((await service.post(`/api/v1/executions/${execution}/cancel`, {})).status).toBeLessThan(300);
  expect((await ended(execution)).status).toBe('canceled');
}, 60_000);
