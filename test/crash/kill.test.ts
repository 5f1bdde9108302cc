import { describe, expect, test } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { journalFaults, Ledger, readJournals, runVictim } from '../world/crashes.js';
import { random, seedOf } from '../world/random.js';

const LONG = process.env.HARMONIA_TEST_LONG === '1';
const ROUNDS = LONG ? 200 : 4;

const inDirectory = async (work: (directory: string) => Promise<void>): Promise<void> => {
  const directory = await mkdtemp(join(tmpdir(), 'harmonia-crash-'));
  try {
    await work(directory);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
};

describe('kill -9', () => {
  test(
    'at every commit, right before and right after it: the result is that of a run without faults',
    async () => {
      let commits = 0;
      await inDirectory(async (directory) => {
        const { commits: counted, done } = await runVictim(directory, { start: 1 });
        expect(done).toBe(true);
        commits = counted;
      });
      expect(commits).toBeGreaterThan(3);
      for (let killAt = 1; killAt <= commits; killAt++) {
        // The short form takes turns.
        for (const when of (['before', 'after'] as const).filter((_, turn) => LONG || killAt % 2 === turn)) {
          await inDirectory(async (directory) => {
            const first = await runVictim(directory, { start: 1, killAt, when });
            expect(first.done).toBe(false);
            const second = await runVictim(directory, {});
            expect(second).toMatchObject({ done: true, trouble: [] });
            const journals = await readJournals(directory, first.acknowledged);
            // Acknowledged is durable (E1); what was not acknowledged may or may not be there.
            expect(journals.size).toBe(first.acknowledged.length);
            for (const events of journals.values()) expect(journalFaults(events)).toEqual([]);
          });
        }
      }
    },
    LONG ? 600_000 : 120_000,
  );

  test(
    'at random moments: nothing acknowledged is lost, nothing finished runs twice, everything ends',
    async () => {
      const next = random(seedOf(`crash, ${ROUNDS} rounds`));
      const ledger = await Ledger.open();
      await inDirectory(async (directory) => {
        const acknowledged = new Set<string>();
        for (let round = 0; round < ROUNDS; round++) {
          const killAfter = 150 + Math.floor(next() * 500);
          const died = await runVictim(directory, { start: 20, effects: ledger.url }, { killAfter });
          for (const id of died.acknowledged) acknowledged.add(id);
          expect(died.trouble).toEqual([]);
        }
        expect(await runVictim(directory, { effects: ledger.url })).toMatchObject({ done: true, trouble: [] });
        const journals = await readJournals(directory, [...acknowledged]);
        expect(journals.size).toBe(acknowledged.size);
        for (const [id, events] of journals) {
          expect([id, ...journalFaults(events)]).toEqual([id]);
          for (const event of events) {
            if (event.type !== 'step_completed') continue;
            const key = `${id}:${event.step}:1`;
            const attempts = events.filter(
              (other) => other.type === 'step_started' && other.step === event.step,
            ).length;
            // The effect happened, and no more often than attempts were recorded before they ran.
            expect(ledger.counts.get(key) ?? 0).toBeGreaterThanOrEqual(1);
            expect(ledger.counts.get(key) ?? 0).toBeLessThanOrEqual(attempts);
          }
        }
      });
      ledger.close();
    },
    LONG ? 1_200_000 : 120_000,
  );
});

describe('one process on a data directory', () => {
  test('a second one is refused, and kill -9 of the first lets it in at once', async () => {
    await inDirectory(async (directory) => {
      const { openStorage } = await import('../../src/persistence/index.js');
      const held = await openStorage(directory);
      const second = await runVictim(directory, {}).catch(() => undefined);
      expect(second?.done).toBe(false);
      await held.close();
      expect(await runVictim(directory, { start: 1, killAt: 2 })).toMatchObject({ done: false });
      expect(await runVictim(directory, {})).toMatchObject({ done: true });
    });
  });
});
