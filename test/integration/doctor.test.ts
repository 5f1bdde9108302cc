import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { chmod, mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { spawnSync } from 'node:child_process';
import { createServer, type Server } from 'node:http';
import { createServer as createTcpServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { checkLimits, checkNode } from '../../src/composition/operation/doctor/machine-checks.js';
import { ailmentOf, mountIn } from '../../src/composition/operation/doctor/mount.js';
import { examine, type Examination } from '../../src/composition/operation/index.js';
import { openStorage } from '../../src/persistence/index.js';

type Found = Examination['findings'][number];

let root: string;
let data: string;
let other: Server;
let count = 0;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'harmonia-doctor-'));
  other = createServer((_, response) => response.writeHead(503, { date: 'Sat, 01 Jan 2022 00:00:00 GMT' }).end('no'));
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
});
afterAll(async () => {
  other.close();
  await rm(root, { recursive: true, force: true });
});
beforeEach(async () => {
  data = join(root, String(++count));
  await (await openStorage(data)).close();
});

const port = (): string => String((other.address() as AddressInfo).port);

const look = async (environment: Record<string, string> = {}): Promise<(check: string) => Found> => {
  const before = await readdir(data);
  const { state, findings } = await examine({ HARMONIA_PORT: '0', HARMONIA_DATA_DIR: data, ...environment }, undefined);
  expect(await readdir(data)).toEqual(before);
  for (const finding of findings) {
    expect(finding.reason).not.toBe('');
    expect([finding.check, finding.cure !== undefined]).toEqual([finding.check, /warning|failed/.test(finding.state)]);
  }
  expect(state === 'failed').toBe(findings.some((finding) => finding.state === 'failed'));
  return (check) => findings.find((finding) => finding.check === check) as Found;
};

const withDatabase = (work: (database: Database.Database) => void): void => {
  const database = new Database(join(data, 'harmonia.db'));
  work(database);
  database.close();
};

test('a sound installation', async () => {
  const found = await look();
  for (const check of ['node', 'configuration', 'data directory', 'space', 'database', 'key file', 'clock', 'port'])
    expect(found(check)).toMatchObject({ check, state: 'ok' });
  expect(found('plugins')).toMatchObject({ state: 'ok', reason: '11 can be loaded' });
  for (const check of ['hermes', 'llm', 'traces']) expect(found(check)).toMatchObject({ check, state: 'skipped' });
});

test('a setting that is wrong', async () => {
  const { state, findings } = await examine({ HARMONIA_PORT: 'many' }, undefined);
  expect(state).toBe('failed');
  expect(findings.at(-1)).toMatchObject({ check: 'configuration', state: 'failed' });
  expect(findings.at(-1)?.reason).toContain('HARMONIA_PORT');
});

