import { createSchemaChecker } from '../../json-schema/index.js';
import type { Plugin } from '../contract/index.js';
import { loadPlugin } from '../host/load-plugin.js';
import { builtInPlugins } from '../host/load-plugins.js';
import { readPluginPackage, Unusable, type PluginPackage } from '../host/plugin-package.js';

/** Ids of the plugins that come with Harmonia. */
export const builtInIds = async (): Promise<ReadonlySet<string>> => {
  const found = await Promise.all((await builtInPlugins()).map(readPluginPackage));
  return new Set(found.map(({ manifest }) => manifest.id));
};

/** Schemas are compiled when they are needed first: here, so that the author sees what is wrong before that. */
const schemaProblems = ({ config, tasks }: Plugin): string[] => {
  const schemas = createSchemaChecker();
  const all = tasks.flatMap((task) =>
    (['input', 'output', 'config'] as const).map(
      (kind) => [`the ${kind} schema of its task "${task.id}"`, task[kind]] as const,
    ),
  );
  return [['the schema of its `config`', config] as const, ...all].flatMap(([name, schema]) => {
    const compiled = schema && schemas.compile(schema);
    return compiled && !compiled.ok ? [`${name} is wrong: ${compiled.error.pointer} ${compiled.error.reason}`] : [];
  });
};

/** A package that the service would take. */
export interface CheckedPackage {
  readonly found: PluginPackage;
  readonly plugin: Plugin;
}

/** Reads and loads a package as the service would. Answers everything that is wrong with it when it would not take it. */
export const checkPackage = async (directory: string): Promise<CheckedPackage | readonly string[]> => {
  const reasons: string[] = [];
  try {
    const found = await readPluginPackage(directory);
    const isBuiltIn = (await builtInPlugins()).includes(found.directory);
    if (!isBuiltIn && (await builtInIds()).has(found.manifest.id))
      reasons.push('a plugin with this id comes with Harmonia');
    const plugin = await loadPlugin(found);
    reasons.push(...schemaProblems(plugin));
    if (reasons.length === 0) return { found, plugin };
  } catch (error) {
    reasons.push(...(error instanceof Unusable ? error.reasons : [(error as Error).message]));
  }
  return reasons;
};
