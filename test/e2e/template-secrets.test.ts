import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { AddressInfo } from 'node:net';
import { TestService } from '../world/service.js';

const CANARY = 'canary-5f2c9e1b';
const V = '/api/v1/templates';
let receiver: Server;
let service: TestService;
const seen: (string | undefined)[] = [];

beforeAll(async () => {
  receiver = createServer((request, response) => {
    seen.push(request.headers.authorization);
    response.end('{}');
  });
  receiver.listen(0, '127.0.0.1');
  await once(receiver, 'listening');
  service = await TestService.start({ HARMONIA_HTTP_ALLOW: '127.0.0.1' });
});
afterAll(() => {
  rmSync(service.directory, { recursive: true, force: true });
  receiver.close();
});

test('a secret arrives where it is used, and stands in no table, log, event or answer', async () => {
  const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/`;
  const answers: string[] = [];
  const post = async (path: string, body: object, headers = {}): Promise<Record<string, unknown>> => {
    const answer = await service.post(path, body, headers);
    answers.push(JSON.stringify(answer.body));
    return answer.body;
  };
  const { template_id: id } = await post(V, {
    name: 'call',
    parameters: { url: { required: true }, token: { type: 'string', secret: true, required: true } },
    workflow_definition: {
      name: 'call',
      tasks: {
        call: {
          type: 'http/request',
          input: { url: '{{params.url}}', headers: { authorization: 'Bearer {{params.token}}' } },
        },
      },
    },
  });
  const body = { parameter_values: { url, token: CANARY } };
  await post(`${V}/${id as string}/instantiate?dry_run=true`, body);
  const made = await post(`${V}/${id as string}/instantiate`, body, { 'idempotency-key': 'secret-1' });
  await post(`${V}/${id as string}/instantiate`, body, { 'idempotency-key': 'secret-1' });
  await post(`${V}/${id as string}/instantiate`, { parameter_values: { url: 5, token: CANARY, more: 1 } });
  const workflow = made.workflow_id as string;
  const execution = await service.complete(workflow);
  expect(execution).toMatchObject({ status: 'completed' });
  expect(seen).toEqual([`Bearer ${CANARY}`]);
  for (const path of [
    `${V}/${id as string}`,
    `/api/v1/workflows/${workflow}`,
    `/api/v1/workflows/${workflow}/export`,
    '/api/v1/credentials',
  ])
    answers.push(JSON.stringify((await service.get(path)).body));
  for (const page of ['', '/events', '/logs', '/tasks', '/history'])
    answers.push(JSON.stringify((await service.get(`/api/v1/executions/${execution.id as string}${page}`)).body));
  expect(answers.filter((answer) => answer.includes(CANARY))).toEqual([]);
  // Nobody may read the files of a database that is open in this process.
  await service.stop(true);
  const files = readdirSync(service.directory).filter((name) => name.startsWith('harmonia.db'));
  expect(files.length).toBeGreaterThan(0);
  for (const file of files) expect(readFileSync(join(service.directory, file)).includes(CANARY)).toBe(false);
});
