import { join } from 'node:path';
import type { Config } from '../../../config/index.js';
import { HarmoniaError } from '../../../kernel/index.js';
import { readPlugins } from '../../plugins.js';
import { failed, messageOf, ok, type Finding } from './finding.js';

/** Loads what the service would load; starts nothing, and changes nothing in the folder. */
export const checkPlugins = async (config: Config): Promise<Finding> => {
  try {
    const borrowedPlugins = config.borrowedPlugins ?? join(config.dataDirectory, 'plugins');
    const { registry, close } = await readPlugins({ ...config, borrowedPlugins });
    const count = [...registry.all()].length;
    await close();
    return ok('plugins', `${count} can be loaded`);
  } catch (error) {
    const cure = error instanceof HarmoniaError ? error.cure : 'Remove or mend the plugin: harmonia plugin remove ID.';
    return failed('plugins', { reason: messageOf(error), cure });
  }
};
