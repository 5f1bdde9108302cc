import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { JsonObject } from '../../src/kernel/index.js';
import { harmoniaHere } from '../world/command-line.js';
import { readExposition } from '../world/exposition.js';
import { ServiceProcess } from '../world/service-process.js';

let root: string;
let data: string;
let guide: string;
let service: ServiceProcess;

beforeAll(async () => {
  guide = await readFile(new URL('../../docs/guides/operations.md', import.meta.url), 'utf8');
  root = await mkdtemp(join(tmpdir(), 'harmonia-operations-'));
  data = join(root, 'data');
  service = await ServiceProcess.start(data);
  Object.assign(process.env, { HARMONIA_DATA_DIR: data, HARMONIA_PORT: new URL(service.url).port });
});
afterAll(async () => {
  await service.kill();
  await rm(root, { recursive: true, force: true });
});

/** The commands of the guide, in its order, with the places of this machine. */
const commands = (): string[][] =>
  [...guide.matchAll(/```sh\n([^]*?)```/g)].map((found) =>
    (found[1] ?? '').trim().replaceAll('/var/backups', root).split(' ').slice(1),
  );

test('its table of metrics is what is served', async () => {
  const text = await (await fetch(`${service.url}/metrics`)).text();
  const served = [...readExposition(text).values()].filter(({ name }) => name.startsWith('harmonia_'));
  const rows = [...guide.matchAll(/^\| `(harmonia_\w+)`\s*\| (\w+)\s*\| ([\w, ]*?)\s*\| (.*?)\s*\|$/gm)];
  expect(rows.map(([, name, type, , help]) => [name, type, help])).toEqual(
    served.map(({ name, type, help }) => [name, type, help]),
  );
  for (const { name, samples } of served) {
    const words = rows.find((row) => row[1] === name)?.[3] ?? '';
    const labels = new Set(samples.flatMap((sample) => Object.keys(sample.labels).filter((label) => label !== 'le')));
    if (samples.length > 0) expect([name, [...labels].join(', ')]).toEqual([name, words]);
  }
  // What one is woken for is there, too.
  const named = [...guide.matchAll(/`[^`]*?((?:harmonia|nodejs)_\w+)[^`]*`/g)].map(([, name]) => name as string);
  const names = new Set(readExposition(text).keys());
  for (const name of named) {
    const isThere = names.has(name) || names.has(name.replace(/_bucket$/, ''));
    if (!name.endsWith('_')) expect([name, isThere]).toEqual([name, true]);
  }
});

test('its commands do what it says, beside the service and without it', async () => {
  // In this process, for the service is in one of its own.
  const ran = (words: readonly string[]): ReturnType<typeof harmoniaHere> => harmoniaHere(words);
  const [doctor, backup, check, restore, status, dryRun, up, ...more] = commands() as [string[], ...string[][]];
  expect(more).toEqual([]);
  const names = await readdir(data);

  const examined = await ran([...doctor, '--json']);
  const { state, findings } = JSON.parse(examined.out) as { state: string; findings: JsonObject[] };
  expect([examined.code, state === 'failed']).toEqual([0, false]);
  expect(findings.find((finding) => finding.check === 'port')?.reason).toMatch(/^Harmonia \S+ answers at/);
  expect((await ran(doctor)).out).toMatch(/^✓ node /);

  await service.workflow({ name: 'kept', tasks: { one: { type: 'core/noop' } } });
  expect(await ran(backup as string[])).toMatchObject({ code: 0, out: `${root}/harmonia.tgz\n` });
  expect(await ran(check as string[])).toMatchObject({ code: 0, err: '' });
  expect(await ran(status as string[])).toMatchObject({ code: 0, err: '' });
  expect(await ran(dryRun as string[])).toMatchObject({ code: 0, err: '' });
  for (const busy of [restore, up]) {
    const refused = await ran(busy as string[]);
    expect(refused.code).toBe(70);
    expect(refused.err).toContain('storage_locked');
  }
  expect(await readdir(data)).toEqual(names);

  service.signal('SIGTERM');
  await service.ended();
  const quiet = await readdir(data);
  for (const words of [doctor, status, dryRun]) expect((await ran(words as string[])).code).toBe(0);
  expect(await readdir(data)).toEqual(quiet);
  expect((await ran(up as string[])).out).toContain('up to date');
  const restored = await ran(restore as string[]);
  expect([restored.code, restored.out.includes(`restored into ${data}`)]).toEqual([0, true]);
  expect(restored.err).toContain('before-restore-');
  service = await ServiceProcess.start(data);
  expect((await service.get('/api/v1/workflows')).body.total).toBe(1);
}, 120_000);
