import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { JsonObject } from '../../src/kernel/index.js';
import { eventually, ServiceProcess } from '../world/service-process.js';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'harmonia-once-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

/** Charges and mails, once each; its first attempt then hangs. All that it does to the world goes into a file. */
const CODE = `
import { appendFileSync } from 'node:fs';
import { definePlugin, defineTask } from '@tekton/harmonia/plugin';
const buy = defineTask({
  id: 'buy',
  description: 'Charges and mails, once each.',
  run: async ({ file }, context) => {
    const act = (what) => () => {
      appendFileSync(file, what + '\\n');
      return what + ' by attempt ' + context.attempt;
    };
    const done = [await context.once('charge', act('charge')), await context.once('mail', act('mail'))];
    act('attempt')();
    if (context.attempt === 1) await new Promise(() => setInterval(() => undefined, 1000));
    return done;
  },
});
export default definePlugin({ id: 'shop', tasks: [buy] });
`;

test('what was done by context.once before kill -9 is not done again', async () => {
  const plugin = join(directory, 'shop');
  await mkdir(plugin);
  await writeFile(join(plugin, 'index.js'), CODE);
  const manifest = { apiVersion: '^1.0', id: 'shop', tasks: ['buy'] };
  const packageJson = { name: 'shop', type: 'module', exports: './index.js', harmonia: manifest };
  await writeFile(join(plugin, 'package.json'), JSON.stringify(packageJson));
  const file = join(directory, 'effects');
  const effects = (): Promise<string> => readFile(file, 'utf8').catch(() => '');
  const data = join(directory, 'data');
  const settings = { HARMONIA_PLUGINS: plugin };

  const first = await ServiceProcess.start(data, settings);
  const tasks = { a: { type: 'shop/buy', input: { file }, on_lost: 'retry' } };
  const execution = await first.startExecution(await first.workflow({ name: 'shopping', tasks }));
  await eventually(effects, (text) => text.includes('attempt'));
  await first.kill();

  const second = await ServiceProcess.start(data, settings);
  await eventually(
    () => second.statusOf(execution),
    (status) => status !== 'running',
  );
  expect(await effects()).toBe('charge\nmail\nattempt\nattempt\n');
  const { body } = await second.get(`/api/v1/executions/${execution}`);
  expect((body.data as JsonObject).output).toEqual({ a: ['charge by attempt 1', 'mail by attempt 1'] });
  await second.kill();
}, 60_000);
