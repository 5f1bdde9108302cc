import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TestService } from '../world/service.js';

const V = '/api/v1/templates';
let data: string;
let service: TestService;

beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), 'harmonia-packs-'));
  const pack = join(data, 'plugins/travel');
  await mkdir(pack, { recursive: true });
  const harmonia = { apiVersion: '^1.0', id: 'travel', role: 'templates', templates: ['trip.yaml'] };
  await writeFile(join(pack, 'package.json'), JSON.stringify({ name: 'travel', version: '1.0.0', harmonia }));
  await writeFile(
    join(pack, 'trip.yaml'),
    `name: Trip
category: travel
parameters: { to: { type: string, required: true } }
workflow_definition:
  name: trip to {{params.to}}
  tasks: { go: { type: core/value, input: { to: '{{params.to}}' } } }
`,
  );
  service = await TestService.start({}, { directory: data });
});
afterAll(async () => {
  await service.stop(true);
  await rm(data, { recursive: true, force: true });
});

const names = async (): Promise<string[]> => {
  const { body } = await service.get(`${V}?source=travel`);
  return (body.items as unknown as { name: string }[]).map(({ name }) => name);
};

test('templates of a package come and go with it; what was made of them stays', async () => {
  expect(await names()).toEqual(['Trip']);
  const { body } = await service.get(`${V}?q=Trip`);
  const [{ id = '' } = {}] = body.items as unknown as { id: string }[];
  const made = await service.post(`${V}/${id}/instantiate`, { parameter_values: { to: 'Rome' } });
  const workflow = made.body.workflow_id as string;

  expect((await service.post('/api/v1/plugins/travel/disable')).status).toBe(200);
  expect(await names()).toEqual([]);
  expect((await service.get(`${V}/${id}`)).status).toBe(404);
  expect(await service.complete(workflow)).toMatchObject({ status: 'completed', output: { go: { to: 'Rome' } } });

  expect((await service.post('/api/v1/plugins/travel/enable')).status).toBe(200);
  expect(await names()).toEqual(['Trip']);
  expect((await service.get(`${V}/${id}`)).body.data).toMatchObject({
    name: 'Trip',
    category: 'travel',
    usage_count: 1,
  });

  await service.stop(true);
  service = await TestService.start({}, { directory: data });
  expect(await names()).toEqual(['Trip']);
  expect((await service.get(`${V}/${id}/versions`)).body.total).toBe(1);
});
