import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { givenKeyFile, givenKeys, ownKeyFile } from '../../src/credential/index.js';
import { credentialsWith, KEYS, MemoryCredentials, oneOfEach } from '../world/credentials.js';

let directory: string;
let file: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'harmonia-key-'));
  file = join(directory, 'credentials.key');
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const keysIn = async (path = file): Promise<string[]> => (await readFile(path, 'utf8')).trim().split('\n');
const modeOf = async (path = file): Promise<number> => (await stat(path)).mode & 0o777;
const write = async (path: string, keys: readonly string[], mode = 0o600): Promise<void> => {
  await writeFile(path, keys.join('\n'));
  await chmod(path, mode);
};

describe('the key file of a data directory', () => {
  test('is made at first, for its owner alone, and read afterwards', async () => {
    const before = process.umask(0);
    try {
      const made = ownKeyFile(file).load();
      expect(await modeOf()).toBe(0o600);
      expect(made).toEqual([expect.stringMatching(/^[A-Za-z0-9+/]{43}=$/)]);
      expect(ownKeyFile(file).load()).toEqual(made);
      expect(await readdir(directory)).toEqual(['credentials.key']);
    } finally {
      process.umask(before);
    }
  });

  test.each([0o640, 0o604, 0o620, 0o666, 0o777, 0o610])('is refused with the mode %o', async (mode) => {
    await write(file, [KEYS[0]], mode);
    expect(() => ownKeyFile(file).load()).toThrow('open to other users');
    expect(() => ownKeyFile(file).load()).toThrow(`(mode 0${mode.toString(8)})`);
    expect(await keysIn()).toEqual([KEYS[0]]);
  });

  test.each([0o600, 0o400, 0o700])('is taken with the mode %o', async (mode) => {
    await write(file, [KEYS[0], '', KEYS[1]], mode);
    expect(ownKeyFile(file).load()).toEqual([KEYS[0], KEYS[1]]);
  });

  test('that is a directory, too large, or out of reach is refused', async () => {
    const code = 'There is no usable key';
    await mkdir(file);
    expect(() => ownKeyFile(file).load()).toThrow(code);
    await rm(file, { recursive: true });
    await write(file, Array<string>(2000).fill(KEYS[0]));
    expect(() => ownKeyFile(file).load()).toThrow(code);
    await rm(file);
    await symlink(file, file);
    expect(() => ownKeyFile(file).load()).toThrow(code);
    expect(() => ownKeyFile(join(directory, 'nowhere', 'key')).load()).toThrow(code);
  });

  test('that is empty is refused, not made anew: somebody may have the key', async () => {
    await write(file, []);
    await expect(credentialsWith({ keys: ownKeyFile(file) })).rejects.toMatchObject({
      code: 'credential_key_unusable',
    });
    expect(await readFile(file, 'utf8')).toBe('');
  });

  test('what a crash left beside it is of no account', async () => {
    await write(`${file}.new`, ['half'], 0o644);
    const [key = ''] = ownKeyFile(file).load();
    expect(await modeOf()).toBe(0o600);
    await write(`${file}.new`, ['half'], 0o644);
    expect(ownKeyFile(file).renew()).toEqual([expect.any(String), key]);
    expect(await modeOf()).toBe(0o600);
    expect(await readdir(directory)).toEqual(['credentials.key']);
  });
});

