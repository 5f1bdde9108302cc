import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openStorage, type Storage } from '../../src/persistence/index.js';
import { runVictim } from '../world/crashes.js';
import { engineOver } from '../world/engine.js';
import { Disk, readHappened, VARIANTS, type Variant } from '../world/power-loss.js';
import { random, seedOf } from '../world/random.js';
import { storageFaults } from '../world/storage-check.js';

const LONG = process.env.HARMONIA_TEST_LONG === '1';
const POINTS = LONG ? 400 : 24;
/** Of every so many images the engine also finishes what is open. */
const FINISHED = LONG ? 10 : 4;
const EXECUTIONS = LONG ? 60 : 20;

const SHIM = fileURLToPath(new URL('../../../shared/tools/powerloss/crashlog.c', import.meta.url));
const missing = !existsSync(SHIM)
  ? 'shared/tools/powerloss is not there'
  : spawnSync('gcc', ['--version']).status === 0
    ? undefined
    : 'there is no gcc';
if (missing !== undefined) console.log(`power loss is left out: ${missing}`);

/** Images are written and read again by the hundred: where there is memory for it, not on a disk. */
const MEMORY = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();

const parts: Parameters<typeof engineOver>[1] = {
  runner: { run: ({ input }) => ({ is: 'completed', output: { n: input.n ?? null } }) },
  onTrouble: (what, error) => {
    throw new Error(`${what}: ${String(error)}`);
  },
};

/** What is wrong with a directory that a power cut left. */
const imageFaults = async (directory: string, told: readonly string[], finish: boolean): Promise<string[]> => {
  let storage: Storage;
  try {
    storage = await openStorage(directory);
  } catch (error) {
    return [`does not open: ${String(error)}`];
  }
  try {
    const { engine, catalog } = engineOver(storage, parts);
    const compiled = (definition: string) => catalog.compiled(definition);
    const faults = await storageFaults(storage, { compiled });
    for (const line of told) {
      const [execution, seq] = line.split(' ') as [string, string];
      const stored = await storage.journal.load(execution);
      if ((stored?.events.length ?? 0) < Number(seq)) faults.push(`lost: event ${seq} of ${execution}`);
    }
    if (!finish || faults.length > 0) return faults;
    const open = await storage.journal.open();
    await engine.open();
    for (const execution of open) {
      const ended = await engine.ended(execution);
      if (ended?.is !== 'completed') faults.push(`${execution} is ${ended?.is}`);
    }
    await engine.close(1000);
    return [...faults, ...(await storageFaults(storage, { compiled }))];
  } catch (error) {
    return [`breaks: ${String(error)}`];
  } finally {
    await storage.close();
  }
};

/** Only the last line about an execution says the most. */
const latest = (told: readonly string[]): string[] => {
  const seen = new Map(told.map((line) => [line.slice(0, line.indexOf(' ')), line]));
  return [...seen.values()];
};

(missing === undefined ? describe : describe.skip)('power loss', () => {
  let home: string;
  let shim: string;
  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'harmonia-power-'));
    shim = join(home, 'crashlog.so');
    execFileSync('gcc', ['-O2', '-shared', '-fPIC', '-o', shim, SHIM, '-ldl']);
  });
  afterAll(() => rm(home, { recursive: true, force: true }));

  /** Runs the whole engine in a process of its own under the shim. */
  const record = async (name: string, pragmas: readonly string[]) => {
    const book = join(home, `${name}.harmonia.db.told`);
    const log = join(home, `${name}.log`);
    const environment = { LD_PRELOAD: shim, CRASH_LOG: log, CRASH_MATCH: 'harmonia.db' };
    // A small WAL: checkpoints happen in the middle of it all.
    const options = { start: EXECUTIONS, oneByOne: true, told: book, pragmas: ['wal_autocheckpoint = 20', ...pragmas] };
    const died = await runVictim(join(home, name), options, { environment });
    expect(died).toMatchObject({ done: true, trouble: [] });
    return { happened: readHappened(log), book };
  };

  const faultsAt = async (
    { happened, book }: Awaited<ReturnType<typeof record>>,
    variant: Variant,
    chance: () => number,
  ): Promise<string[]> => {
    const points = Array.from({ length: POINTS }, () => 1 + Math.floor(chance() * happened.length));
    const disk = new Disk(happened, book);
    const faults: string[] = [];
    for (const [index, point] of points.sort((a, b) => a - b).entries()) {
      disk.forwardTo(point);
      const directory = await mkdtemp(join(MEMORY, 'harmonia-image-'));
      disk.restoreInto(directory, variant, chance);
      const found = await imageFaults(directory, latest(disk.told), index % FINISHED === 0);
      faults.push(...found.map((fault) => `${variant} at ${point} of ${happened.length}: ${fault}`));
      await rm(directory, { recursive: true, force: true });
    }
    return faults;
  };

  test.each(VARIANTS)(
    'unsynced writes: %s. Nothing that anybody was told is lost, and the engine finishes what is open',
    async (variant) => {
      const run = await record(variant, []);
      const syncs = run.happened.filter(({ is }) => is === 'sync').length;
      // Each execution has commits of its own, and none is told of before a sync.
      expect(syncs).toBeGreaterThan(EXECUTIONS);
      expect(await faultsAt(run, variant, random(seedOf(`power loss, ${variant}`)))).toEqual([]);
    },
    LONG ? 900_000 : 120_000,
  );

  test('a database that does not sync is found out: the test can fail', async () => {
    const run = await record('control', ['synchronous = OFF']);
    const faults = await faultsAt(run, 'subset', random(seedOf('power loss, control')));
    expect(faults.join('\n')).toMatch(/lost: event|integrity|does not open|breaks/);
  }, 120_000);
});
