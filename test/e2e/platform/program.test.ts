import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually, ServiceProcess } from '../../world/service-process.js';

/** Has V8 say what it optimises. */
const TOLD = ['sh', '-c', 'exec "$1" --trace-opt "$2" "$3"', 'sh'];
const OPTIMISED = 'completed optimizing';

let directory: string;
let service: ServiceProcess;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'harmonia-program-'));
  service = ServiceProcess.spawn(directory, TOLD);
  await service.listening();
});
afterAll(async () => {
  await service.kill();
  await rm(directory, { recursive: true });
});

test('what is bundled names its classes as the modules do: the contract is the same', async () => {
  const kept = JSON.parse(await readFile('docs/openapi.json', 'utf8')) as unknown;
  expect((await service.get('/api/v1/openapi.json')).body).toEqual(kept);
});

test('what is left unoptimised while it starts is optimised when it works', async () => {
  const start = service.said.length;
  await eventually(
    () => service.get('/api/v1/workflows'),
    () => service.said.includes(OPTIMISED, start),
  );
});
