import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { JsonObject } from '../../src/kernel/index.js';
import { HostGround, refusalOf, type HostWorld } from '../world/plugin-host.js';

let ground: HostGround;
beforeEach(async () => {
  ground = await HostGround.make();
});
afterEach(() => ground.clear());

describe('another version', () => {
  const upgraded = async (): Promise<HostWorld> => {
    const world = await ground.open();
    await world.host.install({ source: await ground.folderOf({ id: 'a' }), trusted: true });
    await world.host.upgrade('a', { source: await ground.folderOf({ id: 'a', version: '2.0.0' }) });
    return world;
  };

  test('is there for what starts from now on; what is pinned keeps the one it had, also after a restart', async () => {
    const world = await upgraded();
    const said = async ({ registry, say }: Pick<HostWorld, 'registry'> & { say: (set?: number) => unknown }) => [
      await say(),
      await say(1),
      await say(2),
      registry.plugins,
    ];
    expect(await said({ registry: world.registry, say: (set) => world.say('a', set) })).toEqual([
      '2.0.0',
      '1.0.0',
      '2.0.0',
      2,
    ]);
    const again = await ground.open();
    expect(await said({ registry: again.registry, say: (set) => again.say('a', set) })).toEqual([
      '2.0.0',
      '1.0.0',
      '2.0.0',
      2,
    ]);
    expect(again.host.find('a').olderVersions).toEqual(['1.0.0']);
  });

  test('the old one goes when nobody needs it any more, and not sooner', async () => {
    const world = await upgraded();
    world.inUse = new Set([1]);
    world.host.watch();
    const files = async (): Promise<number> => (await readdir(join(ground.folder, '.installed/a'))).length;
    await world.host.configure('a', { loud: true });
    expect([1, 2].map((set) => world.registry.task('a/say', set)?.config)).toEqual([{ loud: true }, { loud: true }]);
    for (let minute = 0; minute < 12; minute++) world.timers.advance(60_000);
    await world.host.install({ source: await ground.folderOf({ id: 'b' }), trusted: true }); // waits for its turn
    expect([await world.say('a', 1), await files()]).toEqual(['1.0.0', 2]);
    world.inUse = new Set([2]);
    await world.host.install({ source: await ground.folderOf({ id: 'c' }), trusted: true });
    for (let minute = 0; minute < 4; minute++) {
      world.timers.advance(60_000);
      await world.host.enable('a');
    }
    // An execution that was just being started when something changed may be pinned to it.
    expect([world.host.find('a').olderVersions, await files()]).toEqual([['1.0.0'], 2]);
    for (let minute = 0; minute < 12; minute++) {
      world.timers.advance(60_000);
      await world.host.enable('a');
    }
    expect([world.host.find('a').olderVersions, await files()]).toEqual([[], 1]);
    const lock = JSON.parse(await readFile(join(ground.folder, 'plugins-lock.json'), 'utf8')) as JsonObject;
    expect(lock.plugins).toMatchObject({ a: { stages: [{ since: 2, installed: { version: '2.0.0' } }] } });
    await world.host.stop();
  });

  test('that does not load leaves the one before as it was', async () => {
    const world = await upgraded();
    const broken = await ground.folderOf({ id: 'a', version: '3.0.0', files: { 'index.js': 'throw new Error("no")' } });
    expect(await refusalOf(world.host.upgrade('a', { source: broken }))).toBe('plugin_invalid');
    expect([await world.say('a'), world.host.find('a').version, world.registry.plugins]).toEqual(['2.0.0', '2.0.0', 2]);
    expect(await readdir(join(ground.folder, '.installed/a'))).toHaveLength(2);
  });

  test('comes from where the first one came from', async () => {
    await ground.npm.publish(await ground.folderOf({ id: 'line', version: '1.0.0' }));
    const world = await ground.open();
    await world.host.install({ source: 'line@^1', trusted: true });
    await ground.npm.publish(await ground.folderOf({ id: 'line', version: '1.5.0' }));
    await ground.npm.publish(await ground.folderOf({ id: 'line', version: '2.0.0' }));
    expect((await world.host.upgrade('line', {})).version).toBe('1.5.0');
  });

  test('of another plugin is refused', async () => {
    const world = await upgraded();
    expect(await refusalOf(world.host.upgrade('a', { source: await ground.folderOf({ id: 'b' }) }))).toBe(
      'plugin_source_refused',
    );
    expect(await refusalOf(world.host.upgrade('c', {}))).toBe('plugin_unknown');
  });
});

