import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { closeSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openStorage } from '../../src/persistence/index.js';
import { eventually, ServiceProcess } from '../world/service-process.js';
import { storageFaults } from '../world/storage-check.js';

const run = (command: string, ...args: string[]): boolean => spawnSync(command, args).status === 0;

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'harmonia-full-'));
});
afterEach(async () => {
  run('umount', directory);
  await rm(directory, { recursive: true, force: true });
});

/** Whether this user may mount a file system of its own: root, mostly. */
const mayMount = await (async (): Promise<boolean> => {
  const probe = await mkdtemp(join(tmpdir(), 'harmonia-mount-'));
  const mounted = run('mount', '-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', probe);
  if (mounted) run('umount', probe);
  await rm(probe, { recursive: true, force: true });
  return mounted;
})();
if (!mayMount) console.log('a full and a read-only file system are left out: this user may not mount one');
const mayLimit = run('prlimit', '--version');
if (!mayLimit) console.log('limits on the size of files are left out: there is no prlimit');

/** A way to run out of space, and to have it back. */
interface Disk {
  prepare(): void;
  fill(service: ServiceProcess): void;
  free(service: ServiceProcess): void;
}

const fillUp = (path: string): void => {
  const filler = openSync(path, 'w');
  try {
    for (;;) writeSync(filler, Buffer.alloc(4096));
  } catch {
    closeSync(filler);
  }
};

const limitFiles = (service: ServiceProcess, bytes: string): void => {
  if (!run('prlimit', '--pid', String(service.pid), `--fsize=${bytes}:unlimited`)) throw new Error('prlimit');
};

const DISKS: Readonly<Record<string, Disk>> = {
  ...(mayLimit && {
    'no file may grow': {
      prepare: () => undefined,
      fill: (service: ServiceProcess) => limitFiles(service, '1'),
      free: (service: ServiceProcess) => limitFiles(service, 'unlimited'),
    },
  }),
  ...(mayMount && {
    'the file system is full': {
      prepare: () => void run('mount', '-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', directory),
      fill: () => fillUp(join(directory, 'filler')),
      free: () => rmSync(join(directory, 'filler')),
    },
  }),
};

const chain = { name: 'chain', tasks: { a: { type: 'core/noop' }, b: { type: 'core/noop', depends_on: ['a'] } } };
const slow = {
  name: 'slow',
  tasks: { nap: { type: 'core/delay', input: { seconds: 1 } }, then: { type: 'core/noop', depends_on: ['nap'] } },
};
const large = (n: number) => ({ ...chain, name: `large ${n}`, description: 'x'.repeat(50_000) });

for (const [name, disk] of Object.entries(DISKS))
  describe(`no space left: ${name}`, () => {
    test('new work is refused, what was acknowledged is kept, runs go on when there is space again', async () => {
      disk.prepare();
      const service = await ServiceProcess.start(directory);
      const [quick, napping] = [await service.workflow(chain), await service.workflow(slow)];
      const ended = await service.startExecution(quick);
      await eventually(
        () => service.statusOf(ended),
        (status) => status === 'completed',
      );
      const waiting = await service.startExecution(napping);
      const awake = Date.now() + 1000;

      disk.fill(service);
      // What is left in files that are there already is used up by work that is taken.
      const taken: string[] = [];
      const key = { 'idempotency-key': 'once' };
      const refused = await eventually(
        async () => {
          const answer = await service.post('/api/v1/executions', { workflow_id: quick, input: {} });
          if (answer.status === 201) taken.push(answer.body.execution_id as string);
          return answer;
        },
        ({ status }) => status !== 201,
      );
      expect(refused).toMatchObject({ status: 503, body: { error: { code: 'storage_unavailable' } } });
      const create = { workflow_id: quick, input: {} };
      expect(await service.post('/api/v1/executions', create, key)).toMatchObject({ status: 503 });
      expect(await service.get('/health')).toMatchObject({ status: 200, body: { status: 'degraded' } });
      expect(await service.get('/ready')).toMatchObject({ status: 503 });
      expect(await service.get('/api/v1/executions')).toMatchObject({ status: 200 });
      expect(await service.statusOf(ended)).toBe('completed');

      // The nap ends while nothing can be written.
      await eventually(
        () => service.get('/health'),
        () => Date.now() > awake + 100,
      );
      disk.free(service);
      await eventually(
        () => service.get('/ready'),
        ({ status }) => status === 200,
      );
      expect(await service.get('/health')).toMatchObject({ body: { status: 'healthy' } });
      const again = await service.post('/api/v1/executions', create, key);
      expect(again).toMatchObject({ status: 201 });
      for (const id of [waiting, ...taken, again.body.execution_id as string])
        expect(
          await eventually(
            () => service.statusOf(id),
            (status) => status !== 'running',
          ),
        ).toBe('completed');
      expect(await service.workflow(large(1))).toBeTruthy();
      service.signal('SIGTERM');
      expect(await service.ended()).toEqual({ code: 0, signal: null });

      const storage = await openStorage(directory);
      expect(await storageFaults(storage)).toEqual([]);
      expect(await storage.journal.open()).toEqual([]);
      await storage.close();
    }, 60_000);
  });

describe('at the start', () => {
  (mayLimit ? test : test.skip)(
    'no space is said with its code and cure; exit 70',
    async () => {
      const service = ServiceProcess.spawn(directory, ['prlimit', '--fsize=0']);
      expect(await service.ended()).toEqual({ code: 70, signal: null });
      expect(service.said).toMatch(/\[storage_unavailable\]\n {2}→ \w/);
    },
    30_000,
  );

  (mayMount ? test : test.skip)(
    'a file system that is read-only is said with its code and cure; exit 70',
    async () => {
      run('mount', '-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', directory);
      const first = await ServiceProcess.start(directory);
      await first.kill();
      run('mount', '-o', 'remount,ro', directory);
      const service = ServiceProcess.spawn(directory);
      expect(await service.ended()).toEqual({ code: 70, signal: null });
      expect(service.said).toMatch(/\[storage_unavailable\]\n {2}→ \w/);
    },
    30_000,
  );

  test('a directory that cannot be made is said with its code and cure; exit 70', async () => {
    writeFileSync(join(directory, 'file'), '');
    const service = ServiceProcess.spawn(join(directory, 'file', 'data'));
    expect(await service.ended()).toEqual({ code: 70, signal: null });
    expect(service.said).toMatch(/\[storage_unavailable\]\n {2}→ \w/);
  }, 30_000);
});
