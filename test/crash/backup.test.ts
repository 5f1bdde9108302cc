import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { JsonObject } from '../../src/kernel/index.js';
import { harmonia } from '../world/command-line.js';
import { eventually, ServiceProcess } from '../world/service-process.js';

const BEFORE = 20;

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'harmonia-backup-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

/** All that it does to the world goes into a file. */
const CODE = `
import { appendFileSync } from 'node:fs';
import { definePlugin, defineTask } from '@tekton/harmonia/plugin';
const note = defineTask({
  id: 'note',
  description: 'Writes a line.',
  run: ({ file, what }, context) => {
    appendFileSync(file, what + ' ' + context.executionId + '\\n');
    return null;
  },
});
export default definePlugin({ id: 'notes', tasks: [note] });
`;

const writePlugin = async (folder: string): Promise<void> => {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'index.js'), CODE);
  const manifest = { apiVersion: '^1.0', id: 'notes', tasks: ['note'] };
  const packageJson = { name: 'notes', type: 'module', exports: './index.js', harmonia: manifest };
  await writeFile(join(folder, 'package.json'), JSON.stringify(packageJson));
};

test('a backup under load, kill -9, restore: all that was acknowledged before is there, and goes on exactly once', async () => {
  const data = join(directory, 'data');
  const file = join(directory, 'backup.tgz');
  const effects = join(directory, 'effects');
  const lines = async (): Promise<string[]> =>
    (await readFile(effects, 'utf8').catch(() => '')).split('\n').filter((line) => line !== '');
  await writePlugin(join(data, 'plugins', 'notes'));
  const note = (what: string): object => ({ type: 'notes/note', input: { file: effects, what } });
  const tasks = {
    first: note('first'),
    go: { event: { name: 'go' }, depends_on: ['first'] },
    second: { ...note('second'), depends_on: ['go'] },
  };

  const service = await ServiceProcess.start(data);
  const workflow = await service.workflow({ name: 'kept', tasks });
  const start = (): Promise<string> => service.startExecution(workflow);
  const acknowledged = await Promise.all(Array.from({ length: BEFORE }, start));
  await eventually(lines, (found) => found.length >= BEFORE);
  await Promise.all(
    acknowledged.map((id) =>
      eventually(
        () => service.get(`/api/v1/executions/${id}`),
        ({ body }) => JSON.stringify(body).includes('"waiting"'),
      ),
    ),
  );

  let isLoaded = true;
  const later: string[] = [];
  const load = Array.from({ length: 4 }, async () => {
    while (isLoaded) later.push(await start());
  });
  const backup = await harmonia(['backup', file, '--data-dir', data, '--json']);
  isLoaded = false;
  await Promise.all(load);
  expect([backup.code, backup.err]).toEqual([0, '']);
  const said = JSON.parse(backup.out) as JsonObject;
  expect(said).toMatchObject({ credentials: 0, has_key: false, left_out: ['credentials.key'] });
  expect(said.open_executions).toBeGreaterThanOrEqual(BEFORE);
  expect(later.length).toBeGreaterThan(0);

  const refused = await harmonia(['restore', file, '--data-dir', data]);
  expect(refused.code).toBe(70);
  expect(refused.err).toContain('storage_locked');
  await service.kill();
  await writeFile(join(data, 'plugins', 'notes', 'index.js'), 'not code any more');

  const restored = await harmonia(['restore', file, '--data-dir', data, '--json']);
  expect([restored.code, restored.err]).toEqual([0, '']);
  const { before } = JSON.parse(restored.out) as { before: string };
  expect(await readdir(before)).toEqual(expect.arrayContaining(['harmonia.db', 'plugins']));

  const again = await ServiceProcess.start(data);
  const { body } = await again.get('/api/v1/executions?limit=1');
  expect(body.total).toBe(said.executions);
  await again.post('/api/v1/events', { name: 'go', payload: {} });
  for (const id of acknowledged)
    await eventually(
      () => again.statusOf(id),
      (status) => status !== 'running',
    );
  const statuses = await Promise.all(acknowledged.map((id) => again.statusOf(id)));
  expect(new Set(statuses)).toEqual(new Set(['completed']));
  const done = (await lines()).filter((line) => acknowledged.some((id) => line.endsWith(id))).sort();
  expect(done).toEqual(acknowledged.flatMap((id) => [`first ${id}`, `second ${id}`]).sort());
  await again.kill();
}, 120_000);