describe('removing and switching off', () => {
  test('what is removed is there for what is pinned to it, and can be installed again', async () => {
    const world = await ground.open();
    const source = await ground.folderOf({ id: 'a' });
    await world.host.install({ source, trusted: true });
    await world.host.remove('a');
    expect([await world.say('a'), await world.say('a', 1), world.registry.find('a/say')]).toEqual([
      undefined,
      '1.0.0',
      undefined,
    ]);
    expect(await refusalOf(world.host.remove('a'))).toBe('plugin_unknown');
    await world.host.install({ source, trusted: true });
    expect(await world.say('a')).toBe('1.0.0');
    const again = await ground.open();
    expect([await again.say('a'), await again.say('a', 1), again.registry.task('a/say', 2)]).toEqual([
      '1.0.0',
      '1.0.0',
      undefined,
    ]);
  });

  test('what is switched off stays so after a restart, and can be switched on', async () => {
    const world = await ground.open();
    await world.host.install({ source: await ground.folderOf({ id: 'a' }), trusted: true });
    expect(await world.host.disable('a')).toMatchObject({ enabled: false, version: '1.0.0' });
    expect([await world.say('a'), await world.say('a', 1)]).toEqual([undefined, '1.0.0']);
    const again = await ground.open();
    expect([await again.say('a'), again.host.list().map(({ id, enabled }) => ({ id, enabled }))]).toEqual([
      undefined,
      [{ id: 'a', enabled: false }],
    ]);
    await again.host.enable('a');
    expect(await again.say('a')).toBe('1.0.0');
  });

  test('what was not installed cannot be removed, but switched off', async () => {
    const world = ground.world();
    world.registry.add({ brand: 'tekton.harmonia.plugin/1', id: 'own', tasks: [], triggers: [], templates: [] });
    await world.host.load();
    expect(await refusalOf(world.host.remove('own'))).toBe('plugin_not_installed');
    expect((await world.host.disable('own')).enabled).toBe(false);
  });
});

describe('another version of what is switched off', () => {
  const upgraded = async (): Promise<HostWorld> => {
    const world = await ground.open();
    await world.host.install({ source: await ground.folderOf({ id: 'a' }), trusted: true });
    await world.host.disable('a');
    await world.host.upgrade('a', { source: await ground.folderOf({ id: 'a', version: '2.0.0' }) });
    return world;
  };
  const seen = async (world: HostWorld) => [
    world.host.list().map(({ id, version, enabled }) => ({ id, version, enabled })),
    await world.say('a'),
    await world.say('a', 1),
  ];

  test('stays switched off, also after a restart', async () => {
    const off = [[{ id: 'a', version: '2.0.0', enabled: false }], undefined, '1.0.0'];
    expect(await seen(await upgraded())).toEqual(off);
    expect(await seen(await ground.open())).toEqual(off);
  });

  test('is there when it is switched on', async () => {
    const on = [[{ id: 'a', version: '2.0.0', enabled: true }], '2.0.0', '1.0.0'];
    const world = await upgraded();
    await world.host.enable('a');
    expect(await seen(world)).toEqual(on);
    expect(await seen(await ground.open())).toEqual(on);
  });
});

test('the workers of a version that nobody needs are ended, and those of its successor at the end', async () => {
  const world = await ground.open();
  await world.host.install({ source: await ground.folderOf({ id: 'a' }) });
  await world.host.upgrade('a', { source: await ground.folderOf({ id: 'a', version: '2.0.0' }) });
  world.host.watch();
  await world.minutes(12);
  expect(world.closed).toEqual(['1.0.0']);
  await world.host.stop();
  expect(world.closed).toEqual(['1.0.0', '2.0.0']);
});

test('whoever is told of a change and fails at it damages nothing', async () => {
  const world = await ground.open();
  world.registry.onChange(() => {
    throw new Error('not me');
  });
  const source = await ground.folderOf({ id: 'a' });
  await expect(world.host.install({ source, trusted: true })).rejects.toThrow('not me');
  expect(await (await ground.open()).say('a')).toBe('1.0.0');
});

