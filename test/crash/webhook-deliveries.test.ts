import { expect, test } from '@jest/globals';
import { createHmac, randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { JsonObject } from '../../src/kernel/index.js';
import { openStorage } from '../../src/persistence/index.js';
import { random, seedOf } from '../world/random.js';
import { eventually, ServiceProcess } from '../world/service-process.js';
import { storageFaults } from '../world/storage-check.js';

const LONG = process.env.HARMONIA_TEST_LONG === '1';
const DELIVERIES = LONG ? 2000 : 200;
const KILLS = LONG ? 12 : 3;
const SENDERS = 16;

const shuffled = <T>(list: readonly T[], next: () => number): T[] => {
  const out = [...list];
  for (let at = out.length - 1; at > 0; at--) {
    const other = Math.floor(next() * (at + 1));
    [out[at], out[other]] = [out[other] as T, out[at] as T];
  }
  return out;
};

/** A service that is killed and started anew; senders try again until somebody answers. */
class Mortal {
  private isOver = false;

  private constructor(
    private readonly directory: string,
    public service: ServiceProcess,
  ) {}

  static async start(directory: string): Promise<Mortal> {
    return new Mortal(directory, await ServiceProcess.start(directory));
  }

  async killAndStart(): Promise<void> {
    await this.service.kill();
    this.service = await ServiceProcess.start(this.directory);
  }

  /** It is not started again. */
  async end(): Promise<void> {
    this.isOver = true;
    await this.service.kill();
  }

  /** Sends until it is accepted; what was answered then. */
  async send(body: string, headers: Record<string, string>): Promise<JsonObject> {
    const attempt = async (): Promise<JsonObject | undefined> => {
      if (this.isOver) throw new Error('the test is over');
      try {
        const { status, body: answer } = await this.service.send('POST', '/hooks/orders', JSON.parse(body), headers);
        if (status === 200 || status === 202) return answer;
        if (status !== 503) throw new Error(`${status} ${JSON.stringify(answer)}`);
      } catch (error) {
        // It died meanwhile, or is about to: nobody knows whether it was accepted.
        if (!/fetch failed|does not listen|terminated|JSON/.test(String(error))) throw error;
      }
      return undefined;
    };
    return (await eventually(attempt, (answer) => answer !== undefined)) as JsonObject;
  }
}

test(
  'kill -9 while signed deliveries arrive, each sent 1 to 5 times, shuffled: each id exactly one execution, none lost',
  async () => {
    const next = random(seedOf(`deliveries, ${DELIVERIES} of them, ${KILLS} kills`));
    const directory = await mkdtemp(join(tmpdir(), 'harmonia-hooks-'));
    const key = randomBytes(24);
    const mortal = await Mortal.start(directory);
    const answered = new Map<number, Set<string>>();
    try {
      const workflow = await mortal.service.workflow({
        name: 'orders',
        tasks: { a: { type: 'core/value', input: { n: '${input.n}' } } },
      });
      const secret = `whsec_${key.toString('base64')}`;
      const credentials = { type: 'standard_webhooks', secret, tolerance: 43_200 };
      const made = await mortal.service.post('/api/v1/webhooks', {
        ...{ name: 'orders', endpoint: 'orders', workflow_id: workflow, auth: credentials },
      });
      expect(made.status).toBe(201);

      const sendings = shuffled(
        Array.from({ length: DELIVERIES }, (_, n) => Array<number>(1 + Math.floor(next() * 5)).fill(n)).flat(),
        next,
      );
      let sent = 0;
      const sender = async (): Promise<void> => {
        for (let n = sendings[sent++]; n !== undefined; n = sendings[sent++]) {
          const body = JSON.stringify({ n });
          const time = String(Math.floor(Date.now() / 1000));
          const signature = createHmac('sha256', key).update(`msg_${n}.${time}.${body}`).digest('base64');
          const { delivery_id: delivery } = await mortal.send(body, {
            ...{ 'webhook-id': `msg_${n}`, 'webhook-timestamp': time, 'webhook-signature': `v1,${signature}` },
          });
          answered.set(n, (answered.get(n) ?? new Set()).add(delivery as string));
        }
      };
      const killer = async (): Promise<void> => {
        for (let kill = 1; kill <= KILLS; kill++) {
          const after = (sendings.length * (kill - next())) / KILLS;
          await eventually(
            () => Promise.resolve(sent),
            (count) => count >= after,
          );
          await mortal.killAndStart();
        }
      };
      await Promise.all([killer(), ...Array.from({ length: SENDERS }, sender)]);

      // However often it was sent and wherever it was killed, one delivery was acknowledged.
      expect([...answered.values()].filter(({ size }) => size !== 1)).toEqual([]);
      expect(answered.size).toBe(DELIVERIES);
      const page = `/api/v1/executions?status=completed&limit=1`;
      const isDone = ({ body }: { body: JsonObject }): boolean => (body.total as number) >= DELIVERIES;
      await eventually(() => mortal.service.get(page), isDone);
    } finally {
      await mortal.end();
    }

    const storage = await openStorage(directory);
    try {
      const rows = storage.database.prepare('SELECT message_id, id, status, executions FROM delivery').all() as {
        message_id: string;
        id: string;
        status: string;
        executions: string;
      }[];
      expect(rows).toHaveLength(DELIVERIES);
      // It may have died between the start and the note of it.
      const executionIds = new Set(storage.database.prepare('SELECT id FROM execution').pluck().all() as string[]);
      expect(executionIds.size).toBe(DELIVERIES);
      const inputs = new Set<unknown>();
      for (const execution of executionIds) {
        const [first] = (await storage.journal.load(execution))?.events ?? [];
        inputs.add((first?.event as unknown as { input: { n: number } }).input.n);
      }
      expect(inputs.size).toBe(DELIVERIES);
      for (const { id, message_id: message } of rows)
        expect([...(answered.get(Number(message.slice('msg_'.length))) ?? [])]).toEqual([id]);
      expect(await storageFaults(storage)).toEqual([]);
    } finally {
      await storage.close();
      await rm(directory, { recursive: true, force: true });
    }
  },
  LONG ? 1_200_000 : 120_000,
);
