import { readFile, realpath, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import { isJsonObject, type Json, type JsonObject } from '../../kernel/index.js';
import { definePlugin, isPlugin, type Plugin } from '../contract/index.js';
import { defaultExportOf } from './default-export.js';
import { offerContract } from './offer-contract.js';
import { Unusable, type PluginPackage } from './plugin-package.js';
import { problemsOf } from './plugin-problems.js';

/** ms that the code of one plugin may take to load. */
export const PATIENCE = 30_000;
/** Bytes of one file with templates. */
const LARGEST_TEMPLATES = 4 * 2 ** 20;

/** Code that waits for something at its top level might wait for ever. */
const importPatiently = async (entry: string, patience: number): Promise<unknown> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    const reason = `its code did not finish loading within ${patience / 1000} s`;
    timer = setTimeout(() => reject(new Unusable([reason])), patience);
  });
  try {
    return await Promise.race([import(pathToFileURL(entry).href), late]);
  } finally {
    clearTimeout(timer);
  }
};

const idsOf = (parts: readonly { readonly id: string }[]): string =>
  parts
    .map(({ id }) => id)
    .sort()
    .join(', ');

/** What the code of a package made must be what its manifest says. Throws `Unusable`, all reasons in one. */
export const mustKeepPromises = (plugin: unknown, { manifest }: PluginPackage): Plugin => {
  if (!isPlugin(plugin)) throw new Unusable(['its default export was not made by definePlugin']);
  const problems = problemsOf(plugin);
  if (problems.length > 0) throw new Unusable(problems);
  const { id, tasks, triggers = [], templates = [] } = plugin;
  const broken: string[] = [];
  if (id !== manifest.id) broken.push(`the code says it is "${id}", the manifest "${manifest.id}"`);
  for (const [kind, offered, promised = []] of [
    ['tasks', idsOf(tasks), manifest.tasks],
    ['triggers', idsOf(triggers), manifest.triggers],
  ] as const) {
    const said = [...promised].sort().join(', ');
    if (offered !== said) broken.push(`it offers ${kind} ${offered || 'none'}; its manifest says ${said || 'none'}`);
  }
  if (manifest.role !== 'service' && (plugin.start || plugin.stop))
    broken.push('it has hooks, and its manifest does not say the role "service"');
  if (broken.length > 0) throw new Unusable(broken);
  // It may have been made by a contract that did not know them yet.
  return Object.freeze({ ...plugin, triggers, templates });
};

const readTemplates = async (directory: string, file: string): Promise<readonly JsonObject[]> => {
  const path = join(directory, file);
  const [inside, found] = await Promise.all([realpath(directory), realpath(path)]).catch(() => ['', '']);
  if (found === '' || !found.startsWith(inside + sep)) throw new Unusable([`it has no file "${file}"`]);
  if ((await stat(found)).size > LARGEST_TEMPLATES) throw new Unusable([`"${file}" has more than 4 MiB`]);
  const text = await readFile(found, 'utf8');
  // Few packages need it, and it takes longer to load than a plugin.
  const { parseYaml } = await import('../../yaml/index.js');
  // JSON is a part of YAML.
  const parsed = parseYaml(text);
  if (!parsed.ok) throw new Unusable([`"${file}" cannot be read: ${parsed.error.replace(/\.$/, '')}`]);
  const documents = Array.isArray(parsed.value) ? (parsed.value as Json[]) : [parsed.value];
  if (documents.every(isJsonObject)) return documents;
  throw new Unusable([`"${file}" holds something else than templates`]);
};

/** Loads the code of a package into this process, or its templates when it has no code. Rejects with `Unusable`. */
export const loadPlugin = async (given: PluginPackage, patience: number = PATIENCE): Promise<Plugin> => {
  const { directory, entry, manifest } = given;
  if (entry === undefined) {
    const files = manifest.templates ?? [];
    const templates = await Promise.all(files.map((file) => readTemplates(directory, file)));
    return definePlugin({ id: manifest.id, templates: templates.flat() });
  }
  offerContract(entry);
  return mustKeepPromises(defaultExportOf(await importPatiently(entry, patience)), given);
};
