import { Logger } from '@nestjs/common';
import { readConfig, readEnvironment } from '../config/index.js';
import type { Notifier } from '../engine/ports/index.js';
import type { HarmoniaParts } from '../harmonia.js';
import type { HarmoniaOptions } from './harmonia-options.js';

const QUIET: Notifier = { publish: () => undefined, progress: () => undefined };

/** Fills in the defaults. What goes wrong unasked is told to the application's logger. */
export const partsOf = (options: HarmoniaOptions): HarmoniaParts => {
  const { config = readConfig(readEnvironment(process.cwd(), process.env)), notifier = QUIET } = options;
  const { plugins = [], log } = options;
  const logger = new Logger('Harmonia');
  return {
    config: {
      ...config,
      dataDirectory: options.dataDir ?? config.dataDirectory,
      secrets: { ...config.secrets, ...options.secrets },
    },
    plugins,
    notifier,
    ...(log !== undefined && {
      log,
      onLog: ({ plugin, level, message, details }) =>
        log.of(`plugin.${plugin}`)[level](message, details === undefined ? undefined : { said: details }),
    }),
    onTrouble: (what, error) => logger.error(`${what}: ${error instanceof Error ? error.message : String(error)}`),
  };
};