describe('a rotation', () => {
  const filled = async (store: MemoryCredentials) => {
    const service = await credentialsWith({ store, keys: ownKeyFile(file) });
    for (const [name, credential] of Object.entries(oneOfEach('canary'))) await service.put(name, credential);
    return service;
  };
  const expectAllUnder = async (store: MemoryCredentials): Promise<void> => {
    expect(await keysIn()).toHaveLength(1);
    const after = await credentialsWith({ store, keys: ownKeyFile(file) });
    for (const [name, credential] of Object.entries(oneOfEach('canary')))
      expect(after.credential(name)).toEqual(credential);
  };

  test('puts every credential under a new key, and leaves nothing of the old one', async () => {
    const store = new MemoryCredentials();
    const service = await filled(store);
    const before = await keysIn();
    const rows = new Map(store.rows);
    expect(await service.rotate()).toEqual({ rotated: 6, unreadable: [] });
    expect(await keysIn()).not.toEqual(before);
    for (const [name, row] of store.rows) {
      expect(row.sealed).not.toBe(rows.get(name)?.sealed);
      expect({ ...row, sealed: '' }).toEqual({ ...rows.get(name), sealed: '' });
    }
    await service.put('later', { type: 'secret', value: 'under the new one' });
    await expectAllUnder(store);
    const old = await credentialsWith({ store, keys: givenKeys(before, 'TEST'), onTrouble: () => undefined });
    expect(() => old.credential('a_secret')).toThrow('a key that is not here');
  });

  test('beside changes loses none of them', async () => {
    const store = new MemoryCredentials();
    const service = await filled(store);
    const work = [];
    for (let time = 0; time < 5; time++)
      work.push(service.put('x', { type: 'secret', value: `${time}` }), service.rotate(), service.remove('y'));
    await Promise.all(work);
    await expectAllUnder(store);
    expect((await credentialsWith({ store, keys: ownKeyFile(file) })).forTasks.get('x')).toBe('4');
  });

  test('that the store refuses keeps both keys; the next start goes on with it', async () => {
    const store = new MemoryCredentials();
    const service = await filled(store);
    const before = await keysIn();
    const refusing = jest.spyOn(store, 'reseal').mockRejectedValue(new Error('no space'));
    await expect(service.rotate()).rejects.toThrow('no space');
    expect(await keysIn()).toEqual([expect.any(String), ...before]);
    // What is set now is under the new key; what was there is read as ever.
    await service.put('later', { type: 'secret', value: 'between' });
    const told: string[] = [];
    const onTrouble = (what: string): unknown => told.push(what);
    await credentialsWith({ store, keys: ownKeyFile(file), onTrouble });
    expect(told).toEqual(['Credentials are not yet all under the newest key']);
    refusing.mockRestore();
    const next = await credentialsWith({ store, keys: ownKeyFile(file) });
    expect(next.forTasks.get('later')).toBe('between');
    await expectAllUnder(store);
  });

  test('leaves alone what no key opens, and says so', async () => {
    const store = new MemoryCredentials();
    await filled(store);
    const foreign = new MemoryCredentials();
    await (await credentialsWith({ store: foreign })).put('foreign', { type: 'secret', value: 'from elsewhere' });
    for (const [name, row] of foreign.rows) store.rows.set(name, row);
    const service = await credentialsWith({ store, keys: ownKeyFile(file), onTrouble: () => undefined });
    expect(await service.rotate()).toEqual({ rotated: 6, unreadable: ['foreign'] });
    // With its key below the others it is taken over at the next start.
    await write(file, [...(await keysIn()), KEYS[0]]);
    const healed = await credentialsWith({ store, keys: ownKeyFile(file) });
    expect(healed.forTasks.get('foreign')).toBe('from elsewhere');
    await expectAllUnder(store);
  });
});

describe('keys of somebody else', () => {
  test('in a file are read, and never written', async () => {
    await write(file, [KEYS[0]], 0o400);
    const store = new MemoryCredentials();
    const service = await credentialsWith({ store, keys: givenKeyFile(file) });
    await service.put('a', { type: 'secret', value: 'one' });
    await expect(service.rotate()).rejects.toMatchObject({ code: 'credential_key_given', status: 409 });
    // A newer one in front is found without a restart.
    await rm(file);
    await write(file, [KEYS[1], KEYS[0]], 0o400);
    expect(await service.rotate()).toEqual({ rotated: 1, unreadable: [] });
    expect(await keysIn()).toEqual([KEYS[1], KEYS[0]]);
    const after = await credentialsWith({ store, keys: givenKeys([KEYS[1]], 'TEST') });
    expect(after.forTasks.get('a')).toBe('one');
  });

  test('in a file that is not there are not made', async () => {
    expect(() => givenKeyFile(file).load()).toThrow(`there is no file ${file}`);
    expect(await readdir(directory)).toEqual([]);
  });

  test('in a file that others may read are refused', async () => {
    await write(file, [KEYS[0]], 0o444);
    expect(() => givenKeyFile(file).load()).toThrow('open to other users');
  });

  test('without a newer one are not rotated, and all stays as it is', async () => {
    const store = new MemoryCredentials();
    const service = await credentialsWith({ store });
    await service.put('a', { type: 'secret', value: 'one' });
    const before = new Map(store.rows);
    await expect(service.rotate()).rejects.toMatchObject({ code: 'credential_key_given' });
    expect(store.rows).toEqual(before);
    await service.put('b', { type: 'secret', value: 'two' });
    expect(service.forTasks.get('b')).toBe('two');
  });
});
