import { readFile, realpath } from 'node:fs/promises';
import { join, resolve, sep } from 'node:path';
import { fault, HarmoniaError, isJsonObject, type Json, type JsonObject } from '../../kernel/index.js';
import { satisfies, valid, validRange } from 'semver';
import { API_VERSION, SERVICE_NAMES, type PluginManifest } from '../contract/index.js';
import { PLUGIN_ID } from '../contract/plugin.js';
import { TASK_ID } from '../contract/task.js';

/** A package that says it is a plugin. Nothing of its code has run. */
export interface PluginPackage {
  readonly directory: string;
  /** The file to be imported; undefined: it has the role `templates` and no code. */
  readonly entry: string | undefined;
  readonly manifest: PluginManifest;
  /** Of the package: `1.2.0`; undefined when it says none. */
  readonly version: string | undefined;
  readonly description: string | undefined;
  /** What must be installed beside it: names and ranges. */
  readonly dependencies: Readonly<Record<string, string>>;
}

/** Everything that is wrong with a package. */
export class Unusable extends Error {
  constructor(readonly reasons: readonly string[]) {
    super(reasons.join('; '));
  }

  /** As people are told of it. */
  toError(plugin: string): HarmoniaError {
    const faults = this.reasons.map((reason) => fault('plugin_invalid', '', { plugin, reason }));
    return new HarmoniaError('plugin_invalid', { plugin, reason: this.message }, { faults });
  }
}

const FIELDS = ['apiVersion', 'id', 'role', 'tasks', 'triggers', 'templates', 'services', 'hosts'];
const ROLES = ['tasks', 'service', 'templates'];
/** A name, `*.` and a name, or `*` alone. No port: which ones are open is for the service to say. */
const HOST = /^(\*|(\*\.)?[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*)$/;

const isTextList = (value: Json | undefined): value is readonly string[] =>
  Array.isArray(value) && value.every((entry) => typeof entry === 'string');

function* idProblems(kind: 'task' | 'trigger', ids: Json | undefined): Generator<string, void, void> {
  if (ids === undefined) return;
  if (!isTextList(ids)) return yield `\`harmonia.${kind}s\` must be a list of ${kind} ids`;
  for (const id of new Set(ids)) {
    if (!TASK_ID.test(id)) yield `the ${kind} id "${id}" must match ${TASK_ID.source}`;
    if (ids.indexOf(id) !== ids.lastIndexOf(id)) yield `its manifest lists the ${kind} "${id}" twice`;
  }
}

function* hostsProblems(hosts: Json | undefined): Generator<string, void, void> {
  if (hosts === undefined) return;
  if (!isTextList(hosts)) return yield '`harmonia.hosts` must be a list of hosts';
  for (const host of hosts) {
    if (!HOST.test(host)) yield `the host "${host}" must be a name in lower case, "*." and a name, or "*"`;
  }
}

/** What goes with what: a package of templates holds no code, and only a service has triggers. */
function* roleProblems({ role = 'tasks', tasks, triggers, templates }: JsonObject): Generator<string, void, void> {
  if (!ROLES.some((known) => known === role)) return yield `\`harmonia.role\` must be one of ${ROLES.join(', ')}`;
  if (role === 'templates') {
    if (tasks !== undefined || triggers !== undefined) yield 'a package of templates has no tasks and no triggers';
    if (!isTextList(templates) || templates.length === 0) yield '`harmonia.templates` must be a list of files';
    return;
  }
  if (templates !== undefined) yield 'only a package with the role "templates" has `harmonia.templates`';
  if (role === 'tasks' && tasks === undefined) yield '`harmonia.tasks` must be a list of task ids';
  if (role === 'tasks' && triggers !== undefined) yield 'a plugin with triggers has the role "service"';
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
  const { apiVersion: range } = field;
  if (typeof range !== 'string' || validRange(range) === null)
    return yield `\`harmonia.apiVersion\` must be a range of versions such as "^${API_VERSION}"`;
  // Another version may mean something else by the same fields.
  if (!satisfies(API_VERSION, range))
    return yield `it is made for version ${range} of the contract; this is ${API_VERSION}`;
  if (typeof field.id !== 'string') yield '`harmonia.id` must be a text';
  else if (!PLUGIN_ID.test(field.id)) yield `the id "${field.id}" must match ${PLUGIN_ID.source}`;
  yield* roleProblems(field);
  yield* idProblems('task', field.tasks);
  yield* idProblems('trigger', field.triggers);
  yield* servicesProblems(field.services);
  yield* hostsProblems(field.hosts);
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
  const { harmonia, version, description, dependencies } = packageJson;
  const isCode = !(isJsonObject(harmonia) && harmonia.role === 'templates');
  const found = isCode ? await findEntry(directory, packageJson) : { entry: undefined };
  const reasons = [...('reason' in found ? [found.reason] : []), ...manifestProblems(harmonia)];
  if ('reason' in found || reasons.length > 0) throw new Unusable(reasons);
  return {
    directory,
    entry: found.entry,
    manifest: harmonia as unknown as PluginManifest,
    version: typeof version === 'string' && valid(version) !== null ? version : undefined,
    description: typeof description === 'string' ? description : undefined,
    dependencies: isJsonObject(dependencies) ? (dependencies as Readonly<Record<string, string>>) : {},
  };
};
