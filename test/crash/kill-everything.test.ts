import { describe, expect, test } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RunEvent } from '../../src/engine/core/index.js';
import { openStorage } from '../../src/persistence/index.js';
import { Ledger } from '../world/crashes.js';
import { brokenLaws, effectFaults, lastPinned, startOf } from '../world/journal-laws.js';
import { Obedient } from '../world/obedient.js';
import { Patron } from '../world/patron.js';
import { random, seedOf } from '../world/random.js';
import { storageFaults } from '../world/storage-check.js';
import { DOCUMENTS, expectedOutput } from './everything.js';

const LONG = process.env.HARMONIA_TEST_LONG === '1';
/** In the long form 1,000 kills: so many databases, and kills of each. */
const [DATABASES, KILLS] = LONG ? [40, 25] : [1, 4];

interface Scene {
  readonly directory: string;
  readonly ledger: Ledger;
  readonly patron: Patron;
  readonly chance: () => number;
}

const failed: Readonly<Record<string, readonly string[]>> = { failing: ['execution_failed', 'execution_completed'] };

/** Kills one process after another: while it works, or, one in five, while it opens what the one before it left. */
const killMany = async ({ directory, ledger, patron, chance }: Scene): Promise<void> => {
  let next = new Obedient(directory, ledger.url);
  for (let kill = 0; kill < KILLS; kill++) {
    const process = next;
    await process.loaded();
    const isEarly = kill > 0 && chance() < 0.2;
    const opening = process.order({ do: 'open' });
    if (isEarly) setTimeout(() => void process.kill(), chance() * 500);
    const isOpen = (await opening).is === 'done' && (kill > 0 || (await keep(process)));
    if (!isEarly) void killAtWork(process, chance);
    next = new Obedient(directory, ledger.url); // It loads meanwhile.
    if (isOpen) await patron.useUntilItDies(process);
    await process.kill();
    if (process.trouble.length > 0) await next.kill();
    expect(process.trouble).toEqual([]);
  }
  await next.kill();
};

const killAtWork = async (process: Obedient, chance: () => number): Promise<void> => {
  await process.hasAnswered(Math.floor(chance() * 80));
  setTimeout(() => void process.kill(), chance() * 50);
};

const keep = async (process: Obedient): Promise<boolean> => {
  await process.mustDo({ do: 'keep', documents: DOCUMENTS as never });
  return true;
};

/** A process that nobody kills brings all to its end; another one then finds nothing to do. */
const finish = async ({ directory, ledger, patron }: Scene): Promise<void> => {
  const last = new Obedient(directory, ledger.url);
  await last.mustDo({ do: 'open' });
  await patron.finish(last);
  await last.close();
  const before = [...ledger.counts];
  const idle = new Obedient(directory, ledger.url);
  await idle.mustDo({ do: 'open' });
  expect(await idle.mustDo({ do: 'listOpen' })).toEqual([]);
  await idle.close();
  expect([...last.trouble, ...idle.trouble]).toEqual([]);
  expect([...ledger.counts]).toEqual(before);
};

/** Everything of a directory, when nobody has it. */
const readAll = async (directory: string): Promise<Map<string, readonly RunEvent[]>> => {
  const storage = await openStorage(directory);
  const journals = new Map<string, readonly RunEvent[]>();
  const ids = storage.database.prepare('SELECT id FROM execution').pluck().all() as string[];
  for (const id of ids)
    journals.set(
      id,
      ((await storage.journal.load(id))?.events ?? []).map(({ event }) => event),
    );
  expect(await storageFaults(storage)).toEqual([]);
  await storage.close();
  return journals;
};

const endFaults = (events: readonly RunEvent[], wasCanceled: boolean): string[] => {
  const last = events.at(-1);
  const { name } = lastPinned(events);
  const allowed = [...(failed[name] ?? ['execution_completed']), ...(wasCanceled ? ['execution_canceled'] : [])];
  if (!last || !allowed.includes(last.type)) return [`ended with ${JSON.stringify(last)}`];
  if (last.type !== 'execution_completed') return [];
  const expected = JSON.stringify(expectedOutput(lastPinned(events), startOf(events).input));
  return JSON.stringify(last.output) === expected ? [] : [`output ${JSON.stringify(last.output)}, not ${expected}`];
};

const check = async ({ directory, ledger, patron }: Scene): Promise<Map<string, readonly RunEvent[]>> => {
  const journals = await readAll(directory);
  const faults: string[] = [];
  const numbers = new Set<number>();
  for (const [id, events] of journals) {
    const { parent, input } = startOf(events);
    const wasCanceled = patron.canceled.has(parent?.execution ?? id);
    const found = [
      ...brokenLaws(events),
      ...effectFaults(id, events, ledger.counts),
      ...endFaults(events, wasCanceled),
    ];
    faults.push(...found.map((fault) => `${id}: ${fault}`));
    // Each start had a number of its own: a repeated one made no second execution.
    if (!parent && numbers.has(input.n as number))
      faults.push(`${id}: another one was started with ${String(input.n)}`);
    if (!parent) numbers.add(input.n as number);
  }
  for (const { what, execution, holds } of patron.promised)
    if (!holds(journals.get(execution) ?? [])) faults.push(`${execution}: ${what} was said, and does not hold`);
  for (const key of ledger.counts.keys())
    if (!journals.has(key.split(':')[0] as string)) faults.push(`${key}: an effect of nobody`);
  expect(faults).toEqual([]);
  return journals;
};

const countOf = (journals: ReadonlyMap<string, readonly RunEvent[]>, type: RunEvent['type']): number =>
  [...journals.values()].flat().filter((event) => event.type === type).length;

const figures = ({ ledger, patron }: Scene, journals: ReadonlyMap<string, readonly RunEvent[]>): object => ({
  kills: KILLS,
  executions: journals.size,
  promises: patron.promised.length,
  effects: [...ledger.counts.values()].reduce((sum, count) => sum + count, 0),
  repeated: [...ledger.counts.values()].reduce((sum, count) => sum + count - 1, 0),
  lost: countOf(journals, 'attempt_lost'),
  undone: countOf(journals, 'compensation_started'),
  reopened: countOf(journals, 'execution_reopened'),
  migrated: countOf(journals, 'execution_migrated'),
  orders: Object.fromEntries([...patron.orders].map(([name, told]) => [name, Object.values(told).join('/')])),
});

describe('kill -9 of everything at once, while somebody starts, steers, answers, re-executes and migrates', () => {
  const seed = seedOf(`kill everything, ${DATABASES} × ${KILLS}`);
  test.each(Array.from({ length: DATABASES }, (_, index) => index + 1))(
    'what was said holds, every effect belongs to an attempt, and all come to their ends (database %d)',
    async (database) => {
      const began = Date.now();
      const chance = random(seed + database);
      const directory = await mkdtemp(join(tmpdir(), 'harmonia-everything-'));
      const ledger = await Ledger.open();
      const scene = { directory, ledger, patron: new Patron(chance, ledger), chance };
      await killMany(scene);
      await finish(scene);
      const journals = await check(scene);
      const told = { ...figures(scene, journals), seconds: Math.round((Date.now() - began) / 1000) };
      if (LONG) console.log(JSON.stringify(told));
      for (const order of LONG ? [...scene.patron.orders.keys()] : ['start', 'deliver', 'approve', 'callBack'])
        expect([order, scene.patron.orders.get(order)?.done ?? 0]).not.toEqual([order, 0]);
      ledger.close();
      await rm(directory, { recursive: true, force: true });
    },
    LONG ? 1_200_000 : 120_000,
  );
});
