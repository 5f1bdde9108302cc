import type { EngineStatus } from '../engine/index.js';
import { systemTimers } from '../engine/embedded/index.js';
import type { DestinationBoard } from '../integration/ports/index.js';
import type { Storage } from '../persistence/index.js';
import type { PluginAdministration } from '../plugin/ports/index.js';
import type { Metrics } from '../telemetry/index.js';
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
