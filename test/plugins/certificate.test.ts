import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkCertificate } from '../../src/plugin/host/management/certificate.js';
import { withdrawCertificate, writeCertificate } from '../../src/plugin/host/management/certificate-writer.js';
import { writePackage } from '../world/packages.js';

let root: string;
let directory: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'harmonia-certificate-'));
  directory = await writePackage(root, { id: 'shop' });
});
afterEach(() => rm(root, { recursive: true, force: true }));

const TASK = { task: 'say', declared: 'pure', seen: 'none', boundaries: 1, kills: 2, repeated: 0 } as const;
const FILE = 'harmonia-certificate.json';
const certify = (): Promise<string> =>
  writeCertificate({
    directory,
    plugin: 'shop',
    version: '1.0.0',
    harmonia: '0.1.0',
    date: '2026-11-29T20:00:00.000Z',
    tasks: [{ ...TASK, failures: [], remarks: [] } as typeof TASK],
  });

test('a certificate vouches for the files that it was written for, and keeps nothing else of the verdict', async () => {
  expect(await checkCertificate(directory, 'shop')).toBeUndefined();
  await certify();
  expect(await checkCertificate(directory, 'shop')).toEqual({
    state: 'certified',
    harmonia: '0.1.0',
    date: '2026-11-29T20:00:00.000Z',
    tasks: [TASK],
  });
  await withdrawCertificate(directory);
  expect(await checkCertificate(directory, 'shop')).toBeUndefined();
});

test('files that are not packed do not count', async () => {
  await mkdir(join(directory, 'node_modules/other'), { recursive: true });
  await writeFile(join(directory, 'node_modules/other/index.js'), '1');
  await writeFile(join(directory, '.gitignore'), 'notes\n');
  await writeFile(join(directory, 'notes'), 'x');
  await certify();
  const { integrity } = JSON.parse(await readFile(join(directory, FILE), 'utf8')) as { integrity: string };
  await rm(join(directory, 'node_modules'), { recursive: true });
  await writeFile(join(directory, 'notes'), 'y');
  await certify();
  expect((JSON.parse(await readFile(join(directory, FILE), 'utf8')) as { integrity: string }).integrity).toBe(
    integrity,
  );
});

test.each<[string, (text: string) => string, string]>([
  ['of another plugin', (text) => text.replace('"shop"', '"shops"'), 'it is of the plugin shops'],
  ['that is cut off', (text) => text.slice(0, 100), 'it cannot be read'],
  [
    'of another format',
    (text) => text.replace('"certificateVersion": 1', '"certificateVersion": 2'),
    'it cannot be read',
  ],
  ['with a class that there is not', (text) => text.replace('"none"', '"perfect"'), 'it cannot be read'],
  ['with a count below zero', (text) => text.replace('"kills": 2', '"kills": -2'), 'it cannot be read'],
  ['that is a megabyte', (text) => text + ' '.repeat(2 ** 20), 'it cannot be read'],
  ['of other files', (text) => text.replace(/sha512-../, 'sha512-AA'), 'the files are not those that were certified'],
])('a certificate %s is stale, and no obstacle', async (_name, change, reason) => {
  await certify();
  const file = join(directory, FILE);
  await writeFile(file, change(await readFile(file, 'utf8')));
  expect(await checkCertificate(directory, 'shop')).toEqual({ state: 'stale', reason });
});

test.each<[string, () => Promise<unknown>]>([
  ['changed', () => writeFile(join(directory, 'index.js'), '// other')],
  ['added', () => writeFile(join(directory, 'more.js'), '')],
  ['removed', () => rm(join(directory, 'index.js'))],
])('a file that was %s makes it stale', async (_name, change) => {
  await certify();
  await change();
  expect(await checkCertificate(directory, 'shop')).toMatchObject({ state: 'stale' });
});
