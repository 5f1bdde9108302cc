import { describe, expect, test } from '@jest/globals';
import { givenKeys } from '../../src/credential/index.js';
import { CREDENTIAL_TYPES, definePlugin, defineTask, secretTexts } from '../../src/plugin/contract/index.js';
import { runAttempt } from '../world/runner.js';
import { credentialsWith, KEYS, MemoryCredentials, oneOfEach } from '../world/credentials.js';

const CANARY = 'canary-5e1f';
const DAY = 86_400_000;

describe('kept credentials', () => {
  test('of every type are there at once, and after a restart', async () => {
    const store = new MemoryCredentials();
    const credentials = await credentialsWith({ store });
    const all = oneOfEach(CANARY);
    expect(Object.values(all).map(({ type }) => type)).toEqual(CREDENTIAL_TYPES);
    for (const [name, credential] of Object.entries(all)) await credentials.put(name, credential);
    const restarted = await credentialsWith({ store });
    for (const [name, credential] of Object.entries(all)) {
      expect(credentials.credential(name)).toEqual(credential);
      expect(restarted.credential(name)).toEqual(credential);
    }
    expect(restarted.credential('other')).toBeUndefined();
  });

  test('lie in the store with nothing secret in clear', async () => {
    const store = new MemoryCredentials();
    const credentials = await credentialsWith({ store });
    for (const [name, credential] of Object.entries(oneOfEach(CANARY))) await credentials.put(name, credential);
    const written = JSON.stringify([...store.rows.values()]);
    expect(written).not.toContain(CANARY);
    expect(written).not.toContain(Buffer.from(CANARY).toString('base64url').slice(0, -2));
    expect(store.rows.get('a_secret')?.sealed).toMatch(/^[\w-]+\.\.[\w-]{16}\.[\w-]+\.[\w-]{22}$/);
  });

  test('equal ones are never equal there', async () => {
    const store = new MemoryCredentials();
    const credentials = await credentialsWith({ store });
    const sealed = new Set<string>();
    for (let time = 0; time < 20; time++) {
      await credentials.put('a', { type: 'secret', value: 'same' });
      sealed.add(store.rows.get('a')?.sealed ?? '');
    }
    expect(sealed.size).toBe(20);
  });

  test('keep the time of their making when they are replaced', async () => {
    let now = 5;
    const credentials = await credentialsWith({ clock: { now: () => now } });
    await credentials.write('a', { credential: { type: 'secret', value: 'one' }, description: 'first' });
    now = 9;
    await credentials.put('a', { type: 'bearer', token: 'two' });
    expect(credentials.find('a')).toMatchObject({ type: 'bearer', createdAt: 5, updatedAt: 9, description: undefined });
  });

  test('are removed once', async () => {
    const credentials = await credentialsWith();
    await credentials.put('a', { type: 'secret', value: 'one' });
    expect([await credentials.remove('a'), await credentials.remove('a')]).toEqual([true, false]);
    expect([credentials.credential('a'), credentials.find('a')]).toEqual([undefined, undefined]);
  });

  test('stay as they were when the store refuses', async () => {
    const store = new MemoryCredentials();
    const credentials = await credentialsWith({ store });
    await credentials.put('a', { type: 'secret', value: 'before' });
    const { revision } = credentials.forTasks;
    store.put = () => Promise.reject(new Error('no space'));
    await expect(credentials.put('a', { type: 'secret', value: 'after' })).rejects.toThrow('no space');
    expect(credentials.forTasks.get('a')).toBe('before');
    expect(credentials.forTasks.revision).toBe(revision);
    store.remove = () => Promise.reject(new Error('no space'));
    await expect(credentials.remove('a')).rejects.toThrow('no space');
    expect(credentials.forTasks.get('a')).toBe('before');
  });

  test('are changed one after the other, in the order of asking', async () => {
    const store = new MemoryCredentials();
    const credentials = await credentialsWith({ store });
    const changes = Array.from({ length: 20 }, (_, index) =>
      index % 5 === 4 ? credentials.remove('a') : credentials.put('a', { type: 'secret', value: `value ${index}` }),
    );
    changes.push(credentials.put('a', { type: 'secret', value: 'last' }));
    await Promise.all(changes);
    expect(credentials.forTasks.get('a')).toBe('last');
    expect((await credentialsWith({ store })).forTasks.get('a')).toBe('last');
  });

  test('have names that can be told apart from texts', async () => {
    const credentials = await credentialsWith();
    for (const name of ['', '1a', 'a b', 'a/b', 'a'.repeat(129), 'ä', '__proto__\n'])
      await expect(credentials.put(name, { type: 'secret', value: 'x' })).rejects.toThrow('no name');
    await credentials.put('__proto__', { type: 'secret', value: 'harmless' });
    expect(credentials.forTasks.get('__proto__')).toBe('harmless');
    expect(credentials.forTasks.get('constructor')).toBeUndefined();
  });

  test('are listed by name, in pages, without those of features unless asked for', async () => {
    const credentials = await credentialsWith();
    for (const name of ['c', 'webhook:1:token', 'a', 'b']) await credentials.put(name, { type: 'secret', value: name });
    const names = (managed: boolean, offset: number, limit: number): unknown => {
      const { items, total } = credentials.list({ managed, offset, limit });
      return [items.map(({ name }) => name), total];
    };
    expect(names(false, 0, 10)).toEqual([['a', 'b', 'c'], 3]);
    expect(names(true, 1, 2)).toEqual([['b', 'c'], 4]);
    expect(names(true, 3, 2)).toEqual([['webhook:1:token'], 4]);
  });
});

