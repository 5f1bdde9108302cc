import type { Config } from '../../config/index.js';
import { DEFAULT_LIMITS, type DefinitionLimits } from '../../engine/core/index.js';
import { createSchemaChecker } from '../../json-schema/index.js';
import { checkDocument, type Checked, type ImportOptions } from '../../workflow/index.js';
import { readPlugins } from '../plugins.js';

export const definitionLimits = (config: Config): DefinitionLimits => ({
  ...DEFAULT_LIMITS,
  maxTasks: config.limits.maxTasks,
});

/** Checks a document against the plugins that are there. Opens no data. */
export const checkWith = async (config: Config, source: unknown, options?: ImportOptions): Promise<Checked> => {
  const { registry: catalogue, close } = await readPlugins(config);
  try {
    const surroundings = { catalogue, schemas: createSchemaChecker(), limits: definitionLimits(config) };
    return checkDocument(source, surroundings, options);
  } finally {
    await close();
  }
};
