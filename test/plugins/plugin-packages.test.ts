import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { createSchemaChecker } from '../../src/json-schema/index.js';
import { HarmoniaError } from '../../src/kernel/index.js';
import { builtInPlugins, loadPlugins, readPluginPackage } from '../../src/plugin/host/index.js';

const BRAND = 'tekton.harmonia.plugin/1';
const ROOT = join(import.meta.dirname, '../..');
let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'harmonia-packages-'));
});
afterAll(async () => {
  await rm(root, { recursive: true });
});

const write = async (name: string, packageJson: object, code: string): Promise<string> => {
  const directory = join(root, name);
  await mkdir(directory);
  await writeFile(join(directory, 'package.json'), JSON.stringify({ type: 'module', ...packageJson }));
  await writeFile(join(directory, 'index.js'), code);
  return directory;
};
const EXPORTS = { exports: { '.': { default: './index.js' } } };
const pluginCode = (id: string, ...tasks: string[]): string =>
  `const tasks = ${JSON.stringify(tasks)}.map((id) => ({ id, description: id, effects: 'pure', run: () => id }));
   export default { brand: '${BRAND}', id: '${id}', tasks };`;

describe('plugin packages', () => {
  test('every fault of every package is in one error', async () => {
    const manifest = (id: string, ...tasks: string[]): object => ({
      ...EXPORTS,
      harmonia: { apiVersion: '^1.0', id, tasks },
    });
    const directories = [
      await write('good', manifest('good', 'a'), pluginCode('good', 'a')),
      await write('again', manifest('good', 'a'), pluginCode('good', 'a')),
      await write('promises', manifest('promises', 'a', 'b'), pluginCode('promises', 'a')),
      await write('renamed', manifest('renamed', 'a'), pluginCode('other', 'a')),
      await write('broken', manifest('broken', 'a'), 'throw new Error("at import");'),
      await write(
        'greedy',
        { ...EXPORTS, harmonia: { apiVersion: '^1.0', id: 'greedy', tasks: [], services: ['root'] } },
        '',
      ),
      await write('doorless', { harmonia: { apiVersion: '^1.0', id: 'doorless', tasks: [] } }, ''),
      await write('future', { ...EXPORTS, harmonia: { apiVersion: '^2.0' } }, ''),
    ];
    const error: unknown = await loadPlugins(directories, { config: {} }).catch((failure: unknown) => failure);
    expect(error).toBeInstanceOf(HarmoniaError);
    const { code, faults, message } = error as HarmoniaError;
    expect(code).toBe('plugin_invalid');
    expect(faults.map((fault) => fault.message.replaceAll(root, ''))).toEqual([
      expect.stringContaining('/again cannot be loaded: another plugin has this id'),
      expect.stringContaining('/promises cannot be loaded: it offers tasks a; its manifest says a, b'),
      expect.stringContaining('/renamed cannot be loaded: the code says it is "other"'),
      expect.stringContaining('/broken cannot be loaded: at import'),
      expect.stringContaining('/greedy cannot be loaded: there is no service "root"'),
      expect.stringContaining('/doorless cannot be loaded: its package.json exports no "."'),
      expect.stringContaining('/future cannot be loaded: it is made for version ^2.0 of the contract; this is 1.0.0'),
    ]);
    for (const name of ['again', 'future']) expect(message).toContain(name);
  });

  const ran = (): unknown => (globalThis as { hostileRan?: unknown }).hostileRan;
  const HOSTILE = 'globalThis.hostileRan = true;';
  const reasonsOf = async (directory: string, patience?: number): Promise<string[]> => {
    const loading = loadPlugins([directory], { config: {}, ...(patience !== undefined && { patience }) });
    const error: unknown = await loading.catch((failure: unknown) => failure);
    if (!(error instanceof HarmoniaError)) throw new Error('it was loaded', { cause: error });
    return error.faults.map(({ message }) => message.slice(message.indexOf('loaded: ') + 8));
  };

  test('one with several faults has all of them listed, and none of its code run', async () => {
    const harmonia = {
      apiVersion: '^1.0',
      id: 'Bad Id',
      tasks: ['ok', 'Not Ok', 'ok'],
      services: ['root', 7],
      service: [],
    };
    const directory = await write('faulty', { exports: '../../evil.js', harmonia }, HOSTILE);
    expect(await reasonsOf(directory)).toEqual([
      'its entry "../../evil.js" is not there.',
      expect.stringContaining('the id "Bad Id" must match'),
      'its manifest lists the task "ok" twice.',
      expect.stringContaining('the task id "Not Ok" must match'),
      '`harmonia.services` must be a list of service names.',
      'there is no field `harmonia.service`; there are: apiVersion, id, role, tasks, triggers, templates, services, hosts.',
    ]);
    expect(ran()).toBeUndefined();
  });

  test.each<[string, unknown]>([
    ['null', null],
    ['a list', []],
    ['a text', 'x'],
    ['a manifest that is a list', { ...EXPORTS, harmonia: [] }],
    ['a format as a text', { ...EXPORTS, harmonia: { apiVersion: 1 } }],
    ['tasks that are an object', { ...EXPORTS, harmonia: { apiVersion: '^1.0', id: 'a', tasks: {} } }],
    ['an id that is inherited', { ...EXPORTS, harmonia: { apiVersion: '^1.0', id: ['a'], tasks: [] } }],
    ['an export that is a number', { exports: 7, harmonia: { apiVersion: '^1.0', id: 'a', tasks: [] } }],
    ['an export of nothing', { exports: null, harmonia: { apiVersion: '^1.0', id: 'a', tasks: [] } }],
    ['an entry that is missing', { exports: './none.js', harmonia: { apiVersion: '^1.0', id: 'a', tasks: [] } }],
    ['an entry above', { exports: '../outside.js', harmonia: { apiVersion: '^1.0', id: 'a', tasks: [] } }],
    ['a hidden entry above', { main: 'x/../../outside.js', harmonia: { apiVersion: '^1.0', id: 'a', tasks: [] } }],
    ['a link that leads out', { exports: './link.js', harmonia: { apiVersion: '^1.0', id: 'a', tasks: [] } }],
    ['the directory itself', { exports: './', harmonia: { apiVersion: '^1.0', id: 'a', tasks: [] } }],
  ])('a package.json with %s is refused, and nothing runs', async (name, content) => {
    await writeFile(join(root, 'outside.js'), HOSTILE);
    const directory = await write(name.replaceAll(' ', '-'), {}, HOSTILE);
    await writeFile(join(directory, 'package.json'), JSON.stringify(content));
    await symlink(join(root, 'outside.js'), join(directory, 'link.js'));
    expect((await reasonsOf(directory)).length).toBeGreaterThan(0);
    expect(ran()).toBeUndefined();
  });

  test('what is no package at all is refused: a file, nothing, an unreadable text', async () => {
    const file = join(root, 'file');
    await writeFile(file, '');
    const broken = await write('broken-json', {}, '');
    await writeFile(join(broken, 'package.json'), '{"harmonia": ');
    for (const path of [file, join(root, 'nowhere'), broken, ''])
      expect(await reasonsOf(path)).toEqual([expect.stringContaining('package.json')]);
  });

  const harmonia = { apiVersion: '^1.0', id: 'sly', tasks: ['a'] };
  let count = 0;
  test.each<[string, string, RegExp]>([
    ['hangs', 'await new Promise(() => undefined);', /did not finish loading within 0.2 s/],
    ['throws nothing', 'throw undefined;', /undefined/],
    ['throws something unreadable', 'throw Object.create(null);', /cannot be read/],
    ['exports nothing', '', /definePlugin/],
    ['has a wrong id', `export default { brand: '${BRAND}', id: 'a/b', tasks: [] };`, /the id "a\/b" must match/],
    ['has no tasks', `export default { brand: '${BRAND}', id: 'sly' };`, /tasks are no list/],
    ['has tasks that are nothing', `export default { brand: '${BRAND}', id: 'sly', tasks: [null] };`, /task id/],
    ['has two tasks of one id', pluginCode('sly', 'a', 'a'), /two tasks "a"/],
    [
      'cannot be read',
      `export default { brand: '${BRAND}', id: 'sly', get tasks() { throw 1; } };`,
      /it cannot be read/,
    ],
    [
      'has nonsense in a task',
      `export default { brand: '${BRAND}', id: 'sly', tasks: [
         { id: 'a', effects: 'all', input: [], timeout: -1, retry: { max_retries: 'x', tries: 1 } } ] };`,
      /run.*description.*effects.*input.*timeout.*\/retry\/max_retries.*\/retry\/tries/s,
    ],
  ])('code that %s is refused', async (_name, code, reason) => {
    const directory = await write(`sly-${count++}`, { ...EXPORTS, harmonia }, code);
    expect((await reasonsOf(directory, 200)).join('\n')).toMatch(reason);
  });

  test.each<[string, object]>([
    ['conditions without a "."', { exports: { types: './no.ts', import: './index.js' } }],
    ['nested conditions', { exports: { '.': { browser: './no.js', node: { import: './index.js' } } } }],
    ['alternatives', { exports: ['./index.js', './no.js'] }],
    ['main', { main: 'index.js' }],
  ])('may export by %s', async (name, how) => {
    const directory = await write(`by-${name.replaceAll(' ', '-')} #%?`, { ...how, harmonia }, pluginCode('sly', 'a'));
    const registry = await loadPlugins([relative(process.cwd(), directory)], { config: {} });
    expect(registry.find('sly/a')).toBeDefined();
  });

  test('whose id is taken does not run; the first in the list has it', async () => {
    const first = await write('first', { ...EXPORTS, harmonia }, pluginCode('sly', 'a'));
    const second = await write('second', { ...EXPORTS, harmonia }, HOSTILE);
    await expect(loadPlugins([first, second], { config: {} })).rejects.toThrow(
      /second cannot be loaded: another plugin/,
    );
    expect(ran()).toBeUndefined();
  });

  test('may export by a text, and be compiled to CommonJS', async () => {
    const harmonia = { apiVersion: '^1.0', id: 'old', tasks: ['a'] };
    const directory = await write('old', { type: 'commonjs', exports: './index.js', harmonia }, '');
    const code = pluginCode('old', 'a').replace('export default', 'exports.default =');
    await writeFile(
      join(directory, 'index.js'),
      `Object.defineProperty(exports, '__esModule', { value: true });${code}`,
    );
    const registry = await loadPlugins([directory], { config: { old: { setting: 1 } } });
    expect(registry.task('old/a')).toMatchObject({ plugin: 'old', config: { setting: 1 }, services: [] });
    expect((await readPluginPackage(directory)).entry).toBe(join(directory, 'index.js'));
  });

  test('outside of the installation find the contract (built dist)', async () => {
    const code = `import { definePlugin, defineTask } from '@tekton/harmonia/plugin';
      export default definePlugin({ id: 'far', tasks: [defineTask({ id: 'a', description: '', run: () => 1 })] });`;
    const directory = await write(
      'far',
      { ...EXPORTS, harmonia: { apiVersion: '^1.0', id: 'far', tasks: ['a'] } },
      code,
    );
    const host = pathToFileURL(join(ROOT, 'dist/plugin/host/index.js')).href;
    const program = `import { loadPlugins } from ${JSON.stringify(host)};
      const registry = await loadPlugins([${JSON.stringify(directory)}], { config: {} });
      console.log(registry.types().map(({ type }) => type).join());`;
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', program], {
      cwd: root,
    });
    expect(stdout).toBe('far/a\n');
  });
});

describe('the built-in plugins', () => {
  test('have schemas that are right, descriptions, and a README', async () => {
    const directories = await builtInPlugins();
    const checker = createSchemaChecker();
    for (const { type, description, input, output } of (await loadPlugins(directories, { config: {} })).types()) {
      expect([type, description]).toEqual([type, expect.stringMatching(/\.$/)]);
      for (const schema of [input, output]) expect(schema === undefined || checker.compile(schema).ok).toBe(true);
    }
    for (const directory of directories) expect(await readFile(join(directory, 'README.md'), 'utf8')).toMatch(/^# /);
  });
});
