import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { appendFile, mkdir, mkdtemp, rename, rm, symlink, unlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dropped } from '../../plugins/file/src/dropped.js';
import type { Json, JsonObject, Occurrence, TriggerContext } from '../../src/plugin/contract/index.js';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'harmonia-dropped-'));
});
afterEach(() => rm(root, { recursive: true }));

/** The runtime of triggers, with a clock that the test moves. */
class Runtime {
  readonly told: Occurrence[] = [];
  memory: Json = null;
  memories = 0;
  /** Thrown by the next `emit`. */
  fault: Error | undefined;
  private time = 1_000_000;
  private wake: (() => void) | undefined;
  private controller = new AbortController();
  private running: Promise<void> | undefined;
  private atRest: () => void = () => undefined;

  /** Starts it and lets it look once. */
  async start(params: JsonObject = {}): Promise<void> {
    this.controller = new AbortController();
    const { signal } = this.controller;
    const context = {
      params,
      config: { roots: [root] },
      secrets: {},
      signal,
      memory: JSON.parse(JSON.stringify(this.memory)) as Json,
      now: () => this.time,
      sleepUntil: (until: number) =>
        new Promise<void>((resolve, reject) => {
          this.wake = () => {
            this.time = Math.max(this.time, until);
            resolve();
          };
          signal.addEventListener('abort', () => reject(new Error('aborted')), { once: true });
          this.atRest();
        }),
      emit: (occurrence: Occurrence) => {
        const { fault } = this;
        this.fault = undefined;
        if (fault) return Promise.reject(fault);
        this.told.push(occurrence);
        return Promise.resolve();
      },
      remember: (memory: Json) => {
        this.memory = memory;
        this.memories++;
        return Promise.resolve();
      },
      log: () => undefined,
    };
    const resting = new Promise<void>((resolve) => (this.atRest = resolve));
    this.running = dropped.run(context as unknown as TriggerContext);
    await Promise.race([resting, this.running]);
  }

  /** Lets the pause pass, and it looks again. */
  async look(): Promise<void> {
    const resting = new Promise<void>((resolve) => (this.atRest = resolve));
    this.wake?.();
    await Promise.race([resting, this.running]);
  }

  async stop(): Promise<void> {
    this.controller.abort();
    await this.running;
  }

  get names(): unknown[] {
    return this.told.map(({ payload }) => (payload as JsonObject).name);
  }
}

test('tells of each file once, when it has settled', async () => {
  const runtime = new Runtime();
  await writeFile(join(root, 'a'), 'content');
  await utimes(join(root, 'a'), 1000, 1000);
  await runtime.start({ interval: 5 });
  expect(runtime.names).toEqual([]);
  await runtime.look();
  expect(runtime.told).toEqual([
    {
      id: expect.stringMatching(/^[\w-]{43}$/) as unknown,
      payload: { name: 'a', path: 'a', size: 7, modified: '1970-01-01T00:16:40.000Z' },
    },
  ]);
  for (let time = 0; time < 5; time++) await runtime.look();
  expect(runtime.told).toHaveLength(1);
  await runtime.stop();
});

test('waits for a file that is being written', async () => {
  const runtime = new Runtime();
  await runtime.start({ interval: 1, settle: 3 });
  for (let time = 0; time < 6; time++) {
    await appendFile(join(root, 'slow'), 'more');
    await runtime.look();
  }
  expect(runtime.names).toEqual([]);
  for (let time = 0; time < 3; time++) await runtime.look();
  expect(runtime.told.map(({ payload }) => payload)).toMatchObject([{ name: 'slow', size: 24 }]);
  await runtime.stop();
});

test('one that is written anew, or put in the place of another, is told of anew', async () => {
  const runtime = new Runtime();
  await writeFile(join(root, 'a'), '1');
  await runtime.start({ settle: 0 });
  await appendFile(join(root, 'a'), '2');
  await runtime.look();
  await writeFile(join(root, 'beside'), '12');
  await utimes(join(root, 'beside'), 5000, 5000);
  await runtime.look();
  await rename(join(root, 'beside'), join(root, 'a'));
  await runtime.look();
  await unlink(join(root, 'a'));
  await runtime.look();
  expect(runtime.names).toEqual(['a', 'a', 'beside', 'a']);
  expect(new Set(runtime.told.map(({ id }) => id)).size).toBe(4);
  expect(runtime.memory).toEqual({ told: [] });
  await runtime.stop();
});

