/** What an embedding Nest application may use. */
import { Logger, type DynamicModule } from '@nestjs/common';
import { HarmoniaModule as EmbeddedModule } from './app.module.js';
import { readConfig, readEnvironment, type Config } from './config/index.js';
import type { Notifier } from './engine/ports/index.js';
import type { Plugin } from './plugin/contract/index.js';

export { Engine } from './engine/index.js';
export type {
  Acknowledged,
  CheckpointPosition,
  CheckpointRequest,
  CheckpointTaken,
  Ended,
  EngineStatus,
  RunnableWorkflow,
  StartExecution,
} from './engine/index.js';
export type { Notifier, ProgressReport, Publication, PublishedEvent } from './engine/ports/index.js';
export { HarmoniaError, type Fault, type Json, type JsonObject } from './kernel/index.js';
export { PluginRegistry } from './plugin/host/index.js';
export { WorkflowCatalog, type SaveWorkflow, type WorkflowWithDocument } from './workflow/index.js';

export interface HarmoniaOptions {
  /** Where the database lives. Default: as the service, `HARMONIA_DATA_DIR` or `~/.harmonia`. One process at a time. */
  readonly dataDir?: string;
  /** Plugins of this process, made by `definePlugin`. */
  readonly plugins?: readonly Plugin[];
  /** Values of `${secrets.name}`. */
  readonly secrets?: Readonly<Record<string, string>>;
  /** Is told of every committed transition. */
  readonly notifier?: Notifier;
}

const QUIET: Notifier = { publish: () => undefined, progress: () => undefined };

/** `imports: [HarmoniaModule.forRoot({ dataDir, plugins })]`, then inject `Engine` and `WorkflowCatalog`. */
export class HarmoniaModule {
  static forRoot({ dataDir, plugins = [], secrets, notifier = QUIET }: HarmoniaOptions = {}): DynamicModule {
    const base = readConfig(readEnvironment(process.cwd(), process.env));
    const config: Config = {
      ...base,
      ...(dataDir !== undefined && { dataDirectory: dataDir }),
      ...(secrets && { secrets }),
    };
    const logger = new Logger('Harmonia');
    const onTrouble = (what: string, error: unknown): void => logger.error(`${what}: ${String(error)}`);
    return { ...EmbeddedModule.forParts({ config, plugins, notifier, onTrouble }), global: true };
  }
}
