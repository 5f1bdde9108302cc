import { expect, test } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { JsonObject } from '../../src/kernel/index.js';
import { openStorage } from '../../src/persistence/index.js';
import { random, seedOf } from '../world/random.js';
import { eventually, ServiceProcess } from '../world/service-process.js';
import { storageFaults } from '../world/storage-check.js';

const LONG = process.env.HARMONIA_TEST_LONG === '1';
const EVENTS = LONG ? 1000 : 120;
const KILLS = LONG ? 10 : 3;
const V = '/api/v1';

test(
  'kill -9 while triggers follow events and executions: each event is followed once, and so is each end',
  async () => {
    const next = random(seedOf(`triggers, ${EVENTS} events, ${KILLS} kills`));
    const directory = await mkdtemp(join(tmpdir(), 'harmonia-triggers-'));
    let service = await ServiceProcess.start(directory);
    let published = 0;
    let dying: Promise<unknown> = Promise.resolve();
    try {
      for (const name of ['first', 'second'])
        await service.workflow({ name, tasks: { a: { type: 'core/value', input: { of: '${input.of}' } } } });
      const triggers = [
        {
          name: 'e',
          type: 'harmonia/event',
          params: { name: 'go.*' },
          workflow: 'first',
          input_mapping: { of: 'payload.data' },
        },
        {
          ...{ name: 'x', type: 'harmonia/execution', params: { workflow: 'first' }, workflow: 'second' },
          input_mapping: { of: 'payload.output.a.of' },
        },
      ];
      for (const document of triggers) {
        const { body } = await service.post(`${V}/triggers`, document);
        const shown = (): Promise<JsonObject> =>
          service.get(`${V}/triggers/${body.trigger_id as string}`).then((answer) => answer.body.data as JsonObject);
        await eventually(shown, ({ state }) => state === 'running');
      }
      const killAt = new Set(Array.from({ length: KILLS }, () => Math.floor(next() * EVENTS)));
      for (let n = 0; n < EVENTS; n++) {
        const id = `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
        // Sent again until it is answered: an event of one id is kept once.
        await eventually(
          async () => {
            await dying;
            return service.post(`${V}/events`, { id, name: 'go.on', payload: n }).then(
              ({ status }) => status,
              () => 0,
            );
          },
          (status) => status === 200,
        );
        published += 1;
        if (killAt.has(n)) {
          const kill = async (): Promise<void> => {
            await new Promise((resolve) => setTimeout(resolve, next() * 60));
            await service.kill();
            service = await ServiceProcess.start(directory);
          };
          dying = kill();
        }
      }
      await dying;
      await eventually(
        () => service.get(`${V}/executions?status=completed&limit=1`),
        ({ body }) => (body.total as number) >= 2 * EVENTS,
      );
    } finally {
      await dying;
      await service.kill();
    }
    const storage = await openStorage(directory);
    try {
      const rows = storage.database
        .prepare(
          `SELECT workflow_name AS name, json_extract(journal.data, '$.input.of') AS n FROM execution
           JOIN journal ON journal.execution = execution.ref AND type = 'execution_started'`,
        )
        .all() as { name: string; n: number }[];
      const numbers = (name: string): number[] =>
        rows.flatMap((row) => (row.name === name ? [row.n] : [])).sort((a, b) => a - b);
      const all = Array.from({ length: published }, (_, n) => n);
      expect(published).toBe(EVENTS);
      expect(numbers('first')).toEqual(all);
      expect(numbers('second')).toEqual(all);
      expect(await storageFaults(storage)).toEqual([]);
    } finally {
      await storage.close();
      await rm(directory, { recursive: true, force: true });
    }
  },
  LONG ? 600_000 : 120_000,
);
