import { Logger } from '@nestjs/common';
import { readConfig, readEnvironment, type Config } from '../config/index.js';
import type { Notifier } from '../engine/ports/index.js';
import type { HarmoniaParts } from '../harmonia.js';
import type { Plugin } from '../plugin/contract/index.js';

/** What an application may say about the Harmonia that it embeds. Everything has a default. */
export interface HarmoniaOptions {
  /** Where the database lives. Default: as `config` says. One process at a time. */
  readonly dataDir?: string;
  /** Plugins of this process, made by `definePlugin`. */
  readonly plugins?: readonly Plugin[];
  /** Values of `${secrets.name}`, beside those of `config`. */
  readonly secrets?: Readonly<Record<string, string>>;
  /** Is told of every committed transition. */
  readonly notifier?: Notifier;
  /** Every other setting, made by `readConfig`. Default: from `.env`, `.env.harmonia` and the process, as the service. */
  readonly config?: Config;
}

const QUIET: Notifier = { publish: () => undefined, progress: () => undefined };

/** Fills in the defaults. What goes wrong unasked is told to the application's logger. */
export const partsOf = (options: HarmoniaOptions): HarmoniaParts => {
  const { config = readConfig(readEnvironment(process.cwd(), process.env)), notifier = QUIET, plugins = [] } = options;
  const logger = new Logger('Harmonia');
  return {
    config: {
      ...config,
      dataDirectory: options.dataDir ?? config.dataDirectory,
      secrets: { ...config.secrets, ...options.secrets },
    },
    plugins,
    notifier,
    onTrouble: (what, error) => logger.error(`${what}: ${error instanceof Error ? error.message : String(error)}`),
  };
};
