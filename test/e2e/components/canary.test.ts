import { expect, test } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { canariesIn, canary, filesBelow } from '../../world/canary.js';
import { ComponentServer } from '../../world/components.js';
import { ServiceProcess } from '../../world/service-process.js';

const KINDS = {
  basic: { type: 'basic', username: 'ada', password: canary('password') },
  bearer: { type: 'bearer', token: canary('token') },
  header: { type: 'api_key', key: canary('key'), header: 'X-Mine' },
  query: { type: 'api_key', key: canary('query'), query: 'k' },
  hmac: { type: 'hmac', secret: canary('hmac') },
};

test('a secret of a registration stands in no answer, log, event, table or file, whatever the component says (E7)', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'harmonia-component-canary-'));
  const server = await ComponentServer.start();
  const service = await ServiceProcess.start(directory, {
    HARMONIA_HTTP_ALLOW: new URL(server.url).host,
    HARMONIA_LOG_LEVEL: 'debug',
  });
  const told: string[] = [];
  const ask = async (method: string, path: string, body?: unknown) => {
    const answer = await service.send(method, `/api/v1${path}`, body);
    told.push(JSON.stringify(answer.body));
    return answer;
  };
  try {
    for (const [name, authentication] of Object.entries(KINDS)) {
      const actions = ['echo', 'broken', 'mirror'].map((action) => ({
        name: action,
        path: `/${action}`,
        method: 'GET',
      }));
      const component = { name: `of_${name}`, base_url: server.url, actions, authentication };
      expect((await ask('POST', '/components', component)).status).toBe(201);
      expect((await ask('PUT', `/components/of_${name}`, { authentication, description: 'marker' })).status).toBe(200);
      for (const { name: action } of actions) await ask('POST', `/components/of_${name}/actions/${action}`, {});
      for (const path of ['/echo', '/mirror']) await ask('POST', `/components/of_${name}/test`, { path });
      await ask('GET', `/components/of_${name}`);
      const tasks = Object.fromEntries(
        actions.map(({ name: action }) => [
          action,
          { component: `of_${name}`, action, on_error: 'continue', retry_policy: { max_retries: 0 } },
        ]),
      );
      const { body: kept } = await ask('POST', '/workflows', { name, tasks });
      const start = { workflow_id: kept.workflow_id, execution_options: { async: false } };
      const { body: ended } = await ask('POST', '/executions', start);
      const { id, status } = ended.data as { id: string; status: string };
      expect(status).toBe('completed');
      for (const page of ['events', 'logs', 'tasks', 'history']) await ask('GET', `/executions/${id}/${page}`);
      await ask('POST', '/components', { ...component, authentication: { ...authentication, more: canary('fault') } });
    }
    // The component did get them, and sent them back.
    expect(canariesIn(JSON.stringify(server.heard)).length).toBeGreaterThan(0);
    expect(canariesIn(told.join('\n'))).toEqual([]);
    expect(told.join('\n')).toContain('***');
    await ask('GET', '/components?details=true');
    await ask('GET', '/credentials?managed=true');
  } finally {
    await service.kill();
    server.stop();
  }
  expect(canariesIn(service.said)).toEqual([]);
  for (const [path, bytes] of filesBelow(directory)) expect([path, canariesIn(bytes)]).toEqual([path, []]);
  await rm(directory, { recursive: true, force: true });
}, 60_000);
