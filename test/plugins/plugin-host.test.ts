import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GuardedHttp } from '../../src/integration/index.js';
import { createSchemaChecker } from '../../src/json-schema/index.js';
import { HarmoniaError, type JsonObject } from '../../src/kernel/index.js';
import { PluginHost, PluginRegistry, type PluginHostOptions, type PluginLogLine } from '../../src/plugin/host/index.js';
import { VirtualTimers } from '../../src/simulation/world/virtual-timers.js';
import { PackageRegistry, pack, rawTarball, writePackage, type Entry, type PackageParts } from '../world/packages.js';

let root: string;
let folder: string;
let npm: PackageRegistry;
beforeAll(async () => {
  npm = await PackageRegistry.start();
});
afterAll(() => npm.stop());
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'harmonia-host-'));
  folder = join(root, 'plugins');
});
afterEach(() => rm(root, { recursive: true, force: true }));

class World {
  readonly registry = new PluginRegistry();
  readonly timers = new VirtualTimers(1_000_000);
  readonly logged: PluginLogLine[] = [];
  readonly closed: string[] = [];
  inUse: ReadonlySet<number | undefined> = new Set();
  readonly host: PluginHost;

  constructor(config: PluginHostOptions['config'] = {}) {
    this.host = new PluginHost({
      registry: this.registry,
      folder,
      config,
      schemas: createSchemaChecker(),
      timers: this.timers,
      clock: this.timers,
      http: new GuardedHttp({ allow: [] }),
      services: {},
      npm: { registry: npm.url, token: undefined },
      isolate: ({ manifest }) => Promise.reject(new HarmoniaError('plugin_needs_trust', { id: manifest.id })),
      inUse: () => this.inUse,
      log: (line) => void this.logged.push(line),
      onTrouble: (what, error) => {
        throw new Error(what, { cause: error });
      },
    });
  }

  static async open(config: PluginHostOptions['config'] = {}): Promise<World> {
    const world = new World(config);
    await world.host.load();
    await world.host.start();
    return world;
  }

  async say(id: string, set?: number): Promise<unknown> {
    const found = this.registry.task(`${id}/say`, set);
    return found ? found.task.run({}, {} as never) : undefined;
  }
}

const folderOf = (parts: PackageParts): Promise<string> => writePackage(root, parts);
const codeOf = async (work: Promise<unknown>): Promise<string> => {
  const error: unknown = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof HarmoniaError)) throw new Error(`no refusal: ${String(error)}`);
  return error.code;
};
const messageOf = async (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => '',
    (error: Error) => error.message,
  );

describe('installing', () => {
  test('from a folder, a tarball and a registry: the task is there at once', async () => {
    const { host, say } = await World.open().then((world) => ({
      host: world.host,
      say: (id: string) => world.say(id),
    }));
    await host.install({ source: await folderOf({ id: 'a' }), trusted: true });
    await host.install({ source: await pack(await folderOf({ id: 'b' })), trusted: true });
    await npm.publish(await folderOf({ id: 'c', version: '1.2.0' }));
    await npm.publish(await folderOf({ id: 'c', version: '2.0.0' }));
    const installed = await host.install({ source: 'c@^1', trusted: true });
    expect([await say('a'), await say('b'), await say('c')]).toEqual(['1.0.0', '1.0.0', '1.2.0']);
    expect(installed).toMatchObject({
      id: 'c',
      version: '1.2.0',
      origin: 'installed',
      enabled: true,
      installation: { source: 'c@^1', trusted: true, integrity: expect.stringMatching(/^sha512-/) },
    });
  });

  test('with what it depends on, and none of the scripts runs', async () => {
    const evidence = join(root, 'ran');
    const scripts = { preinstall: `touch ${evidence}`, postinstall: `touch ${evidence}`, prepare: `touch ${evidence}` };
    const words = { 'index.js': 'export const word = "from afar";' };
    await npm.publish(await folderOf({ id: 'words', files: words, packageJson: { scripts } }));
    const source = await folderOf({
      id: 'needs',
      packageJson: { scripts, dependencies: { words: '^1.0.0' } },
      files: {
        'index.js': `import { definePlugin, defineTask } from '@tekton/harmonia/plugin';
          import { word } from 'words';
          export default definePlugin({ id: 'needs', tasks: [defineTask({ id: 'say', description: '', run: () => word })] });`,
      },
    });
    const world = await World.open();
    await world.host.install({ source, trusted: true });
    expect([await world.say('needs'), existsSync(evidence)]).toEqual(['from afar', false]);
  });

  test('runs the scripts when they are allowed', async () => {
    const evidence = join(root, 'ran');
    await npm.publish(
      await folderOf({ id: 'scripted', packageJson: { scripts: { postinstall: `touch ${evidence}` } } }),
    );
    const source = await folderOf({ id: 'asks', packageJson: { dependencies: { scripted: '1.0.0' } } });
    await (await World.open()).host.install({ source, trusted: true, allowScripts: true });
    expect(existsSync(evidence)).toBe(true);
  });

  test('two at once take turns', async () => {
    const world = await World.open();
    const sources = await Promise.all(['x', 'y', 'z'].map((id) => folderOf({ id })));
    await Promise.all(sources.map((source) => world.host.install({ source, trusted: true })));
    expect(world.registry.all().map(({ plugin }) => plugin.id)).toEqual(['x', 'y', 'z']);
    const again = await World.open();
    expect(again.registry.all().map(({ plugin }) => plugin.id)).toEqual(['x', 'y', 'z']);
  });
});