describe('what is wrong is found', () => {
  test('a port that somebody has', async () => {
    expect((await look({ HARMONIA_PORT: port() }))('port')).toMatchObject({ state: 'failed' });
  });

  test('a directory on a file system that keeps nothing', async () => {
    expect((await look({ HARMONIA_DATA_DIR: '/proc/harmonia' }))('space')).toMatchObject({ state: 'skipped' });
  });

  test('a directory that others may write to', async () => {
    await chmod(data, 0o777);
    expect((await look())('data directory')).toMatchObject({ state: 'warning', cure: `chmod 700 ${data}` });
  });

  test('a key file that others may read', async () => {
    await writeFile(join(data, 'credentials.key'), `${Buffer.alloc(32).toString('base64')}\n`, { mode: 0o644 });
    const { state, reason } = (await look())('key file');
    expect([state, reason]).toEqual(['failed', expect.stringContaining('0644')]);
  });

  test('credentials without their key', async () => {
    withDatabase((database) => {
      const columns = database.pragma('table_info(credential)') as { name: string; notnull: 0 | 1; type: string }[];
      const needed = columns.filter(({ notnull }) => notnull === 1);
      const values = needed.map(({ type }) => (/int/i.test(type) ? 1 : 'x'));
      const names = needed.map(({ name }) => name);
      database
        .prepare(`INSERT INTO credential (${names.join()}) VALUES (${names.map(() => '?').join()})`)
        .run(...values);
    });
    expect((await look())('key file')).toMatchObject({
      state: 'failed',
      reason: expect.stringContaining('1 credential') as never,
    });
  });

  test('a database of a later version', async () => {
    withDatabase((database) => database.exec("INSERT INTO migrations (timestamp, name) VALUES (9, 'Later9')"));
    expect((await look())('database')).toMatchObject({
      state: 'failed',
      reason: expect.stringContaining('Later9') as never,
    });
  });

  test('a database that lacks migrations', async () => {
    withDatabase((database) => database.exec('DELETE FROM migrations WHERE id = (SELECT max(id) FROM migrations)'));
    expect((await look())('database')).toMatchObject({
      state: 'warning',
      cure: expect.stringContaining('migrate up') as never,
    });
  });

  test('a database that is none', async () => {
    await writeFile(join(data, 'harmonia.db'), 'x'.repeat(5000));
    expect((await look())('database')).toMatchObject({ state: 'failed' });
  });

  test('a restore that was interrupted', async () => {
    await mkdir(join(data, 'restore-ready'));
    expect((await look())('database')).toMatchObject({ state: 'warning' });
  });

  test('a clock that went back, and one that is not that of the others', async () => {
    withDatabase((database) =>
      database.prepare("UPDATE meta SET value = ? WHERE key = 'opened_at'").run(String(Date.now() + 3_600_000)),
    );
    expect((await look())('clock')).toMatchObject({ state: 'failed' });
    withDatabase((database) => database.exec("UPDATE meta SET value = '1' WHERE key = 'opened_at'"));
    const found = await look({ HERMES_PORT: port() });
    expect(found('clock')).toMatchObject({ state: 'warning' });
    expect(found('hermes')).toMatchObject({ state: 'warning', reason: expect.stringContaining('503') as never });
  });

  test('models and receivers that answer with a refusal; no secret is shown', async () => {
    const url = `http://127.0.0.1:${port()}`;
    const environment = { OPENAI_BASE_URL: url, OPENAI_API_KEY: 'sesame', OTEL_EXPORTER_OTLP_ENDPOINT: url };
    const { findings } = await examine({ HARMONIA_PORT: '0', HARMONIA_DATA_DIR: data, ...environment }, undefined);
    expect(findings.filter(({ state }) => state === 'warning').map(({ check }) => check)).toEqual(
      expect.arrayContaining(['llm', 'traces']),
    );
    expect(JSON.stringify(findings)).not.toContain('sesame');
  });

  test('neighbours that take the connection and say nothing, each with its cure, within seconds', async () => {
    const mute = createTcpServer(() => undefined);
    await new Promise<void>((resolve) => mute.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(mute.address() as AddressInfo).port}`;
    const mode = { TEKTON_LLM_MODE: 'rhetor', RHETOR_URL: url };
    const found = await look({ HERMES_URL: url, ...mode, OTEL_EXPORTER_OTLP_ENDPOINT: url });
    mute.close();
    for (const check of ['hermes', 'llm', 'traces'])
      expect(found(check)).toMatchObject({
        state: 'warning',
        reason: `${url} has not answered within 2.5 s: it hangs, or can not be reached`,
      });
    expect(found('hermes').cure).toContain('HERMES_URL');
  });

  test('a file system that is mounted read-only', async () => {
    const place = join(root, 'read-only');
    await mkdir(place);
    const mount = (...more: string[]): boolean =>
      spawnSync('mount', ['-t', 'tmpfs', ...more, 'tmpfs', place]).status === 0;
    if (!mount('-o', 'ro')) return console.log('left out: this user may not mount a file system');
    const { findings } = await examine({ HARMONIA_PORT: '0', HARMONIA_DATA_DIR: place }, undefined);
    spawnSync('umount', [place]);
    const found = findings.find(({ check }) => check === 'data directory');
    expect(found).toMatchObject({ state: 'failed', reason: `the file system of ${place} is mounted read-only` });
  });

  test('a plugin that cannot be loaded', async () => {
    const folder = join(data, 'plugins', 'bad');
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'package.json'), '{');
    const before = (await stat(folder)).mtimeMs;
    expect((await look())('plugins')).toMatchObject({ state: 'failed' });
    expect((await stat(folder)).mtimeMs).toBe(before);
  });

  test('libeatmydata', async () => {
    expect((await look({ LD_PRELOAD: '/usr/lib/libeatmydata.so' }))('durability')).toMatchObject({ state: 'failed' });
  });
});

test('an old Node.js, and few files', () => {
  expect(checkNode('20.18.3').state).toBe('failed');
  expect(checkNode('20.19.0').state).toBe('ok');
  expect(checkNode('24.0.0').state).toBe('ok');
  expect(checkLimits(() => 'Max open files            1024                 4096                 files').state).toBe(
    'warning',
  );
});

describe('file systems', () => {
  const table = [
    '22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw',
    '30 22 0:40 / /mnt/with\\040space rw - nfs4 server:/x rw,vers=4.2',
    '31 22 8:2 / /data rw,noatime - ext4 /dev/sdb1 rw,nobarrier',
    '32 31 0:41 / /data/ram rw - tmpfs tmpfs rw',
    '33 22 0:42 / /over rw - overlay overlay rw,lowerdir=/a',
    '34 22 0:43 / /over rw - xfs /dev/sdc rw',
  ].join('\n');

  test.each([
    ['/home/harmonia', 'ext4', undefined],
    ['/mnt/with space/deep', 'nfs4', true],
    ['/data/x', 'ext4', true],
    ['/data/ram/x', 'tmpfs', true],
    ['/database', 'ext4', undefined],
    ['/over/x', 'xfs', undefined],
  ])('%s lies on %s', (path, type, isGrave) => {
    const mount = mountIn(table, path);
    expect(mount?.type).toBe(type);
    expect(mount && ailmentOf(mount)?.isGrave).toBe(isGrave);
  });

  test.each(['nfs', 'cifs', 'fuse.sshfs', '9p', 'ramfs'])('%s is no home', (type) => {
    expect(ailmentOf({ type, options: [] })?.isGrave).toBe(true);
  });

  test('the layer of a container is a doubtful one', () => {
    expect(ailmentOf({ type: 'overlay', options: [] })?.isGrave).toBe(false);
  });
});
