import { randomUUID } from 'node:crypto';
import { createAssistants } from './composition/llm/assistants.js';
import { openComponents } from './composition/components.js';
import { inAttemptContext } from './composition/log/attempt-voices.js';
import { CommitPulse } from './composition/commit-pulse.js';
import { openData } from './composition/operation/open-data.js';
import { openTelemetry, watchState, type Telemetry } from './composition/operation/telemetry.js';
import { createOutbound } from './composition/integration/outbound.js';
import { createPlatform } from './composition/platform.js';
import { createPluginHost, loadConfigured } from './composition/plugins.js';
import { openCredentials } from './composition/credentials.js';
import { definitionLimits } from './composition/checking/index.js';
import { createCallers, type Callers } from './composition/tekton.js';
import { createFeatures, type Background, type Features } from './composition/features.js';
import { readConfiguredFacts } from './composition/llm/suggestions.js';
import { createLlm } from './composition/llm/models.js';
import type { PeerDirectory } from './hermes/peer/index.js';
import type { Config } from './config/index.js';
import type { Credentials } from './credential/index.js';
import { EmbeddedEngine, systemTimers } from './engine/embedded/index.js';
import type { Engine } from './engine/index.js';
import type { Notifier, TaskRunner } from './engine/ports/index.js';
import type { ComponentNotes, Components, DestinationBoard } from './integration/ports/index.js';
import { createSchemaChecker } from './json-schema/index.js';
import { KeptHistories, type TektonLLMClient } from './llm/index.js';
import type { Assistants, LlmUsageBoard } from './llm/ports/index.js';
import { newId } from './new-id.js';
import type { Log } from './tekton/utilities/logging/index.js';
import { Metrics } from './telemetry/index.js';
import { Housekeeping, type Storage } from './persistence/index.js';
import type { ComponentService, Plugin } from './plugin/contract/index.js';
import {
  createInProcessRunner,
  type PluginHost,
  type PluginLogLine,
  type PluginRegistry,
} from './plugin/host/index.js';
import type { Platform } from './tekton/ports/index.js';
import { WorkflowCatalog, WorkflowRequests } from './workflow/index.js';

export { withAccess } from './composition/access.js';
export { rotateCredentials } from './composition/credentials.js';

/** What goes on that nobody asked for. */
export type OnTrouble = (what: string, error: unknown) => void;

export interface HarmoniaParts {
  readonly config: Config;
  /** Is told of every committed transition. */
  readonly notifier: Notifier;
  readonly onTrouble: OnTrouble;
  /** Is told what the hooks of plugins say. Default: nobody. */
  readonly onLog?: (line: PluginLogLine) => void;
  /** Hears what tasks say, and of a database that is migrated. Default: nobody. */
  readonly log?: Log | undefined;
  /** Plugins that live in this process, beside those that are loaded from packages. */
  readonly plugins?: readonly Plugin[];
  /** An installed plugin that is not loaded, whatever has become of its files: it is about to be removed. Default: none. */
  readonly without?: string | undefined;
}

/** Harmonia without a face: store, engine, workflows and plugins, put together. The service and the CLI stand on it. */
export interface Harmonia extends Features, Callers {
  readonly engine: Engine;
  readonly catalog: WorkflowCatalog;
  readonly registry: PluginRegistry;
  readonly host: PluginHost;
  readonly components: ComponentService;
  /** The components that there are, and what people say about them. */
  readonly componentDesk: Components;
  readonly componentBoard: ComponentNotes;
  /** The components that Hermes lists. The service reads the list; without it there is nothing in it. */
  readonly peers: PeerDirectory;
  /** How requests to other services fare, and which of these are left alone. */
  readonly destinations: DestinationBoard;
  /** What plugins, schedules, webhooks and triggers ask of workflows. */
  readonly requests: WorkflowRequests;
  readonly credentials: Credentials;
  /** Language models, as far as they are configured. */
  readonly llm: TektonLLMClient;
  /** What they took and cost. */
  readonly llmUsage: LlmUsageBoard;
  /** Help with workflows; it needs no model. */
  readonly assistants: Assistants;
  /** The rest of the platform, as far as it is known here. */
  readonly platform: Platform;
  readonly storage: Storage;
  /** What is measured, for Prometheus. */
  readonly metrics: Metrics;
  /** Takes up what was open when the last process ended. */
  open(): Promise<void>;
  /**
   * Stops taking work, lets running attempts end for `grace` ms (default `config.shutdownGrace`), changes no status, lets
   * go of the data. Called again it waits for the same end.
   */
  close(grace?: number): Promise<void>;
}

export { readPlugins } from './composition/plugins.js';

/** Plugins begin before the engine and end after it; the rest stands on it. Everything ends in the opposite order. */
const lifetime = (engine: EmbeddedEngine, host: PluginHost, background: readonly Background[]) => ({
  open: async (): Promise<void> => {
    await host.start();
    await engine.open();
    host.watch();
    for (const one of background) await one.start();
  },
  stop: async (grace: number): Promise<void> => {
    for (const one of [...background].reverse()) await one.stop();
    await engine.close(grace);
    await host.stop();
  },
});