test('goes on after a restart with what it remembers, and a crash between the two tells twice with one id', async () => {
  const runtime = new Runtime();
  await writeFile(join(root, 'a'), '1');
  await runtime.start({ settle: 0 });
  await runtime.stop();
  await runtime.start({ settle: 0 });
  await runtime.stop();
  expect(runtime.names).toEqual(['a']);
  const before = runtime.memory;
  await writeFile(join(root, 'b'), '2');
  await runtime.start({ settle: 0 });
  await runtime.stop();
  runtime.memory = before;
  await runtime.start({ settle: 0 });
  await runtime.stop();
  expect(runtime.names).toEqual(['a', 'b', 'b']);
  expect(runtime.told[1]?.id).toBe(runtime.told[2]?.id);
  expect(runtime.memories).toBe(3);
});

test('one that could not be told of is told of later', async () => {
  const runtime = new Runtime();
  await writeFile(join(root, 'a'), '1');
  runtime.fault = new Error('the store is full');
  await expect(runtime.start({ settle: 0 })).rejects.toThrow('the store is full');
  await runtime.start({ settle: 0 });
  expect(runtime.names).toEqual(['a']);
  await runtime.stop();
});

test('oldest first, regular files that fit the pattern only, in one directory', async () => {
  await mkdir(join(root, 'in/deeper'), { recursive: true });
  for (const [index, name] of ['z.csv', 'a.csv', 'm.csv'].entries()) {
    await writeFile(join(root, 'in', name), name);
    await utimes(join(root, 'in', name), 1000 + index, 1000 + index);
  }
  await writeFile(join(root, 'in/a.txt'), '');
  await writeFile(join(root, 'in/deeper/x.csv'), '');
  await writeFile(join(root, 'in/.harmonia-1'), '');
  await symlink('/etc/passwd', join(root, 'in/link.csv'));
  const runtime = new Runtime();
  await runtime.start({ path: 'in', pattern: '*.csv', settle: 0, root });
  expect(runtime.told.map(({ payload }) => payload)).toMatchObject([
    { root, path: 'in/z.csv' },
    { root, path: 'in/a.csv' },
    { root, path: 'in/m.csv' },
  ]);
  await runtime.stop();
});

test('what it remembers is bounded, whatever lies there', async () => {
  await Promise.all(Array.from({ length: 5000 }, (_, n) => writeFile(join(root, `f${n}`), '')));
  const runtime = new Runtime();
  await runtime.start({ settle: 0 });
  expect(runtime.told).toHaveLength(5000);
  expect(JSON.stringify(runtime.memory).length).toBeLessThan(64 * 1024);
  await runtime.look();
  await runtime.look();
  expect(runtime.told).toHaveLength(5000);
  expect(runtime.memories).toBe(1);
  await runtime.stop();
});

test.each<JsonObject>([{ path: '../x' }, { path: '/etc' }, { root: '/etc' }, { path: 'gone' }])(
  'a directory that it may not watch, or that is not there, is a failure: %j',
  async (params) => {
    await expect(new Runtime().start(params)).rejects.toMatchObject({
      code: expect.stringMatching(/^file_/) as unknown,
    });
  },
);

test.each([{ memory: 'x' }, { memory: [1] }, { memory: { told: [1, null, {}] } }, { memory: { told: 'x' } }])(
  'a memory that is not its own does no harm: %j',
  async ({ memory }) => {
    const runtime = new Runtime();
    runtime.memory = memory;
    await writeFile(join(root, 'a'), '1');
    await runtime.start({ settle: 0 });
    expect(runtime.names).toEqual(['a']);
    await runtime.stop();
  },
);
