import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CompiledWorkflow } from '../../src/engine/core/index.js';
import { EmbeddedEngine } from '../../src/engine/embedded/index.js';
import type { Attempt, AttemptControl, AttemptOutcome } from '../../src/engine/ports/index.js';
import { createSchemaChecker } from '../../src/json-schema/index.js';
import { HarmoniaError, type JsonObject, type Uuid } from '../../src/kernel/index.js';
import { openStorage, type Storage } from '../../src/persistence/index.js';
import { WorkflowCatalog } from '../../src/workflow/index.js';
import { catalogue, failure, mustCompile, task } from '../world/core-world.js';
import { journalFaults } from '../world/crashes.js';
import { settled } from '../world/engine-world.js';
import { FaultyDatabase, type SqlFault } from '../world/faulty-database.js';
import { VirtualTimers } from '../../src/simulation/index.js';
import { storageFaults } from '../world/storage-check.js';

const LONG = process.env.HARMONIA_TEST_LONG === '1';

/** No disk takes part in this: where there is one in memory, syncs cost nothing. */
const MEMORY = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();

/** Steps that complete, are retried, are skipped, write log lines, and one large value. */
const DOCUMENT = {
  name: 'fixed',
  tasks: {
    a: task(),
    b: task({ depends_on: ['a'], retry_policy: { max_retries: 1, initial_delay: 10, jitter: 0 } }),
    c: task({ depends_on: ['a'], when: '${false}' }),
    d: task({ depends_on: ['b', 'c'], input: { large: '${input.large}' } }),
  },
};

const compiled = (_definition: string, document: JsonObject): CompiledWorkflow => mustCompile(document);

const answer = ({ address, attempt, input }: Attempt, control: AttemptControl): AttemptOutcome => {
  control.log('info', `${address} runs`);
  if (address === '/b' && attempt === 1) return { is: 'failed', failure: failure('transient', 'busy') };
  return { is: 'completed', output: input.large === true ? 'x'.repeat(2 ** 20) : address };
};

/** A client that does what clients are told to: it repeats what was refused, with the same key. */
class Client {
  readonly timers = new VirtualTimers();
  readonly faults = new FaultyDatabase();
  readonly trouble: string[] = [];
  /** Errors that callers saw. */
  readonly refused = new Set<string>();
  storage!: Storage;
  private engine!: EmbeddedEngine;
  private catalog!: WorkflowCatalog;
  private ids = 0;
  private directory = '';

  async open(): Promise<void> {
    this.directory ||= await mkdtemp(join(MEMORY, 'harmonia-sql-'));
    this.storage = await openStorage(this.directory, { wrap: this.faults.wrap });
    const newId = (): Uuid => `00000000-0000-4000-8000-${String(++this.ids).padStart(12, '0')}`;
    const surroundings = { catalogue, schemas: createSchemaChecker() };
    this.catalog = new WorkflowCatalog({ store: this.storage.workflows, clock: this.timers, newId, surroundings });
    this.engine = new EmbeddedEngine({
      journal: this.storage.journal,
      timers: this.timers,
      notifier: { publish: () => undefined, progress: () => undefined },
      runner: { run: answer },
      limits: { maxRunningTasks: 2, maxOpenExecutions: 10, maxOpenSteps: 1000 },
      compiled: (definition) => this.catalog.compiled(definition),
      newId,
      newSeed: newId,
      workflow: (name, range, execution) => this.catalog.runnableByName(name, range, execution),
      onTrouble: (what, error) => void this.trouble.push(`${what}: ${String(error)}`),
    });
    await this.engine.open();
  }

  async close(): Promise<void> {
    await this.engine.close(0);
    await this.storage.close();
  }

  async remove(): Promise<void> {
    await rm(this.directory, { recursive: true, force: true });
  }

  /** One fixed life of two executions; answers what became of them. */
  async live(round: string): Promise<{ completed: Uuid; canceled: Uuid }> {
    const id = await this.once(`${round}-create`, async (key) => {
      const { workflow } = await this.catalog.create({ source: { ...DOCUMENT, name: round }, key });
      return workflow.id;
    });
    const workflow = await this.repeated(() => this.catalog.runnable(id));
    const start = (name: string): Promise<Uuid> =>
      this.once(
        `${round}-${name}`,
        async (key) => (await this.engine.start({ workflow, input: { large: name === 'completed' }, key })).execution,
      );
    const completed = await start('completed');
    await this.steered(() => this.engine.checkpoint(completed, { name: 'here' }));
    await this.steered(() => this.engine.pause(completed));
    await this.steered(() => this.engine.resume(completed));
    const canceled = await start('canceled');
    await this.steered(() => this.engine.cancel(canceled, { reason: 'enough' }));
    for (let turn = 0; this.engine.status().open > 0; turn++) {
      if (turn > 100) throw new Error(`never ends: ${JSON.stringify(this.engine.status())} ${this.trouble.join()}`);
      await this.pass();
    }
    return { completed, canceled };
  }

