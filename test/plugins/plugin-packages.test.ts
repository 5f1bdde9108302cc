import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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
    const manifest = (id: string, ...tasks: string[]): object => ({ ...EXPORTS, harmonia: { manifest: 1, id, tasks } });
    const directories = [
      await write('good', manifest('good', 'a'), pluginCode('good', 'a')),
      await write('again', manifest('good', 'a'), pluginCode('good', 'a')),
      await write('promises', manifest('promises', 'a', 'b'), pluginCode('promises', 'a')),
      await write('renamed', manifest('renamed', 'a'), pluginCode('other', 'a')),
      await write('broken', manifest('broken', 'a'), 'throw new Error("at import");'),
      await write('greedy', { ...EXPORTS, harmonia: { manifest: 1, id: 'greedy', tasks: [], services: ['root'] } }, ''),
      await write('doorless', { harmonia: { manifest: 1, id: 'doorless', tasks: [] } }, ''),
      await write('future', { ...EXPORTS, harmonia: { manifest: 2 } }, ''),
    ];
    const error: unknown = await loadPlugins(directories, { config: {} }).catch((failure: unknown) => failure);
    expect(error).toBeInstanceOf(HarmoniaError);
    const { code, faults, message } = error as HarmoniaError;
    expect(code).toBe('plugin_invalid');
    expect(faults.map((fault) => fault.message.replaceAll(root, ''))).toEqual([
      expect.stringContaining('/again cannot be loaded: another plugin has this id'),
      expect.stringContaining('/promises cannot be loaded: it offers a; its manifest says a, b'),
      expect.stringContaining('/renamed cannot be loaded: the code says it is "other"'),
      expect.stringContaining('/broken cannot be loaded: at import'),
      expect.stringContaining('/greedy cannot be loaded: there is no service "root"'),
      expect.stringContaining('/doorless cannot be loaded: its package.json exports no "."'),
      expect.stringContaining('/future cannot be loaded: `harmonia.manifest` must be 1'),
    ]);
    for (const name of ['again', 'future']) expect(message).toContain(name);
  });

  test('may export by a text, and be compiled to CommonJS', async () => {
    const harmonia = { manifest: 1, id: 'old', tasks: ['a'] };
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
    const directory = await write('far', { ...EXPORTS, harmonia: { manifest: 1, id: 'far', tasks: ['a'] } }, code);
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
