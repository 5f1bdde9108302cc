import { randomUUID } from 'node:crypto';
import type { Config } from './config/index.js';
import { DEFAULT_LIMITS, type DefinitionLimits } from './engine/core/index.js';
import { EmbeddedEngine, systemTimers } from './engine/embedded/index.js';
import type { Engine } from './engine/index.js';
import type { Notifier } from './engine/ports/index.js';
import { componentBases, createComponentService } from './integration/index.js';
import { createSchemaChecker } from './json-schema/index.js';
import { newId } from './new-id.js';
import { Housekeeping, openStorage, type Storage } from './persistence/index.js';
import type { ComponentService, Plugin } from './plugin/contract/index.js';
import {
  builtInPlugins,
  createInProcessRunner,
  loadPlugins,
  secretsFrom,
  type PluginRegistry,
} from './plugin/host/index.js';
import { checkDocument, WorkflowCatalog, type Checked, type ImportOptions } from './workflow/index.js';

/** What goes on that nobody asked for. */
export type OnTrouble = (what: string, error: unknown) => void;

export interface HarmoniaParts {
  readonly config: Config;
  /** Is told of every committed transition. */
  readonly notifier: Notifier;
  readonly onTrouble: OnTrouble;
  /** Plugins that live in this process, beside those that are loaded from packages. */
  readonly plugins?: readonly Plugin[];
}

/** Harmonia without a face: store, engine, workflows and plugins, put together. The service and the CLI stand on it. */
export interface Harmonia {
  readonly engine: Engine;
  readonly catalog: WorkflowCatalog;
  readonly registry: PluginRegistry;
  readonly components: ComponentService;
  readonly storage: Storage;
  /** Takes up what was open when the last process ended. */
  open(): Promise<void>;
  /** Stops taking work, lets running attempts end (`config.shutdownGrace`), changes no status, lets go of the data. */
  close(): Promise<void>;
}

const loadConfigured = async (config: Config): Promise<PluginRegistry> => {
  const directories = [...(await builtInPlugins()), ...config.pluginDirectories];
  return loadPlugins(directories, { config: config.plugins });
};

const definitionLimits = (config: Config): DefinitionLimits => ({
  ...DEFAULT_LIMITS,
  maxTasks: config.limits.maxTasks,
});

/** Checks documents against the plugins that are there. Opens no data. */
export const createChecker = async (config: Config): Promise<(source: unknown, options?: ImportOptions) => Checked> => {
  const surroundings = {
    catalogue: await loadConfigured(config),
    schemas: createSchemaChecker(),
    limits: definitionLimits(config),
  };
  return (source, options) => checkDocument(source, surroundings, options);
};

/** Puts the adapters together. Throws a `HarmoniaError` when the data cannot be opened or a plugin cannot be loaded. */
export const createHarmonia = async ({
  config,
  notifier,
  onTrouble,
  plugins = [],
}: HarmoniaParts): Promise<Harmonia> => {
  const registry = await loadConfigured(config);
  for (const plugin of plugins) registry.add(plugin);
  const schemas = createSchemaChecker();
  const components = createComponentService({ baseOf: componentBases(config.environment) });
  const storage = await openStorage(config.dataDirectory);
  const catalog = new WorkflowCatalog({
    store: storage.workflows,
    clock: systemTimers,
    newId,
    surroundings: { catalogue: registry, schemas, limits: definitionLimits(config) },
  });
  const engine = new EmbeddedEngine({
    journal: storage.journal,
    timers: systemTimers,
    notifier,
    limits: config.limits,
    compiled: (definition) => catalog.compiled(definition),
    workflow: (name, range) => catalog.runnableByName(name, range),
    newId,
    newSeed: () => randomUUID(),
    origin: config.publicUrl,
    onTrouble,
    runner: createInProcessRunner({
      registry,
      schemaChecker: schemas,
      secrets: secretsFrom(config.secrets),
      services: { components },
      clock: systemTimers,
      limits: { maxOutputBytes: config.limits.maxPayloadBytes },
    }),
  });
  const { database } = storage;
  const housekeeping = new Housekeeping({ database, retention: config.retention, timers: systemTimers, onTrouble });
  const open = async (): Promise<void> => {
    await engine.open();
    housekeeping.start();
  };
  const close = async (): Promise<void> => {
    await engine.close(config.shutdownGrace);
    await housekeeping.stop();
    await storage.close();
  };
  return { engine, catalog, registry, components, storage, open, close };
};
