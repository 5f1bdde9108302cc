import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { API_VERSION } from '../../plugin/contract/index.js';
import { builtInIds, PLUGIN_ID } from '../../plugin/certification/index.js';
import { CommandError } from '../command-error.js';
import type { Terminal } from '../terminal.js';

/** The files of a new plugin, each with `.txt` at its end; the first dot of a hidden one is left out. */
const SCAFFOLD = fileURLToPath(new URL('./scaffold/', import.meta.url));
const ROOT = fileURLToPath(new URL('../../..', import.meta.url)).replace(/\/$/, '');
const HIDDEN = 'gitignore';

const mustBeFree = async (name: string, directory: string): Promise<void> => {
  if (!PLUGIN_ID.test(name))
    throw new CommandError(
      `"${name}" is no name of a plugin`,
      'Begin with a lower-case letter; then lower-case letters, digits and "-", 64 characters at most: harmonia plugin create my-plugin',
    );
  if ((await builtInIds()).has(name))
    throw new CommandError(
      `A plugin "${name}" comes with Harmonia`,
      'Choose another name: it begins the types of the tasks.',
    );
  if (existsSync(directory))
    throw new CommandError(`${directory} is there already`, 'Choose another name, or another folder with --dir.');
};

const filled = (text: string, name: string): string =>
  text
    .replaceAll('{{id}}', name)
    .replaceAll('{{api}}', `^${API_VERSION.split('.').slice(0, 2).join('.')}`)
    // It stands in a JSON text.
    .replaceAll('{{root}}', JSON.stringify(ROOT).slice(1, -1));

/** Makes a plugin that works. */
export const createPlugin = async (name: string, given: string | undefined, terminal: Terminal): Promise<void> => {
  const directory = resolve(given ?? name);
  await mustBeFree(name, directory);
  await mkdir(directory, { recursive: true });
  const names = (await readdir(SCAFFOLD)).map((file) => file.replace(/\.txt$/, '')).sort();
  for (const file of names) {
    const text = filled(await readFile(join(SCAFFOLD, `${file}.txt`), 'utf8'), name);
    await writeFile(join(directory, file === HIDDEN ? `.${file}` : file), text);
  }
  const shown = relative(process.cwd(), directory);
  const place = shown.startsWith('..') ? directory : shown;
  terminal.out(
    `${name} made in ${place}: ${names.filter((file) => file !== HIDDEN).join(', ')}\n\nNext:\n  cd ${place}\n` +
      '  harmonia plugin test\n  harmonia plugin test --crash\n  harmonia plugin install .\n  harmonia run example.yaml\n',
  );
};
