import { describe, expect, test } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RunEvent } from '../../src/engine/core/index.js';
import type { Json } from '../../src/kernel/index.js';
import { journalFaults, Ledger, readJournals, runVictim } from '../world/crashes.js';
import { random, seedOf } from '../world/random.js';

const LONG = process.env.HARMONIA_TEST_LONG === '1';
/** Kills at a commit: all of them, or some. */
const POINTS = LONG ? Infinity : 4;
const ROUNDS = LONG ? 100 : 3;

const inDirectory = async <T>(work: (directory: string) => Promise<T>): Promise<T> => {
  const directory = await mkdtemp(join(tmpdir(), 'harmonia-crash-'));
  try {
    return await work(directory);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
};

const inputOf = (events: readonly RunEvent[]): Json =>
  events[0]?.type === 'execution_started' ? events[0].input : null;

const outputOf = (events: readonly RunEvent[]): Json => {
  const last = events.at(-1);
  return last?.type === 'execution_completed' ? last.output : null;
};

/** What a run without faults comes to. */
const expected = (input: Json): Json => {
  const { n } = input as { n: number };
  return { each: [10, 20, 30], again: 2, mend: n, winner: 'quick', child: n, approved: true, after: n };
};

const children = (events: readonly RunEvent[]): string[] =>
  events.flatMap((event) =>
    event.type === 'step_armed' && event.awaits.is === 'workflow' ? [event.awaits.execution] : [],
  );

/** The effects of the steps that completed, against what the outside has seen of them. */
const effectFaults = (id: string, events: readonly RunEvent[], ledger: Ledger): string[] =>
  events.flatMap((event) => {
    if (event.type !== 'step_completed' || event.attempt === 0) return [];
    const attempts = events.filter((other) => other.type === 'step_started' && other.step === event.step).length;
    const effects = ledger.counts.get(`${id}:${event.step}:1`) ?? 0;
    return effects >= 1 && effects <= attempts ? [] : [`${event.step}: ${effects} effects of ${attempts} attempts`];
  });

/** Undone in reverse order, each once. */
const undone = (events: readonly RunEvent[]): string[] =>
  events.flatMap((event) =>
    event.type === 'step_completed' && event.step.endsWith('!compensate') ? [event.step] : [],
  );

const UNDONE = ['/saga/try/reserve!compensate', '/saga/try/book!compensate'];

/** All that must hold of executions, whose processes died, once another one is done. */
const check = async (directory: string, acknowledged: readonly string[], ledger: Ledger): Promise<void> => {
  const parents = await readJournals(directory, acknowledged);
  expect(parents.size).toBe(acknowledged.length);
  const ids = [...parents.values()].flatMap(children);
  expect(ids).toHaveLength(parents.size);
  const below = await readJournals(directory, ids);
  expect(below.size).toBe(ids.length);
  for (const [id, events] of [...parents, ...below]) {
    expect([id, ...journalFaults(events), ...effectFaults(id, events, ledger)]).toEqual([id]);
  }
  for (const events of parents.values()) {
    expect(outputOf(events)).toEqual(expected(inputOf(events)));
    expect(undone(events)).toEqual(UNDONE);
  }
};

/** Everything has ended: one process more does nothing. */
const isQuiet = async (directory: string, ledger: Ledger): Promise<void> => {
  const before = [...ledger.counts];
  expect(await runVictim(directory, { effects: ledger.url })).toMatchObject({ done: true, trouble: [] });
  expect([...ledger.counts]).toEqual(before);
};

const withLedger = async (work: (ledger: Ledger) => Promise<void>): Promise<void> => {
  const ledger = await Ledger.open();
  try {
    await work(ledger);
  } finally {
    ledger.close();
  }
};

describe('kill -9 of maps, loops, try, races, sub-workflows, events, approvals and what is undone', () => {
  test(
    'at a commit, right before or right after it',
    () =>
      withLedger(async (ledger) => {
        const run = { start: 1, workflow: 'constructs', effects: ledger.url } as const;
        const commits = await inDirectory(async (directory) => {
          const whole = await runVictim(directory, run);
          expect(whole).toMatchObject({ done: true, trouble: [] });
          await check(directory, whole.acknowledged, ledger);
          return whole.commits;
        });
        expect(commits).toBeGreaterThan(8);
        const points = Array.from({ length: commits * 2 }, (_, point) => point);
        const stride = Math.max(1, Math.floor(points.length / POINTS));
        // What of a run shares a commit depends on the machine: the last commits may not come.
        for (const point of points.filter((at) => at % stride === stride - 1)) {
          const [killAt, when] = [1 + Math.floor(point / 2), point % 2 === 0 ? 'before' : 'after'] as const;
          await inDirectory(async (directory) => {
            const died = await runVictim(directory, { ...run, killAt, when });
            expect(await runVictim(directory, { effects: ledger.url })).toMatchObject({ done: true, trouble: [] });
            await check(directory, died.acknowledged, ledger);
          });
        }
      }),
    LONG ? 600_000 : 60_000,
  );

  test(
    'at random moments',
    () =>
      withLedger((ledger) =>
        inDirectory(async (directory) => {
          const next = random(seedOf(`crash of constructs, ${ROUNDS} rounds`));
          const acknowledged: string[] = [];
          for (let round = 0; round < ROUNDS; round++) {
            const killAfter = Math.floor(next() * 300);
            const run = { start: 6, workflow: 'constructs', effects: ledger.url } as const;
            const died = await runVictim(directory, run, { killAfter, onceAcknowledged: true });
            acknowledged.push(...died.acknowledged);
            expect(died.acknowledged).not.toEqual([]);
            expect(died.trouble).toEqual([]);
          }
          expect(await runVictim(directory, { effects: ledger.url })).toMatchObject({ done: true, trouble: [] });
          await check(directory, acknowledged, ledger);
          await isQuiet(directory, ledger);
        }),
      ),
    LONG ? 1_200_000 : 60_000,
  );
});
