import type { Config } from '../config/index.js';
import type { Notifier } from '../engine/ports/index.js';
import type { Plugin } from '../plugin/contract/index.js';
import type { Log } from '../tekton/utilities/logging/index.js';

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
  /** Hears what plugins and tasks say, and what goes wrong unasked. Default: the application's logger hears the latter. */
  readonly log?: Log;
  /** Every other setting, made by `readConfig`. Default: from `.env`, `.env.harmonia` and the process, as the service. */
  readonly config?: Config;
}