  private async pass(): Promise<void> {
    this.timers.advance(10_000);
    await settled();
  }

  /** Creates something under a key; after a refusal it looks whether that key was used, as the API does. */
  private once(name: string, create: (key: { scope: string; key: string; request: string }) => Promise<Uuid>) {
    return this.repeated(async () => {
      const known = await this.catalog.recall('test', name);
      return known?.resource ?? (await create({ scope: 'test', key: name, request: 'r' }));
    });
  }

  /** A repeated request may find that it was granted the first time. */
  private async steered(ask: () => Promise<unknown>): Promise<void> {
    await this.repeated(ask).catch((error: unknown) => {
      if (!(error instanceof HarmoniaError) || error.code !== 'conflict') throw error;
    });
  }

  private async repeated<T>(work: () => Promise<T>): Promise<T> {
    for (let turn = 0; ; turn++) {
      try {
        return await work();
      } catch (error) {
        if (!(error instanceof HarmoniaError) || error.code !== 'storage_unavailable' || turn > 100) throw error;
        this.refused.add(error.code);
        await this.pass();
      }
    }
  }
}

const FAULTS: Readonly<Record<string, SqlFault>> = {
  'the database is busy': { code: 'SQLITE_BUSY' },
  'the disk is full, the transaction is over': { code: 'SQLITE_FULL', endsTransaction: true },
  'the disk fails': { code: 'SQLITE_IOERR_WRITE' },
  'it was done, and then the disk fails': { code: 'SQLITE_IOERR_FSYNC', after: true },
};
const KINDS = Object.values(FAULTS);

/** In the long form every statement fails in every way, else each in one of them. */
const PASSES: readonly [string, (at: number) => SqlFault][] = LONG
  ? Object.entries(FAULTS).map(([name, fault]) => [name, () => fault])
  : [['one way or another', (at) => KINDS[at % KINDS.length] as SqlFault]];

describe.each(PASSES)('every statement fails once: %s', (_, faultAt) => {
  const client = new Client();
  beforeAll(() => client.open());
  afterAll(() => client.remove());

  test(
    'the run ends right, nothing is acknowledged that is not there, journal and tables agree',
    async () => {
      const lives: { completed: Uuid; canceled: Uuid }[] = [];
      let fired: string | undefined;
      for (let at = 1; at === 1 || fired !== undefined; at++) {
        client.faults.arm(at, faultAt(at));
        const life = await client.live(`round-${at}`);
        fired = client.faults.fired;
        client.faults.arm(0);
        lives.push(life);
        const where = `statement ${at}: ${fired}`;
        const faults = await endFaults(client.storage, life);
        const only = [life.completed, life.canceled];
        faults.push(...(await storageFaults(client.storage, { compiled, only })));
        expect([where, ...faults]).toEqual([where]);
      }
      expect(lives.length).toBeGreaterThan(50);
      expect(client.trouble.filter((said) => !said.startsWith('the store does not take writes'))).toEqual([]);
      // Another process finds what this one was told is there.
      await client.close();
      await client.open();
      for (const life of lives) expect(await endFaults(client.storage, life)).toEqual([]);
      expect(await storageFaults(client.storage, { compiled })).toEqual([]);
      await client.close();
    },
    LONG ? 600_000 : 60_000,
  );
});

/** What is wrong with the ends of the two executions of a life. */
const endFaults = async (storage: Storage, life: { completed: Uuid; canceled: Uuid }): Promise<string[]> => {
  const [completed, canceled] = [await storage.journal.load(life.completed), await storage.journal.load(life.canceled)];
  const faults = journalFaults(completed?.events.map(({ event }) => event) ?? []);
  const end = canceled?.events.at(-1)?.event.type;
  // A repeated cancel may come after the last step, and is then a conflict.
  return end === 'execution_canceled' || end === 'execution_completed' ? faults : [...faults, `canceled: ${end}`];
};

describe('the checker of journal and tables', () => {
  test.each([
    [`UPDATE task_run SET status = 'completed' WHERE step = '/c'`, '/c: status'],
    [`UPDATE execution SET status = 'running'`, 'status is running'],
    [`DELETE FROM task_run WHERE step = '/a'`, '/a has no run'],
    [`DELETE FROM journal WHERE seq = 3`, 'places'],
    [`DELETE FROM workflow_version`, 'has no version'],
    [`INSERT INTO payload (execution, hash, data) VALUES (999, 'h', 'd')`, 'payload: rows of nobody'],
  ])('finds what %s does', async (sql, expected) => {
    const client = new Client();
    await client.open();
    await client.live('one');
    expect(await storageFaults(client.storage)).toEqual([]);
    client.storage.database.prepare(sql).run();
    expect((await storageFaults(client.storage)).join('\n')).toContain(expected);
    await client.close();
    await client.remove();
  });
});