describe('what tasks see of them', () => {
  test('`${secrets.x}` is a secret of the configuration, else a credential of the type secret', async () => {
    const { forTasks, put } = await bound({ set: 'configured', both: 'configured' });
    await put('both', { type: 'secret', value: 'kept' });
    await put('kept', { type: 'secret', value: 'kept' });
    await put('other', { type: 'bearer', token: 'kept' });
    expect(['set', 'both', 'kept', 'other', 'none'].map((name) => forTasks.get(name))).toEqual([
      ...['configured', 'configured', 'kept'],
      ...[undefined, undefined],
    ]);
    expect(forTasks.credential('other')).toEqual({ type: 'bearer', token: 'kept' });
    expect([forTasks.typeOf('other'), forTasks.typeOf('none')]).toEqual(['bearer', undefined]);
  });

  test('nothing that belongs to a feature, but it is masked', async () => {
    const { forTasks, put, credentials } = await bound({});
    await put('webhook:1:token', { type: 'secret', value: 'of a feature' });
    expect([forTasks.get('webhook:1:token'), forTasks.credential('webhook:1:token')]).toEqual([undefined, undefined]);
    expect(forTasks.typeOf('webhook:1:token')).toBeUndefined();
    expect(credentials.credential('webhook:1:token')).toBeDefined();
    expect(forTasks.values()).toEqual(['of a feature']);
  });

  test('every secret text is masked, and the number of the revision rises with each change', async () => {
    const { forTasks, put, credentials } = await bound({ set: 'configured' });
    const revisions = [forTasks.revision];
    const all = oneOfEach(CANARY);
    for (const [name, credential] of Object.entries(all)) {
      await put(name, credential);
      revisions.push(forTasks.revision);
    }
    await credentials.remove('a_secret');
    revisions.push(forTasks.revision);
    expect(new Set(revisions).size).toBe(8);
    expect([...forTasks.values()].sort()).toEqual(['configured', ...Object.values(all).flatMap(secretTexts)].sort());
  });

  test('what no task gets is masked, too', async () => {
    const { forTasks } = await credentialsWith({ hidden: [KEYS[0]], secrets: { set: 'configured' } });
    expect(forTasks.values()).toEqual(['configured', KEYS[0]]);
    expect(forTasks.get(KEYS[0])).toBeUndefined();
  });

  test('what was replaced or removed is masked for a day: an attempt may still have it', async () => {
    let now = 0;
    const credentials = await credentialsWith({ clock: { now: () => now } });
    await credentials.put('a', { type: 'secret', value: 'the first' });
    await credentials.put('a', { type: 'secret', value: 'the second' });
    await credentials.remove('a');
    expect([...credentials.forTasks.values()].sort()).toEqual(['the first', 'the second']);
    now = DAY + 1;
    await credentials.put('b', { type: 'secret', value: 'the third' });
    await credentials.remove('b');
    expect(credentials.forTasks.values()).toEqual(['the third']);
  });

  test('an attempt that has an old value can not say it any more than the new one', async () => {
    const { credentials, forTasks, put } = await bound({});
    await put('a', { type: 'secret', value: 'the old value' });
    const plugin = definePlugin({
      id: 'slow',
      tasks: [
        defineTask({
          id: 'say',
          description: 'Says a secret after it was replaced.',
          run: async ({ text }) => {
            await put('a', { type: 'secret', value: 'the new value' });
            await credentials.remove('a');
            return { old: text as string, fresh: 'the new value' };
          },
        }),
      ],
    });
    const slots = [{ pointer: '/text', text: [{ $secret: 'a' }] }];
    const input = { text: { $secret: 'a' } };
    const outcome = await runAttempt({ plugin, type: 'slow/say', input, slots, source: forTasks });
    expect(outcome).toEqual({ is: 'completed', output: { old: '***', fresh: '***' } });
  });

  const bound = async (secrets: Record<string, string>) => {
    const credentials = await credentialsWith({ secrets });
    const put: typeof credentials.put = (name, credential) => credentials.put(name, credential);
    return { credentials, forTasks: credentials.forTasks, put };
  };
});

describe('keys', () => {
  test('several decrypt, the first encrypts', async () => {
    const store = new MemoryCredentials();
    const old = await credentialsWith({ store });
    await old.put('a', { type: 'secret', value: 'under the old one' });
    const both = await credentialsWith({ store, keys: givenKeys([KEYS[1], KEYS[0]], 'TEST') });
    expect(both.forTasks.get('a')).toBe('under the old one');
    const fresh = await credentialsWith({ store, keys: givenKeys([KEYS[1]], 'TEST') });
    expect(fresh.forTasks.get('a')).toBe('under the old one');
  });

  test.each([
    ['nothing', []],
    ['a short text', ['abc']],
    ['31 bytes', [Buffer.alloc(31).toString('base64')]],
    ['33 bytes', [Buffer.alloc(33).toString('base64')]],
    ['a key and rubbish', [KEYS[0], '!'.repeat(44)]],
  ])('%s is refused, and not said again', async (_, keys) => {
    const opening = credentialsWith({ keys: givenKeys(keys, 'TEST') });
    await expect(opening).rejects.toMatchObject({ code: 'credential_key_unusable' });
    await expect(opening).rejects.not.toThrow(keys.at(-1) === undefined ? 'undefined' : keys.at(-1));
  });

  test('both alphabets of base64 are one key', async () => {
    const bytes = Buffer.alloc(32, 0xfb);
    const store = new MemoryCredentials();
    const first = await credentialsWith({ store, keys: givenKeys([bytes.toString('base64')], 'TEST') });
    await first.put('a', { type: 'secret', value: 'one' });
    const second = await credentialsWith({ store, keys: givenKeys([bytes.toString('base64url')], 'TEST') });
    expect(second.forTasks.get('a')).toBe('one');
  });
});
