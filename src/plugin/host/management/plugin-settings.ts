import { fault, HarmoniaError, type Fault, type JsonObject } from '../../../kernel/index.js';
import type { SchemaChecker } from '../../../engine/core/index.js';
import type { Plugin } from '../../contract/index.js';

/** The schemas that the settings of a plugin must fit: its own, and those of its tasks. */
export const settingsSchemas = ({ config, tasks }: Plugin): readonly JsonObject[] =>
  [config, ...tasks.map((task) => task.config)].filter((schema) => schema !== undefined);

/** Throws `validation_error` with every fault when settings do not fit. */
export const mustFitSettings = (plugin: Plugin, settings: JsonObject, schemas: SchemaChecker): void => {
  const faults: Fault[] = [];
  for (const schema of settingsSchemas(plugin)) {
    const compiled = schemas.compile(schema);
    if (!compiled.ok) {
      const { pointer, reason } = compiled.error;
      throw new HarmoniaError('plugin_invalid', {
        plugin: plugin.id,
        reason: `the schema of its settings is wrong: ${pointer} ${reason}`,
      });
    }
    for (const { pointer, reason } of compiled.value.check(settings))
      if (!faults.some((known) => known.pointer === pointer))
        faults.push(fault('schema_mismatch', pointer, { reason }));
  }
  if (faults.length === 0) return;
  throw new HarmoniaError(
    'validation_error',
    { subject: `The settings of ${plugin.id}`, count: faults.length },
    { faults },
  );
};
