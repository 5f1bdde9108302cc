import type { Config } from '../../config/index.js';
import type { Engine, EngineStatus } from '../../engine/index.js';
import { systemTimers, type EmbeddedEngineOptions } from '../../engine/embedded/index.js';
import type { Notifier, TaskRunner } from '../../engine/ports/index.js';
import type { DestinationBoard } from '../../integration/ports/index.js';
import type { Storage } from '../../persistence/index.js';
import type { PluginAdministration } from '../../plugin/ports/index.js';
import { currentContext } from '../../tekton/utilities/context/index.js';
import { openTraceExport, passingOn, Tracer, type Metrics } from '../../telemetry/index.js';
import type { TraceOfExecution } from '../log/event-log.js';
import { packageVersion } from './package-version.js';

export interface Measured {
  readonly engine: { status(): EngineStatus };
  readonly host: Pick<PluginAdministration, 'list'>;
  readonly destinations: DestinationBoard;
  readonly storage: Pick<Storage, 'backlogs'>;
}

/** Shows the metrics where the state of the service is read. */
export const watchState = (metrics: Metrics, { engine, host, destinations, storage }: Measured): void =>
  metrics.watch({
    version: packageVersion(),
    clock: systemTimers,
    status: () => engine.status(),
    plugins: () => host.list(),
    destinations: () => destinations.list(),
    backlogs: storage.backlogs,
  });

interface TelemetryParts {
  readonly config: Config;
  readonly metrics: Metrics;
  readonly engine: () => Engine;
  readonly onTrouble: (what: string, error: unknown) => void;
}

/** What measures the engine, and tells the traces of executions when it is configured where they go. */
export interface Telemetry {
  /** Are told of what is committed. */
  readonly watchers: readonly Pick<Notifier, 'publish'>[];
  /** The same runner, measured. */
  measured(runner: TaskRunner): TaskRunner;
  readonly ofEngine: Pick<EmbeddedEngineOptions, 'meter' | 'traceOfCaller' | 'traceOfChild'>;
  readonly traceOf: TraceOfExecution;
  close(): Promise<void>;
}

export const openTelemetry = async (parts: TelemetryParts): Promise<Telemetry> => {
  const { metrics } = parts;
  const tracing = await openTracing(parts);
  const ofEngine = { meter: metrics.engine, traceOfCaller: () => currentContext()?.trace };
  if (!tracing) {
    return {
      watchers: [metrics.engine],
      measured: (runner) => metrics.engine.timed(passingOn(runner)),
      ofEngine: { ...ofEngine, traceOfChild: ({ trace }) => trace },
      traceOf: (_execution, origin) => origin && { sampled: false, ...origin },
      close: () => Promise.resolve(),
    };
  }
  const { tracer, close } = tracing;
  return {
    watchers: [metrics.engine, tracer],
    measured: (runner) => metrics.engine.timed(tracer.traced(runner)),
    ofEngine: { ...ofEngine, traceOfChild: (parent, step) => tracer.traceOfChild(parent, step) },
    traceOf: (execution, origin) => tracer.traceOf(execution, origin),
    close,
  };
};

/** Undefined, and nothing is loaded, unless it is configured where traces go. */
const openTracing = async ({
  config,
  metrics,
  engine,
  onTrouble,
}: TelemetryParts): Promise<{ readonly tracer: Tracer; readonly close: () => Promise<void> } | undefined> => {
  if (!config.traces) return undefined;
  const target = { ...config.traces, version: packageVersion(), counts: metrics.spans, onTrouble };
  const sink = await openTraceExport(target);
  const tracer = new Tracer({
    ...{ sink, onTrouble, isSampled: (trace, decided) => sink.isSampled(trace, decided) },
    history: async (execution) => (await engine().journal(execution))?.events ?? [],
  });
  return { tracer, close: () => sink.close() };
};
