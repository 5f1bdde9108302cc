import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { PeerDirectory } from '../../src/hermes/peer/index.js';
import { listIn } from '../../src/tekton/utilities/registration/index.js';
import type { JsonObject } from '../../src/kernel/index.js';
import { HermesWorld } from '../world/hermes-world.js';

const NOW = 1_900_000_000;
const directory = (): PeerDirectory =>
  new PeerDirectory({ self: 'harmonia', trusts: ({ hostname }) => hostname === 'localhost' });
const entry = (name: string, port: number, times: { heard?: number | null; at?: number } = {}): JsonObject => ({
  ...{ component_id: `${name}-${port}`, name, endpoint: `http://localhost:${port}` },
  ...{ last_heartbeat: times.heard ?? null, registered_at: times.at ?? NOW - 900 },
});
const seeing = (...entries: readonly JsonObject[]): PeerDirectory => {
  const made = directory();
  made.see(listIn({ total: entries.length, components: entries }) ?? []);
  return made;
};

describe('a peer', () => {
  test('is found by its name, however it is spelt', () => {
    const peers = seeing(entry('tekton-core', 8010, { heard: NOW }));
    expect(['tekton-core', 'tekton_core', 'TEKTON_CORE', 'Tekton Core', 'tekton'].map(peers.baseOf)).toEqual([
      ...Array.from({ length: 4 }, () => 'http://localhost:8010'),
      undefined,
    ]);
  });

  test.each([
    [
      'the newest heartbeat wins',
      [
        entry('athena', 1, { heard: NOW - 20 }),
        entry('athena', 2, { heard: NOW - 5 }),
        entry('athena', 3, { heard: NOW - 40 }),
      ],
      2,
    ],
    [
      'a heartbeat wins over none, however new the registration',
      [entry('athena', 1, { at: NOW }), entry('athena', 2, { heard: NOW - 5 })],
      2,
    ],
    [
      'of those that were never heard, as Python is not, the newest registration wins',
      [entry('athena', 1, { at: 5 }), entry('athena', 2, { at: 9 }), entry('athena', 3, { at: 7 })],
      2,
    ],
    [
      'one that was heard, and not lately, is a ghost',
      [entry('athena', 1, { heard: NOW - 61 }), entry('athena', 2)],
      2,
    ],
  ])('of several with one name: %s', (_what, entries, port) => {
    // The clock of Hermes is told by whoever was heard last.
    expect(seeing(...entries, entry('apollo', 9, { heard: NOW })).baseOf('athena')).toBe(`http://localhost:${port}`);
  });

  test('that is a ghost alone is not there', () => {
    expect(
      seeing(entry('athena', 1, { heard: NOW - 61 }), entry('apollo', 9, { heard: NOW })).baseOf('athena'),
    ).toBeUndefined();
  });

  test('is read in both spellings, and with `url` for `endpoint`', () => {
    const camel = {
      componentId: 'x',
      name: 'athena',
      url: 'http://localhost:5',
      lastHeartbeat: NOW,
      registeredAt: NOW,
    };
    expect(seeing(camel).baseOf('athena')).toBe('http://localhost:5');
  });

  test.each([
    ['itself', { name: 'Harmonia' }],
    ['no name', { name: '' }],
    ['a name of something else', { name: '../x' }],
    ['no address', { endpoint: 'x' }],
    ['an address of another kind', { endpoint: 'file:///etc/passwd' }],
    ['a path', { endpoint: 'http://localhost:1/admin' }],
    ['a user', { endpoint: 'http://a:b@localhost:1' }],
    ['a host that nobody has named', { endpoint: 'http://169.254.169.254' }],
    ['numbers for texts', { name: 5, endpoint: 7 }],
  ])('with %s is none', (_what, more) => {
    const peers = seeing({ ...entry('athena', 1), ...more });
    expect(['athena', 'harmonia', '../x', '5'].map(peers.baseOf)).toEqual([undefined, undefined, undefined, undefined]);
  });
});

describe('the list of Hermes', () => {
  let world: HermesWorld;
  beforeEach(async () => {
    world = await HermesWorld.start();
  });
  afterEach(() => world.end());

  const athena = {
    component_id: 'athena',
    name: 'athena',
    version: '1',
    type: 'athena',
    capabilities: [],
    metadata: {},
  };
  const register = (port: number): string =>
    world.hermes.registry.register({ ...athena, endpoint: `http://localhost:${port}` });

  test('is read at once and every minute, also while Hermes refuses to register us', async () => {
    world.hermes.fail('POST /api/register', { status: 500, body: 'x' });
    register(8005);
    await world.begin();
    expect(world.directory.baseOf('athena')).toBe('http://localhost:8005');
    register(8105);
    await world.pass(59_000);
    expect(world.directory.baseOf('athena')).toBe('http://localhost:8005');
    await world.pass(1000);
    expect(world.directory.baseOf('athena')).toBe('http://localhost:8105');
  });

  test('that is not answered leaves what was seen last, and is asked for again sooner', async () => {
    register(8005);
    await world.begin();
    world.hermes.fail('*', 'drop');
    await world.pass(70_000);
    const looks = world.hermes.calls('GET /api/components').length;
    expect(looks).toBeGreaterThan(3);
    expect(world.directory.baseOf('athena')).toBe('http://localhost:8005');
    world.hermes.heal();
    world.hermes.registry.unregister('athena');
    await world.pass(30_000);
    expect(world.directory.baseOf('athena')).toBeUndefined();
  });

  test('has its tools read as well', async () => {
    expect(world.directory.tools).toBeUndefined();
    world.membership.begin(8007);
    expect(world.directory.tools).toEqual([]);
    await world.settled();
    await world.pass(60_000);
    expect(world.directory.tools).toMatchObject([{ id: 'harmonia.CreateTemplate' }, { id: 'harmonia.ListTemplates' }]);
  });
});