/** What everything else stands on. */
const openFoundation = async ({ config, onTrouble, log }: HarmoniaParts) => {
  const registry = await loadConfigured(config);
  const metrics = new Metrics();
  const configured = await readConfiguredFacts(config);
  const schemas = createSchemaChecker();
  const storage = await openData(config, (line) => log?.of('storage').info(line));
  const outbound = await createOutbound({ config, storage, onTrouble }).catch(closing(storage));
  const credentials = await openCredentials({ config, storage, onTrouble });
  const about = { config, storage, outbound, credentials, onTrouble };
  const { directory, baseOf, actions, ...components } = await openComponents(about).catch(closing(storage));
  const surroundings = {
    ...{ catalogue: registry, schemas, limits: definitionLimits(config) },
    ...{ credentials: credentials.forTasks, components: directory },
  };
  const catalog = new WorkflowCatalog({
    ...{ store: storage.workflows, clock: systemTimers, newId, surroundings },
    catalogueOf: (set) => registry.catalogueOf(set),
  });
  const llm = createLlm({
    ...{ config, schemas, calls: metrics.llm.counted(storage.llmCalls), catalogue: registry },
    components: directory,
    onTrouble,
  });
  const histories = new KeptHistories(storage.runHistory, systemTimers);
  const assistants = createAssistants({
    ...{ config, configured, storage, catalog, registry, baseOf, surroundings },
    ...{ destinations: outbound.destinations, models: llm.asker, histories },
  });
  const stored = { metrics, registry, configured, histories, schemas, storage, outbound, credentials, catalog };
  return { ...stored, components, baseOf, actions, llm, assistants };
};

/** Puts the adapters together. Throws a `HarmoniaError` when the data cannot be opened or a plugin cannot be loaded. */
export const createHarmonia = async (parts: HarmoniaParts): Promise<Harmonia> => {
  const { config, onTrouble, onLog = () => undefined, plugins = [], without } = parts;
  const foundation = await openFoundation(parts);
  const { metrics, registry, schemas, storage, credentials, catalog, llm, assistants } = foundation;
  const telemetry = await openTelemetry({ config, metrics, onTrouble, engine: () => engine });
  const commits = new CommitPulse(parts.notifier, telemetry.watchers);
  const { http, destinations } = foundation.outbound;
  const { components, componentDesk, componentBoard, peers } = foundation.components;
  const requests = new WorkflowRequests({ engine: () => engine, catalog, newId });
  const services = { components, workflows: requests, ...llm.services };
  const inUse = (): ReadonlySet<number | undefined> => engine.pluginsInUse();
  const about = { config, registry, schemas, services, http, plugins, onTrouble };
  const host = await createPluginHost({ ...about, log: onLog, inUse, without }).catch(closing(storage));
  const inProcess = createInProcessRunner({
    ...{ registry, schemaChecker: schemas, secrets: credentials.forTasks, services, http, clock: systemTimers },
    limits: { maxOutputBytes: config.limits.maxPayloadBytes },
  });
  const runner = inAttemptContext(inProcess, parts.log?.of('task'));
  const engine: EmbeddedEngine = createEngine({
    ...{ config, notifier: commits, onTrouble, catalog, runner, storage, registry, telemetry },
  });
  const { database } = storage;
  const housekeeping = new Housekeeping({ database, retention: config.retention, timers: systemTimers, onTrouble });
  const { features, background } = createFeatures({
    ...parts,
    ...foundation,
    engine,
    requests,
    commits,
    traceOf: telemetry.traceOf,
    proposer: llm.proposer,
    writer: llm.writer,
  });
  const callers = createCallers({ ...parts, ...foundation, engine, requests, componentBoard, features });
  const { open, stop } = lifetime(engine, host, [housekeeping, ...background]);
  const end = async (grace: number): Promise<void> => {
    await stop(grace);
    await llm.client.shutdown();
    await http.close();
    await telemetry.close();
    await storage.close();
  };
  let ended: Promise<void> | undefined;
  const close = (grace = config.shutdownGrace): Promise<void> => (ended ??= end(grace));
  const platform = createPlatform({ config, llm: () => llm.client.lastSeen() });
  const models = { llm: llm.client, llmUsage: llm.ledger, assistants, platform };
  const hands = { engine, catalog, registry, host, destinations, requests, credentials, ...models, storage, metrics };
  watchState(metrics, hands);
  return { ...hands, components, componentDesk, componentBoard, peers, ...features, ...callers, open, close };
};

/** What failed on the way does not keep the data locked. */
const closing =
  (storage: Storage) =>
  async (error: unknown): Promise<never> => {
    await storage.close();
    throw error;
  };

interface EngineParts extends Omit<HarmoniaParts, 'plugins' | 'onLog' | 'log'> {
  readonly registry: PluginRegistry;
  readonly catalog: WorkflowCatalog;
  readonly runner: TaskRunner;
  readonly storage: Storage;
  readonly telemetry: Telemetry;
}

const createEngine = ({
  config,
  catalog,
  storage,
  registry,
  runner,
  telemetry,
  ...rest
}: EngineParts): EmbeddedEngine =>
  new EmbeddedEngine({
    ...rest,
    ...telemetry.ofEngine,
    runner: telemetry.measured(runner),
    journal: storage.journal,
    timers: systemTimers,
    limits: config.limits,
    compiled: (definition, set) => catalog.compiled(definition, set),
    plugins: () => registry.plugins,
    workflow: (name, range, execution) => catalog.runnableByName(name, range, execution),
    newId,
    newSeed: () => randomUUID(),
    origin: config.publicUrl,
  });
