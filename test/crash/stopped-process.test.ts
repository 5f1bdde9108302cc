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

const slow = { name: 'slow', tasks: { nap: { type: 'core/delay', input: { seconds: 1 } } } };

describe('two processes on one data directory', () => {
  test('work of a stopped one waits for it: nobody else does it, and it is done once', async () => {
    const first = await ServiceProcess.start(directory);
    const execution = await first.startExecution(await first.workflow(slow));
    first.signal('SIGSTOP');
    // It takes longer than the work to find out: the attempt is overdue by then.
    const others = [ServiceProcess.spawn(directory), ServiceProcess.spawn(directory)];
    for (const other of others) expect(await other.ended()).toEqual({ code: 70, signal: null });
    first.signal('SIGCONT');
    await eventually(
      () => first.statusOf(execution),
      (status) => status === 'completed',
    );
    const { body } = await first.get(`/api/v1/executions/${execution}/events`);
    const types = (body.data as unknown as { event_type: string }[]).map(({ event_type: type }) => type);
    expect(types.filter((type) => type === 'task_started')).toHaveLength(1);
    expect(types.filter((type) => type === 'task_completed')).toHaveLength(1);
    await first.kill();
  }, 60_000);

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
