import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ownKeyFile, type Credentials } from '../../src/credential/index.js';
import { openStorage } from '../../src/persistence/index.js';
import { credentialsWith, oneOfEach } from '../world/credentials.js';

const PROGRAM = fileURLToPath(new URL('./rotating.mjs', import.meta.url));
const LONG = process.env.HARMONIA_TEST_LONG === '1';
/** Steps from one place where it dies to the next. */
const STRIDE = LONG ? 1 : 3;
const ALL = oneOfEach('canary');

let directory: string;
let file: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'harmonia-rotation-'));
  file = join(directory, 'credentials.key');
});
afterEach(() => rm(directory, { recursive: true, force: true }));

interface Fate {
  readonly killed: boolean;
  readonly said: string;
}

/** Does it in a process that dies before its Nth step. */
const dying = async (what: 'open' | 'rotate' | 'put', at: number): Promise<Fate> => {
  const child = spawn(process.execPath, [PROGRAM, directory, what, String(at)], { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
  if (code !== 0 && signal !== 'SIGKILL') throw new Error(said);
  return { killed: signal === 'SIGKILL', said };
};

const opened = async <T>(look: (credentials: Credentials) => T | Promise<T>): Promise<T> => {
  const storage = await openStorage(directory);
  try {
    return await look(await credentialsWith({ store: storage.credentials, keys: ownKeyFile(file) }));
  } finally {
    await storage.close();
  }
};

const fill = (): Promise<void> =>
  opened(async (credentials) => {
    for (const [name, credential] of Object.entries(ALL)) await credentials.put(name, credential);
  });

const keysThere = async (): Promise<string[]> => (await readFile(file, 'utf8')).trim().split('\n');

/** Everything can be read, everything is under one key, and that is the only one. */
const expectWhole = async (): Promise<void> => {
  await opened((credentials) => {
    for (const [name, credential] of Object.entries(ALL)) expect(credentials.credential(name)).toEqual(credential);
  });
  expect(await keysThere()).toHaveLength(1);
};

test('a rotation that dies at any step loses no credential, and the next start ends it', async () => {
  await fill();
  const keys = new Set<string>();
  let at = 0;
  for (let killed = true; killed;) {
    at += LONG ? 1 : 9;
    ({ killed } = await dying('rotate', at));
    await expectWhole();
    keys.add(await readFile(file, 'utf8'));
  }
  // Both writings of the key, six rows, one transaction: there is something to die before.
  expect(at).toBeGreaterThan(25);
  expect(keys.size).toBeGreaterThan(LONG ? 5 : 1);
}, 600_000);

test('also when the start that ends it dies, at any step of its own', async () => {
  await fill();
  const whole = `${directory}-whole`;
  const begun = `${directory}-begun`;
  await cp(directory, whole, { recursive: true });
  const become = async (other: string): Promise<void> => {
    await rm(directory, { recursive: true });
    await cp(other, directory, { recursive: true });
  };
  let places = 0;
  for (let place = 1, isOver = false; !isOver; place += STRIDE) {
    await become(whole);
    isOver = !(await dying('rotate', place)).killed;
    // From where the new key is durable, to where the old one is about to go.
    if ((await keysThere()).length === 1) continue;
    places += 1;
    if (!LONG && places * STRIDE < 7) continue;
    await cp(directory, begun, { recursive: true, force: true });
    for (let at = 1, killed = true; killed; at += LONG ? 1 : 12) {
      await become(begun);
      ({ killed } = await dying('open', at));
      await expectWhole();
    }
    await rm(begun, { recursive: true });
    isOver ||= !LONG;
  }
  expect(places * STRIDE).toBeGreaterThanOrEqual(7);
  await rm(whole, { recursive: true });
}, 1_800_000);

test('a first start that dies at any step leaves a directory that starts, and keeps what it acknowledged', async () => {
  let acknowledged = 0;
  let killed = true;
  for (let at = 1; killed; at += LONG ? 1 : 12) {
    await rm(directory, { recursive: true, force: true });
    let said: string;
    ({ killed, said } = await dying('put', at));
    const kept = await opened((credentials) => credentials.forTasks.get('kept'));
    if (said.includes('kept')) {
      acknowledged += 1;
      expect(kept).toBe('was acknowledged');
    }
    expect([undefined, 'was acknowledged']).toContain(kept);
    await opened((credentials) => credentials.put('kept', { type: 'secret', value: 'again' }));
    expect(await opened((credentials) => credentials.forTasks.get('kept'))).toBe('again');
  }
  expect(acknowledged).toBeGreaterThan(0);
}, 600_000);
