import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { existsSync } from 'node:fs';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { JsonObject } from '../../src/kernel/index.js';
import { pack, rawTarball, type Entry, type PackageParts } from '../world/packages.js';
import { HostGround, refusalOf } from '../world/plugin-host.js';

let ground: HostGround;
beforeEach(async () => {
  ground = await HostGround.make();
});
afterEach(() => ground.clear());

const messageOf = async (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => '',
    (error: Error) => error.message,
  );

describe('installing', () => {
  test('from a folder, a tarball and a registry: the task is there at once', async () => {
    const { host, say } = await ground.open().then((world) => ({
      host: world.host,
      say: (id: string) => world.say(id),
    }));
    await host.install({ source: await ground.folderOf({ id: 'a' }), trusted: true });
    await host.install({ source: await pack(await ground.folderOf({ id: 'b' })), trusted: true });
    await ground.npm.publish(await ground.folderOf({ id: 'c', version: '1.2.0' }));
    await ground.npm.publish(await ground.folderOf({ id: 'c', version: '2.0.0' }));
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
    const evidence = join(ground.root, 'ran');
    const scripts = { preinstall: `touch ${evidence}`, postinstall: `touch ${evidence}`, prepare: `touch ${evidence}` };
    const words = { 'index.js': 'export const word = "from afar";' };
    await ground.npm.publish(await ground.folderOf({ id: 'words', files: words, packageJson: { scripts } }));
    const source = await ground.folderOf({
      id: 'needs',
      packageJson: { scripts, dependencies: { words: '^1.0.0' } },
      files: {
        'index.js': `import { definePlugin, defineTask } from '@tekton/harmonia/plugin';
          import { word } from 'words';
          export default definePlugin({ id: 'needs', tasks: [defineTask({ id: 'say', description: '', run: () => word })] });`,
      },
    });
    const world = await ground.open();
    await world.host.install({ source, trusted: true });
    expect([await world.say('needs'), existsSync(evidence)]).toEqual(['from afar', false]);
  });

  test('without what only its author needs', async () => {
    await ground.npm.publish(await ground.folderOf({ id: 'words' }));
    const packageJson = {
      dependencies: { words: '^1.0.0' },
      devDependencies: { 'not-published': '^1.0.0', '@tekton/harmonia': 'file:../..' },
    };
    const world = await ground.open();
    await world.host.install({ source: await ground.folderOf({ id: 'made', packageJson }), trusted: true });
    const [version = ''] = await readdir(join(ground.folder, '.installed/made'));
    const text = await readFile(join(ground.folder, '.installed/made', version, 'package.json'), 'utf8');
    expect([await world.say('made'), JSON.parse(text)]).toMatchObject(['1.0.0', packageJson]);
  });

  test('runs its own scripts when they are allowed, and only then', async () => {
    const evidence = join(ground.root, 'ran');
    const scripts = Object.fromEntries(
      ['preinstall', 'install', 'postinstall', 'prepare'].map((name) => [name, `echo ${name} >> ${evidence}`]),
    );
    const world = await ground.open();
    const source = await pack(await ground.folderOf({ id: 'builds', packageJson: { scripts } }));
    await world.host.install({ source, trusted: true });
    expect(existsSync(evidence)).toBe(false);
    const next = await ground.folderOf({ id: 'builds', version: '2.0.0', packageJson: { scripts } });
    await world.host.upgrade('builds', { source: await pack(next), allowScripts: true });
    expect(await readFile(evidence, 'utf8')).toBe('preinstall\ninstall\npostinstall\n');
    const fails = await ground.folderOf({ id: 'fails', packageJson: { scripts: { install: 'exit 3' } } });
    expect(await refusalOf(world.host.install({ source: fails, trusted: true, allowScripts: true }))).toBe(
      'plugin_invalid',
    );
  });

  test('runs the scripts when they are allowed', async () => {
    const evidence = join(ground.root, 'ran');
    await ground.npm.publish(
      await ground.folderOf({ id: 'scripted', packageJson: { scripts: { postinstall: `touch ${evidence}` } } }),
    );
    const source = await ground.folderOf({ id: 'asks', packageJson: { dependencies: { scripted: '1.0.0' } } });
    await (await ground.open()).host.install({ source, trusted: true, allowScripts: true });
    expect(existsSync(evidence)).toBe(true);
  });

  test('two at once take turns', async () => {
    const world = await ground.open();
    const sources = await Promise.all(['x', 'y', 'z'].map((id) => ground.folderOf({ id })));
    await Promise.all(sources.map((source) => world.host.install({ source, trusted: true })));
    expect(world.registry.all().map(({ plugin }) => plugin.id)).toEqual(['x', 'y', 'z']);
    const again = await ground.open();
    expect(again.registry.all().map(({ plugin }) => plugin.id)).toEqual(['x', 'y', 'z']);
  });
});

