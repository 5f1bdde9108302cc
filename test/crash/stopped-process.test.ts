import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually, ServiceProcess } from '../world/service-process.js';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'harmonia-stopped-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const chain = { name: 'chain', tasks: { a: { type: 'core/noop' }, b: { type: 'core/noop', depends_on: ['a'] } } };

describe('two processes on one data directory', () => {
  test('a stopped one keeps it: the second is refused at once; the first goes on; killed, it lets go', async () => {
    const first = await ServiceProcess.start(directory);
    const workflow = await first.workflow(chain);
    first.signal('SIGSTOP');
    const second = ServiceProcess.spawn(directory);
    expect(await second.ended()).toEqual({ code: 70, signal: null });
    expect(second.said).toContain('[storage_locked]');

    first.signal('SIGCONT');
    const execution = await first.startExecution(workflow);
    expect(
      await eventually(
        () => first.statusOf(execution),
        (status) => status !== 'running',
      ),
    ).toBe('completed');

    first.signal('SIGSTOP');
    await first.kill();
    const third = await ServiceProcess.start(directory);
    expect(await third.statusOf(execution)).toBe('completed');
    third.signal('SIGTERM');
    expect(await third.ended()).toEqual({ code: 0, signal: null });
  }, 60_000);
});
