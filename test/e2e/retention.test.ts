import { afterAll, beforeAll, expect, test } from '@jest/globals';
import Database from 'better-sqlite3';
import { join } from 'node:path';
import { systemTimers } from '../../src/engine/embedded/index.js';
import { Housekeeping } from '../../src/persistence/index.js';
import { TestService } from '../world/service.js';

let service: TestService;
beforeAll(async () => {
  service = await TestService.start();
});
afterAll(() => service.stop());

test('an execution whose journal retention deleted is still listed; what is read from the journal is 410', async () => {
  const workflow = await service.workflow({ name: 'old', tasks: { a: { type: 'core/value', input: { n: 1 } } } });
  const { id } = (await service.complete(workflow)) as { id: string };
  const waiting = await service.workflow({ name: 'b', tasks: { a: { type: 'core/delay', input: { seconds: 60 } } } });
  const { execution_id: named } = (await service.post(`/api/v1/workflows/${waiting}/execute`)).body;
  const { checkpoint_id: point } = (await service.post(`/api/v1/executions/${named as string}/checkpoint`)).body;
  await service.post(`/api/v1/executions/${named as string}/cancel`);
  await service.stop(true);
  const database = new Database(join(service.directory, 'harmonia.db'));
  const timers = { ...systemTimers, now: () => Date.now() + 86_400_000 };
  const retention = { keep: 1000, compactAfter: 1000 };
  const onTrouble = (what: string): void => {
    throw new Error(what);
  };
  expect(await new Housekeeping({ database, retention, timers, onTrouble }).sweep()).toMatchObject({ erased: 2 });
  database.close();
  service = await TestService.start({}, { directory: service.directory });
  expect((await service.get(`/api/v1/executions/${id}`)).body.data).toMatchObject({
    status: 'completed',
    journal: 'gone',
    output: null,
  });
  expect((await service.get('/api/v1/executions?status=completed')).body.total).toBe(1);
  const pages = ['tasks', 'logs', 'events', 'timeline', 'metrics', 'verify'].map((page) => `executions/${id}/${page}`);
  for (const path of [...pages, `executions/${id}?at=1`, `checkpoints/${point as string}`])
    expect(await service.get(`/api/v1/${path}`)).toMatchObject({
      status: 410,
      body: { error: { code: 'journal_gone' } },
    });
  expect((await service.get(`/events/executions/${id}`)).status).toBe(410);
  for (const action of ['validate', 'restore'])
    expect((await service.post(`/api/v1/checkpoints/${point as string}/${action}`)).status).toBe(410);
  expect((await service.send('DELETE', `/api/v1/executions/${id}`)).status).toBe(200);
  expect((await service.get(`/api/v1/executions/${id}`)).status).toBe(404);
});