describe('refused, and nothing is installed', () => {
  const nothing = async (): Promise<readonly string[]> => {
    const entries = existsSync(ground.folder) ? await readdir(ground.folder, { recursive: true }) : [];
    return entries.filter((entry) => !['.staging', '.installed'].includes(entry));
  };
  const refused = async (source: string, more: JsonObject = {}): Promise<string> => {
    const { host, registry } = await ground.open();
    const code = await refusalOf(host.install({ source, trusted: true, ...more }));
    expect([registry.all(), registry.plugins]).toEqual([[], undefined]);
    return code;
  };
  const tarball = async (...entries: Entry[]): Promise<string> => {
    const file = join(ground.root, 'evil.tgz');
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
    await ground.npm.publish(await ground.folderOf({ id: 'old' }));
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
    const { host } = await ground.open();
    expect(await messageOf(host.install({ source, trusted: true }))).toContain(reason);
    expect(await nothing()).toEqual([]);
    expect(existsSync('/tmp/evil.js')).toBe(false);
  });

  test('a tarball of 100 MB, while it comes', async () => {
    const file = join(ground.root, 'huge.tgz');
    await writeFile(file, Buffer.alloc(100_000_000, 7));
    const { host } = await ground.open();
    expect(await messageOf(host.install({ source: file, trusted: true }))).toContain('more than 50 MiB');
    expect(await nothing()).toEqual([]);
  });

  test('what is no tarball, or an empty one', async () => {
    await writeFile(join(ground.root, 'text.tgz'), 'this is a text');
    expect(await refused(join(ground.root, 'text.tgz'))).toBe('plugin_tarball_refused');
    expect(await refused(await tarball())).toBe('plugin_tarball_refused');
  });

  test('another integrity than the one that was asked for', async () => {
    const source = await pack(await ground.folderOf({ id: 'a' }));
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
    expect(await refused(await ground.folderOf({ id: 'a', ...parts }))).toBe(code);
    expect(await nothing()).toEqual(expect.not.arrayContaining([expect.stringContaining('package.json')]));
  });

  test.each([
    ['a folder', () => `file:${ground.root}`],
    ['a git repository', () => `git+file://${ground.root}/.git`],
    ['an address', () => 'https://registry.invalid/x.tgz'],
  ])('a package that depends on %s, and not on a package of the registry', async (_name, dependency) => {
    const source = await ground.folderOf({ id: 'a', packageJson: { dependencies: { elsewhere: dependency() } } });
    const { host } = await ground.open();
    expect(await messageOf(host.install({ source, trusted: true }))).toMatch(
      /elsewhere.*is not a package of the registry/,
    );
    expect(await nothing()).toEqual([]);
  });

  test('a service without trust', async () => {
    const { host } = await ground.open();
    const source = await ground.folderOf({ id: 'a', manifest: { role: 'service' }, more: 'start: () => undefined' });
    expect(await refusalOf(host.install({ source }))).toBe('plugin_needs_trust');
  });

  test('an id that is taken', async () => {
    const { host } = await ground.open();
    await host.install({ source: await ground.folderOf({ id: 'a' }), trusted: true });
    const before = await readFile(join(ground.folder, 'plugins-lock.json'), 'utf8');
    expect(
      await refusalOf(host.install({ source: await ground.folderOf({ id: 'a', version: '2.0.0' }), trusted: true })),
    ).toBe('plugin_exists');
    expect(await readFile(join(ground.folder, 'plugins-lock.json'), 'utf8')).toBe(before);
  });
});