describe('refused, and nothing is installed', () => {
  const nothing = async (): Promise<readonly string[]> => {
    const entries = existsSync(folder) ? await readdir(folder, { recursive: true }) : [];
    return entries.filter((entry) => !['.staging', '.installed'].includes(entry));
  };
  const refused = async (source: string, more: JsonObject = {}): Promise<string> => {
    const { host, registry } = await World.open();
    const code = await codeOf(host.install({ source, trusted: true, ...more }));
    expect([registry.all(), registry.plugins]).toEqual([[], undefined]);
    return code;
  };
  const tarball = async (...entries: Entry[]): Promise<string> => {
    const file = join(root, 'evil.tgz');
    await writeFile(file, rawTarball(entries));
    return file;
  };
  const PACKAGE: Entry = {
    path: 'package/package.json',
    body: JSON.stringify({ name: 'p', exports: './i.js', harmonia: { apiVersion: '^1', id: 'p', tasks: [] } }),
  };
  const CODE: Entry = {
    path: 'package/i.js',
    body: `export default { brand: 'tekton.harmonia.plugin/1', id: 'p', tasks: [] };`,
  };

  test.each<[string, string]>([
    ['git+https://example.com/x.git', 'plugin_source_refused'],
    ['github:a/b', 'plugin_source_refused'],
    ['http://example.com/x.tgz', 'plugin_source_refused'],
    ['./relative', 'plugin_source_refused'],
    ['npm:alias@npm:other', 'plugin_source_refused'],
    ['bad name with spaces', 'plugin_source_refused'],
    ['/no/such/folder', 'plugin_not_found'],
    ['no-such-package', 'plugin_not_found'],
  ])('the source %s: %s', async (source, code) => {
    expect(await refused(source)).toBe(code);
    expect(await nothing()).toEqual([]);
  });

  test('a package whose every version is too old', async () => {
    await npm.publish(await folderOf({ id: 'old' }));
    expect(await refused('old@^9')).toBe('plugin_not_found');
  });

  test.each<[string, Entry[]]>([
    ['leads out of the package', [PACKAGE, CODE, { path: 'package/../../evil.js', body: '1' }]],
    ['has an absolute path', [PACKAGE, CODE, { path: '/tmp/evil.js', body: '1' }]],
    ['is a SymbolicLink', [PACKAGE, CODE, { path: 'package/l', type: 'SymbolicLink', linkpath: '/etc/passwd' }]],
    ['is a Link', [PACKAGE, CODE, { path: 'package/l', type: 'Link', linkpath: '/etc/passwd' }]],
    ['is a CharacterDevice', [PACKAGE, CODE, { path: 'package/d', type: 'CharacterDevice' }]],
    ['is a FIFO', [PACKAGE, CODE, { path: 'package/d', type: 'FIFO' }]],
    ['has an absolute path', [PACKAGE, CODE, { path: 'C:\\evil.js', body: '1' }]],
    ['its files have more than 200 MiB', [PACKAGE, { path: 'package/zeros', body: Buffer.alloc(201 * 2 ** 20) }]],
    [
      'it has more than 20000 entries',
      [PACKAGE, ...Array.from({ length: 20_001 }, (_, index) => ({ path: `package/${index}` }))],
    ],
  ])('a tarball of which an entry %s', async (reason, entries) => {
    const source = await tarball(...entries);
    const { host } = await World.open();
    expect(await messageOf(host.install({ source, trusted: true }))).toContain(reason);
    expect(await nothing()).toEqual([]);
    expect(existsSync('/tmp/evil.js')).toBe(false);
  });

  test('a tarball of 100 MB, while it comes', async () => {
    const file = join(root, 'huge.tgz');
    await writeFile(file, Buffer.alloc(100_000_000, 7));
    const { host } = await World.open();
    expect(await messageOf(host.install({ source: file, trusted: true }))).toContain('more than 50 MiB');
    expect(await nothing()).toEqual([]);
  });

  test('what is no tarball, or an empty one', async () => {
    await writeFile(join(root, 'text.tgz'), 'this is a text');
    expect(await refused(join(root, 'text.tgz'))).toBe('plugin_tarball_refused');
    expect(await refused(await tarball())).toBe('plugin_tarball_refused');
  });

  test('another integrity than the one that was asked for', async () => {
    const source = await pack(await folderOf({ id: 'a' }));
    expect(await refused(source, { integrity: `sha512-${Buffer.alloc(64).toString('base64')}` })).toBe(
      'plugin_integrity',
    );
    expect(await refused(source, { integrity: 'nonsense' })).toBe('plugin_source_refused');
    expect(await nothing()).toEqual([]);
  });

  test.each<[string, Partial<PackageParts>, string]>([
    ['no manifest', { packageJson: { harmonia: 7 } }, 'plugin_invalid'],
    ['another version of the contract', { manifest: { apiVersion: '^2.0' } }, 'plugin_invalid'],
    ['a malformed id', { manifest: { id: 'No Id' } }, 'plugin_invalid'],
    ['promises that it does not keep', { manifest: { tasks: ['say', 'sing'] } }, 'plugin_invalid'],
    ['code that throws', { files: { 'index.js': 'throw new Error("at import")' } }, 'plugin_invalid'],
    ['hooks, and no role that says so', { more: 'start: () => undefined' }, 'plugin_invalid'],
    [
      'a start that fails',
      { manifest: { role: 'service' }, more: 'start: () => { throw new Error("no") }' },
      'plugin_not_started',
    ],
    ['settings that do not fit', { task: `config: { type: 'object', required: ['key'] }` }, 'validation_error'],
    [
      'dependencies that are not there',
      { packageJson: { dependencies: { 'no-such-package': '^1' } } },
      'plugin_unreachable',
    ],
  ])('a package with %s', async (_name, parts, code) => {
    expect(await refused(await folderOf({ id: 'a', ...parts }))).toBe(code);
    expect(await nothing()).toEqual(expect.not.arrayContaining([expect.stringContaining('package.json')]));
  });

  test('a service without trust', async () => {
    const { host } = await World.open();
    const source = await folderOf({ id: 'a', manifest: { role: 'service' }, more: 'start: () => undefined' });
    expect(await codeOf(host.install({ source }))).toBe('plugin_needs_trust');
  });

  test('an id that is taken', async () => {
    const { host } = await World.open();
    await host.install({ source: await folderOf({ id: 'a' }), trusted: true });
    const before = await readFile(join(folder, 'plugins-lock.json'), 'utf8');
    expect(await codeOf(host.install({ source: await folderOf({ id: 'a', version: '2.0.0' }), trusted: true }))).toBe(
      'plugin_exists',
    );
    expect(await readFile(join(folder, 'plugins-lock.json'), 'utf8')).toBe(before);
  });
});

