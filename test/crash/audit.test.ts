import { expect, test } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { JsonObject } from '../../src/kernel/index.js';
import { openStorage } from '../../src/persistence/index.js';
import { random, seedOf } from '../world/random.js';
import { ServiceProcess, type ProcessAnswer } from '../world/service-process.js';

const LONG = process.env.HARMONIA_TEST_LONG === '1';
const KILLS = LONG ? 40 : 2;
const MOST = 60;
const CLIENTS = 6;
const V = '/api/v1';
const KEY = 'admin-key-of-the-test-001';

/** What a client has read of an answer, and so must be on record: words of its record. */
type Acknowledged = string[];

/** Changes things until the service is gone. Each kind of change reaches the log by another way. */
const change = async (
  { service, workflow }: { service: ServiceProcess; workflow: string },
  name: string,
  heard: (words: string) => void,
): Promise<void> => {
  const ways: readonly ((id: string) => Promise<string>)[] = [
    async (id) => {
      const { status } = await service.post(`${V}/workflows/${workflow}/draft`, { id }, { 'x-request-id': id });
      if (status !== 200) throw new Error(`draft: ${status}`);
      return id;
    },
    async () => `execution_id=${await service.startExecution(workflow)}`,
    async () => {
      const call = { name: 'ExecuteWorkflow', arguments: { workflow_id: workflow, input_data: {} } };
      const { body }: ProcessAnswer = await service.post('/api/mcp/v2/tools/call', call);
      return `tool=ExecuteWorkflow execution_id=${(body.structuredContent as JsonObject).execution_id as string}`;
    },
  ];
  for (let n = 0; ; n++) {
    const words = await (ways[n % ways.length] as (typeof ways)[number])(`${name}.${n}`).catch(() => undefined);
    if (words === undefined) return;
    heard(words);
  }
};

test(
  'kill -9: what was acknowledged is in the audit log, and its chain holds',
  async () => {
    const next = random(seedOf(`audit, ${KILLS} kills`));
    const directory = await mkdtemp(join(tmpdir(), 'harmonia-audit-'));
    const acknowledged: Acknowledged = [];
    try {
      for (let kill = 0; kill < KILLS; kill++) {
        const service = await ServiceProcess.start(directory, { HARMONIA_API_KEYS: `admin:${KEY}` });
        service.headers = { 'x-api-key': KEY };
        const workflow = await service.workflow({ name: `w${kill}`, tasks: { a: { type: 'core/noop' } } });
        const last = acknowledged.length + 1 + Math.floor(next() * MOST);
        const heard = (words: string): void => {
          acknowledged.push(words);
          if (acknowledged.length === last) service.signal('SIGKILL');
        };
        const clients = Array.from({ length: CLIENTS }, (_, n) => change({ service, workflow }, `${kill}.${n}`, heard));
        await Promise.all([...clients, service.ended()]);
        const storage = await openStorage(directory);
        try {
          const { items } = await storage.audit.list({ offset: 0, limit: 1_000_000 });
          const recorded = items.map(({ requestId, target }) => `${requestId ?? ''} ${target} `).join('\n');
          expect(acknowledged.filter((words) => !recorded.includes(`${words} `))).toEqual([]);
          expect(await storage.audit.verify()).toMatchObject({ records: items.length, brokenAt: undefined });
        } finally {
          await storage.close();
        }
      }
      expect(acknowledged.length).toBeGreaterThanOrEqual(KILLS);
    } finally {
      await rm(directory, { recursive: true, force: true });
    }
  },
  LONG ? 600_000 : 120_000,
);