test('an id that objects of JavaScript know is one like any other', async () => {
  const world = ground.world();
  const id = 'constructor';
  world.registry.add({ brand: 'tekton.harmonia.plugin/1', id, tasks: [], triggers: [], templates: [] });
  await world.host.load();
  expect(world.host.list()).toMatchObject([{ id, installation: undefined }]);
  expect(await refusalOf(world.host.remove(id))).toBe('plugin_not_installed');
});

test('a host that was stopped in the middle of a look does not look again', async () => {
  const world = await ground.open();
  world.host.watch();
  world.timers.advance(60_000);
  await world.host.stop();
  await new Promise((resolve) => setImmediate(resolve));
  expect(world.timers.waiting).toBe(0);
});

describe('settings', () => {
  const CONFIG = `config: { type: 'object', required: ['n'], properties: { n: { type: 'integer' } } }`;

  test('stand over those of the configuration, must fit, and outlive a restart', async () => {
    const world = await ground.open({ a: { n: 1, m: 2 } });
    await world.host.install({ source: await ground.folderOf({ id: 'a', task: CONFIG }), trusted: true });
    expect(world.registry.task('a/say')?.config).toEqual({ n: 1, m: 2 });
    const refusal: unknown = await world.host.configure('a', { n: 'x' }).catch((error: unknown) => error);
    expect(refusal).toMatchObject({ code: 'validation_error', faults: [{ pointer: '/n' }] });
    await world.host.configure('a', { n: 5 });
    expect(world.registry.task('a/say', 1)?.config).toEqual({ n: 5, m: 2 });
    expect((await ground.open({ a: { n: 1, m: 3 } })).registry.task('a/say')?.config).toEqual({ n: 5, m: 3 });
  });

  test('the hooks see them: stopped with the old ones, started with the new ones, or with the old ones again', async () => {
    const more = `start: ({ config, log, signal }) => {
        if (config.bad) throw new Error('bad');
        log('info', 'start ' + config.n);
        signal.addEventListener('abort', () => log('info', 'abort ' + config.n));
      }, stop: () => undefined`;
    const world = await ground.open({ a: { n: 1 } });
    await world.host.install({
      source: await ground.folderOf({ id: 'a', manifest: { role: 'service' }, more }),
      trusted: true,
    });
    await world.host.configure('a', { n: 2 });
    expect(await refusalOf(world.host.configure('a', { bad: true }))).toBe('plugin_not_started');
    expect(world.host.find('a').settings).toEqual({ n: 2 });
    await world.host.stop();
    expect(world.logged.map(({ message }) => message)).toEqual([
      'start 1',
      'abort 1',
      'start 2',
      'abort 2',
      'start 2',
      'abort 2',
    ]);
  });
});

describe('a start', () => {
  test('refuses files that are not those that were installed', async () => {
    const world = await ground.open();
    await world.host.install({ source: await ground.folderOf({ id: 'a' }), trusted: true });
    const [version = ''] = await readdir(join(ground.folder, '.installed/a'));
    await writeFile(join(ground.folder, '.installed/a', version, 'more.js'), '');
    expect(await refusalOf(ground.open())).toBe('plugin_damaged');
  });

  test.each([
    '{',
    '[]',
    '{"lockfileVersion":2}',
    '{"lockfileVersion":1,"set":1,"plugins":{"a":{"stages":[{"since":1,"installed":{"version":"1","directory":"../../evil","integrity":"x","trusted":true}}]}},"disabled":{},"settings":{}}',
  ])('refuses the lock %s', async (text) => {
    await mkdir(ground.folder, { recursive: true });
    await writeFile(join(ground.folder, 'plugins-lock.json'), text);
    expect(await refusalOf(ground.open())).toBe('plugin_lock_damaged');
  });

  test('clears away what an installation has left that did not come to its end', async () => {
    const world = await ground.open();
    await world.host.install({ source: await ground.folderOf({ id: 'a' }), trusted: true });
    for (const left of ['.staging/x/package', '.installed/a/2.0.0-abc', '.installed/b/1.0.0-abc'])
      await mkdir(join(ground.folder, left), { recursive: true });
    const again = await ground.open();
    const entries = await readdir(ground.folder, { recursive: true });
    expect(entries.filter((entry) => /staging\/|abc/.test(entry))).toEqual([]);
    expect(await again.say('a')).toBe('1.0.0');
  });
});
