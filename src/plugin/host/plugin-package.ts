import { readFile, realpath } from 'node:fs/promises';
import { join, resolve, sep } from 'node:path';
import { isJsonObject, type Json, type JsonObject } from '../../kernel/index.js';
import type { PluginManifest } from '../contract/index.js';
import { PLUGIN_ID } from '../contract/plugin.js';
import { TASK_ID } from '../contract/task.js';
import { SERVICE_NAMES } from './plugin-registry.js';

/** A package that says it is a plugin. Nothing of its code has run. */
export interface PluginPackage {
  readonly directory: string;
  readonly entry: string;
  readonly manifest: PluginManifest;
}

/** Everything that is wrong with a package. */
export class Unusable extends Error {
  constructor(readonly reasons: readonly string[]) {
    super(reasons.join('; '));
  }
}

const FIELDS = ['manifest', 'id', 'tasks', 'services'];

const isTextList = (value: Json | undefined): value is readonly string[] =>
  Array.isArray(value) && value.every((entry) => typeof entry === 'string');

function* tasksProblems(tasks: Json | undefined): Generator<string, void, void> {
  if (!isTextList(tasks)) return yield '`harmonia.tasks` must be a list of task ids';
  for (const id of new Set(tasks)) {
    if (!TASK_ID.test(id)) yield `the task id "${id}" must match ${TASK_ID.source}`;
    if (tasks.indexOf(id) !== tasks.lastIndexOf(id)) yield `its manifest lists the task "${id}" twice`;
  }
}

function* servicesProblems(services: Json | undefined): Generator<string, void, void> {
  if (services === undefined) return;
  if (!isTextList(services)) return yield '`harmonia.services` must be a list of service names';
  for (const name of services) {
    if (!SERVICE_NAMES.some((known) => known === name))
      yield `there is no service "${name}"; there are: ${SERVICE_NAMES.join(', ')}`;
  }
}

function* manifestProblems(field: Json | undefined): Generator<string, void, void> {
  if (!isJsonObject(field)) return yield 'its package.json has no field `harmonia`';
  // Another format may mean something else by the same fields.
  if (field.manifest !== 1) return yield '`harmonia.manifest` must be 1';
  if (typeof field.id !== 'string') yield '`harmonia.id` must be a text';
  else if (!PLUGIN_ID.test(field.id)) yield `the id "${field.id}" must match ${PLUGIN_ID.source}`;
  yield* tasksProblems(field.tasks);
  yield* servicesProblems(field.services);
  for (const name of Object.keys(field)) {
    if (!FIELDS.includes(name)) yield `there is no field \`harmonia.${name}\`; there are: ${FIELDS.join(', ')}`;
  }
}

/** Those of Node for `import`. */
const CONDITIONS: ReadonlySet<string> = new Set(['node', 'import', 'default']);

/** What an `exports` target leads to, the first condition that holds. */
const targetOf = (target: Json | undefined): string | undefined => {
  if (typeof target === 'string') return target;
  if (Array.isArray(target)) return (target as Json[]).map(targetOf).find((found) => found !== undefined);
  if (!isJsonObject(target)) return undefined;
  for (const [condition, inner] of Object.entries(target)) {
    const found = CONDITIONS.has(condition) ? targetOf(inner) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
};

const exportOf = ({ exports, main }: JsonObject): string | undefined => {
  if (exports === undefined) return typeof main === 'string' ? main : undefined;
  const hasSubpaths = isJsonObject(exports) && Object.keys(exports).some((key) => key.startsWith('.'));
  return targetOf(hasSubpaths ? exports['.'] : exports);
};

/** The file that a package exports; a reason when there is none. */
const findEntry = async (directory: string, manifest: JsonObject): Promise<{ entry: string } | { reason: string }> => {
  const target = exportOf(manifest);
  if (target === undefined) return { reason: 'its package.json exports no "."' };
  const entry = join(directory, target);
  try {
    const [inside, found] = await Promise.all([realpath(directory), realpath(entry)]);
    return found.startsWith(inside + sep) ? { entry } : { reason: `its entry "${target}" lies outside of the package` };
  } catch {
    return { reason: `its entry "${target}" is not there` };
  }
};

const readPackageJson = async (directory: string): Promise<JsonObject> => {
  let found: Json;
  try {
    found = JSON.parse(await readFile(join(directory, 'package.json'), 'utf8')) as Json;
  } catch (error) {
    throw new Unusable([`its package.json cannot be read: ${(error as Error).message.replace(/\.$/, '')}`]);
  }
  if (!isJsonObject(found)) throw new Unusable(['its package.json is no object']);
  return found;
};

/** Reads what a package says about itself. Rejects with `Unusable`, all reasons in one. */
export const readPluginPackage = async (given: string): Promise<PluginPackage> => {
  const directory = resolve(given);
  const packageJson = await readPackageJson(directory);
  const found = await findEntry(directory, packageJson);
  const reasons = [...('reason' in found ? [found.reason] : []), ...manifestProblems(packageJson.harmonia)];
  if ('reason' in found || reasons.length > 0) throw new Unusable(reasons);
  return { directory, entry: found.entry, manifest: packageJson.harmonia as unknown as PluginManifest };
};