describe('another version', () => {
  const upgraded = async (): Promise<World> => {
    const world = await World.open();
    await world.host.install({ source: await folderOf({ id: 'a' }), trusted: true });
    await world.host.upgrade('a', { source: await folderOf({ id: 'a', version: '2.0.0' }) });
    return world;
  };

  test('is there for what starts from now on; what is pinned keeps the one it had, also after a restart', async () => {
    const world = await upgraded();
    const said = async ({ registry, say }: Pick<World, 'registry'> & { say: (set?: number) => unknown }) => [
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
    const again = await World.open();
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
    const files = async (): Promise<number> => (await readdir(join(folder, '.installed/a'))).length;
    await world.host.configure('a', { loud: true });
    expect([1, 2].map((set) => world.registry.task('a/say', set)?.config)).toEqual([{ loud: true }, { loud: true }]);
    for (let minute = 0; minute < 12; minute++) world.timers.advance(60_000);
    await world.host.install({ source: await folderOf({ id: 'b' }), trusted: true }); // waits for its turn
    expect([await world.say('a', 1), await files()]).toEqual(['1.0.0', 2]);
    world.inUse = new Set([2]);
    await world.host.install({ source: await folderOf({ id: 'c' }), trusted: true });
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
    const lock = JSON.parse(await readFile(join(folder, 'plugins-lock.json'), 'utf8')) as JsonObject;
    expect(lock.plugins).toMatchObject({ a: { stages: [{ since: 2, installed: { version: '2.0.0' } }] } });
    await world.host.stop();
  });

  test('that does not load leaves the one before as it was', async () => {
    const world = await upgraded();
    const broken = await folderOf({ id: 'a', version: '3.0.0', files: { 'index.js': 'throw new Error("no")' } });
    expect(await codeOf(world.host.upgrade('a', { source: broken }))).toBe('plugin_invalid');
    expect([await world.say('a'), world.host.find('a').version, world.registry.plugins]).toEqual(['2.0.0', '2.0.0', 2]);
    expect(await readdir(join(folder, '.installed/a'))).toHaveLength(2);
  });

  test('comes from where the first one came from', async () => {
    await npm.publish(await folderOf({ id: 'line', version: '1.0.0' }));
    const world = await World.open();
    await world.host.install({ source: 'line@^1', trusted: true });
    await npm.publish(await folderOf({ id: 'line', version: '1.5.0' }));
    await npm.publish(await folderOf({ id: 'line', version: '2.0.0' }));
    expect((await world.host.upgrade('line', {})).version).toBe('1.5.0');
  });

  test('of another plugin is refused', async () => {
    const world = await upgraded();
    expect(await codeOf(world.host.upgrade('a', { source: await folderOf({ id: 'b' }) }))).toBe(
      'plugin_source_refused',
    );
    expect(await codeOf(world.host.upgrade('c', {}))).toBe('plugin_unknown');
  });
});

describe('removing and switching off', () => {
  test('what is removed is there for what is pinned to it, and can be installed again', async () => {
    const world = await World.open();
    const source = await folderOf({ id: 'a' });
    await world.host.install({ source, trusted: true });
    await world.host.remove('a');
    expect([await world.say('a'), await world.say('a', 1), world.registry.find('a/say')]).toEqual([
      undefined,
      '1.0.0',
      undefined,
    ]);
    expect(await codeOf(world.host.remove('a'))).toBe('plugin_unknown');
    await world.host.install({ source, trusted: true });
    expect(await world.say('a')).toBe('1.0.0');
    const again = await World.open();
    expect([await again.say('a'), await again.say('a', 1), again.registry.task('a/say', 2)]).toEqual([
      '1.0.0',
      '1.0.0',
      undefined,
    ]);
  });

  test('what is switched off stays so after a restart, and can be switched on', async () => {
    const world = await World.open();
    await world.host.install({ source: await folderOf({ id: 'a' }), trusted: true });
    expect(await world.host.disable('a')).toMatchObject({ enabled: false, version: '1.0.0' });
    expect([await world.say('a'), await world.say('a', 1)]).toEqual([undefined, '1.0.0']);
    const again = await World.open();
    expect([await again.say('a'), again.host.list().map(({ id, enabled }) => ({ id, enabled }))]).toEqual([
      undefined,
      [{ id: 'a', enabled: false }],
    ]);
    await again.host.enable('a');
    expect(await again.say('a')).toBe('1.0.0');
  });

  test('what was not installed cannot be removed, but switched off', async () => {
    const world = new World();
    world.registry.add({ brand: 'tekton.harmonia.plugin/1', id: 'own', tasks: [], triggers: [], templates: [] });
    await world.host.load();
    expect(await codeOf(world.host.remove('own'))).toBe('plugin_not_installed');
    expect((await world.host.disable('own')).enabled).toBe(false);
  });
});

describe('settings', () => {
  const CONFIG = `config: { type: 'object', required: ['n'], properties: { n: { type: 'integer' } } }`;

  test('stand over those of the configuration, must fit, and outlive a restart', async () => {
    const world = await World.open({ a: { n: 1, m: 2 } });
    await world.host.install({ source: await folderOf({ id: 'a', task: CONFIG }), trusted: true });
    expect(world.registry.task('a/say')?.config).toEqual({ n: 1, m: 2 });
    const refusal: unknown = await world.host.configure('a', { n: 'x' }).catch((error: unknown) => error);
    expect(refusal).toMatchObject({ code: 'validation_error', faults: [{ pointer: '/n' }] });
    await world.host.configure('a', { n: 5 });
    expect(world.registry.task('a/say', 1)?.config).toEqual({ n: 5, m: 2 });
    expect((await World.open({ a: { n: 1, m: 3 } })).registry.task('a/say')?.config).toEqual({ n: 5, m: 3 });
  });

  test('the hooks see them: stopped with the old ones, started with the new ones, or with the old ones again', async () => {
    const more = `start: ({ config, log, signal }) => {
        if (config.bad) throw new Error('bad');
        log('info', 'start ' + config.n);
        signal.addEventListener('abort', () => log('info', 'abort ' + config.n));
      }, stop: () => undefined`;
    const world = await World.open({ a: { n: 1 } });
    await world.host.install({
      source: await folderOf({ id: 'a', manifest: { role: 'service' }, more }),
      trusted: true,
    });
    await world.host.configure('a', { n: 2 });
    expect(await codeOf(world.host.configure('a', { bad: true }))).toBe('plugin_not_started');
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
    const world = await World.open();
    await world.host.install({ source: await folderOf({ id: 'a' }), trusted: true });
    const [version = ''] = await readdir(join(folder, '.installed/a'));
    await writeFile(join(folder, '.installed/a', version, 'more.js'), '');
    expect(await codeOf(World.open())).toBe('plugin_damaged');
  });

  test.each([
    '{',
    '[]',
    '{"lockfileVersion":2}',
    '{"lockfileVersion":1,"set":1,"plugins":{"a":{"stages":[{"since":1,"installed":{"version":"1","directory":"../../evil","integrity":"x","trusted":true}}]}},"disabled":{},"settings":{}}',
  ])('refuses the lock %s', async (text) => {
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'plugins-lock.json'), text);
    expect(await codeOf(World.open())).toBe('plugin_lock_damaged');
  });

  test('clears away what an installation has left that did not come to its end', async () => {
    const world = await World.open();
    await world.host.install({ source: await folderOf({ id: 'a' }), trusted: true });
    for (const left of ['.staging/x/package', '.installed/a/2.0.0-abc', '.installed/b/1.0.0-abc'])
      await mkdir(join(folder, left), { recursive: true });
    const again = await World.open();
    const entries = await readdir(folder, { recursive: true });
    expect(entries.filter((entry) => /staging\/|abc/.test(entry))).toEqual([]);
    expect(await again.say('a')).toBe('1.0.0');
  });
});
