import { expect, test } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Webhook } from 'standardwebhooks';
import type { JsonObject } from '../../src/kernel/index.js';
import { openStorage } from '../../src/persistence/index.js';
import { random, seedOf } from '../world/random.js';
import { Receiver } from '../world/receiver.js';
import { eventually, ServiceProcess } from '../world/service-process.js';
import { storageFaults } from '../world/storage-check.js';

const LONG = process.env.HARMONIA_TEST_LONG === '1';
const EXECUTIONS = LONG ? 1000 : 100;
const KILLS = LONG ? 12 : 2;
const SECRET = `whsec_${Buffer.from('between the two of us, no more..').toString('base64')}`;
const ALLOW = { HARMONIA_HTTP_ALLOW: '127.0.0.1' };

test(`${EXECUTIONS} executions, ${KILLS} kills: every end is told at least once, under one id, and none is lost`, async () => {
  const next = random(seedOf(`sending, ${EXECUTIONS} of them, ${KILLS} kills`));
  const directory = await mkdtemp(join(tmpdir(), 'harmonia-sending-'));
  const receiver = await Receiver.start();
  // Now and then it fails, or hangs up after it took the letter.
  receiver.answer = (response) => {
    const dice = next();
    if (dice < 0.05) response.writeHead(503, { 'retry-after': '0' }).end();
    else if (dice < 0.1) response.destroy();
    else response.writeHead(204).end();
  };
  let service = await ServiceProcess.start(directory, ALLOW);
  try {
    const workflow = await service.workflow({
      name: 'w',
      tasks: {
        a: { type: 'core/value', input: { n: 1 } },
        b: { type: 'core/value', input: { n: '${tasks.a.output.n}' } },
      },
    });
    const { status, body } = await service.post('/api/v1/webhooks', {
      ...{ name: 'ends', url: receiver.url, concurrency: 2, events: ['execution_completed'] },
      ...{ auth: { type: 'standard_webhooks', secret: SECRET }, retries: { first_delay: 1, max_attempts: 50 } },
    });
    expect(status).toBe(201);
    const webhook = body.webhook_id as string;
    const acknowledged: string[] = [];
    const start = async (): Promise<void> => {
      while (acknowledged.length < EXECUTIONS) {
        try {
          acknowledged.push(await service.startExecution(workflow));
        } catch {
          // It died meanwhile: nobody knows whether it began.
          await new Promise((resolve) => setTimeout(resolve, 20));
        }
      }
    };
    const starting = Promise.all(Array.from({ length: 4 }, start));
    for (let kill = 1; kill <= KILLS; kill++) {
      await receiver.received(Math.floor((EXECUTIONS * kill) / (KILLS + 1) / 2));
      await service.kill();
      service = await ServiceProcess.start(directory, ALLOW);
    }
    await starting;
    const told = (): Set<unknown> => new Set(receiver.bodies.map(({ execution_id }) => execution_id));
    const isToldOfAll = (): boolean => {
      const all = told();
      return acknowledged.every((id) => all.has(id));
    };
    await eventually(
      async () => {
        const answer = await service.get(`/api/v1/webhooks/${webhook}`);
        return (answer.body.data as JsonObject).pending;
      },
      (pending) => pending === 0 && isToldOfAll(),
    );
    const idsOf = new Map<string, Set<string>>();
    for (const { body: text, headers } of receiver.letters) {
      const event = new Webhook(SECRET).verify(text, headers as Record<string, string>) as { execution_id: string };
      const ids = idsOf.get(event.execution_id) ?? new Set();
      idsOf.set(event.execution_id, ids.add(headers['webhook-id'] as string));
    }
    expect(acknowledged.filter((id) => !idsOf.has(id))).toEqual([]);
    expect([...idsOf.values()].filter((ids) => ids.size > 1)).toEqual([]);
    // Also of those that nobody was told of.
    await eventually(
      async () => (await service.get(`/api/v1/webhooks/${webhook}/deliveries?status=delivered&limit=1`)).body.total,
      (total) => total === told().size,
    );
    await service.kill();
    const storage = await openStorage(directory);
    expect(await storageFaults(storage)).toEqual([]);
    await storage.close();
  } finally {
    await service.kill();
    await receiver.stop();
    await rm(directory, { recursive: true, force: true });
  }
}, 300_000);
