import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Tick } from '../../src/integration/ports/index.js';
import { random, seedOf } from '../world/random.js';

const VICTIM = fileURLToPath(new URL('schedule-victim.mjs', import.meta.url));
const LONG = process.env.HARMONIA_TEST_LONG === '1';
const run = promisify(execFile);

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'harmonia-schedules-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

interface Life {
  readonly create?: boolean;
  readonly ahead: number;
  readonly killAt?: number;
  readonly when?: 'before' | 'after';
}

/** Lives until it is killed. */
const live = async (life: Life): Promise<void> => {
  const died: unknown = await run(process.execPath, [VICTIM, directory, JSON.stringify(life)]).catch(
    (error: unknown) => error,
  );
  expect([life, (died as { signal?: string }).signal]).toEqual([life, 'SIGKILL']);
};

interface Told {
  readonly overlap: string;
  readonly ticks: readonly Tick[];
  readonly executions: readonly { readonly execution: string; readonly status: string; readonly tick: string }[];
}

/** Every second has one row; every row one execution or a reason; every execution one row. */
const faultsOf = ({ overlap, ticks, executions }: Told): string[] => {
  const faults: string[] = [];
  const first = ticks[0]?.at ?? 0;
  const expected = { started: 1, skipped: 0 } as Record<string, number>;
  for (const [index, { at, key, status, reason, execution, ended }] of ticks.entries()) {
    if (at !== first + index * 1000) faults.push(`${overlap} ${key}: out of line`);
    const mine = executions.filter(({ tick }) => tick === key);
    if (mine.length !== expected[status]) faults.push(`${overlap} ${key}: ${mine.length} executions, ${status}`);
    const [one] = mine;
    if (one && (one.execution !== execution || one.status !== ended))
      faults.push(`${overlap} ${key}: ${JSON.stringify(mine)} is not ${execution} ${ended}`);
    if (!one && reason === undefined) faults.push(`${overlap} ${key}: no reason`);
  }
  const known = new Set(ticks.map(({ key }) => key));
  for (const { tick } of executions) if (!known.has(tick)) faults.push(`${overlap} ${tick}: no row`);
  return faults;
};

test('kill -9 between any two things that are done about ticks: each has one row, and one execution or a reason', async () => {
  const next = random(seedOf('schedules'));
  let ahead = 0;
  // First two seconds are waited for, so that there is something to die of.
  await live({ create: true, ahead, killAt: 3, when: 'after' });
  for (let lives = LONG ? 80 : 6; lives > 0; lives--) {
    ahead += 6000;
    await live({ ahead, killAt: 1 + Math.floor(next() * 40), when: next() < 0.5 ? 'before' : 'after' });
  }
  const { stdout } = await run(process.execPath, [VICTIM, directory, JSON.stringify({ ahead })], { maxBuffer: 1e8 });
  const { told, trouble } = JSON.parse(stdout) as { told: Told[]; trouble: string[] };
  expect(trouble).toEqual([]);
  expect(told.map(({ overlap }) => overlap).sort()).toEqual(['allow', 'cancel_other', 'queue', 'skip']);
  expect(told.flatMap(faultsOf)).toEqual([]);
  for (const { ticks } of told) expect(ticks.length).toBeGreaterThan(LONG ? 400 : 30);
  const allowed = told.find(({ overlap }) => overlap === 'allow');
  expect(allowed?.ticks.filter(({ status, reason }) => status !== 'started' && reason !== 'paused')).toEqual([]);
}, 600_000);
