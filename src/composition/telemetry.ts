import { readFileSync } from 'node:fs';
import type { EngineStatus } from '../engine/index.js';
import { systemTimers } from '../engine/embedded/index.js';
import type { DestinationBoard } from '../integration/ports/index.js';
import type { Storage } from '../persistence/index.js';
import type { PluginAdministration } from '../plugin/ports/index.js';
import type { Metrics } from '../telemetry/index.js';

const packageVersion = (): string => {
  const manifest = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(manifest) as { version: string }).version;
};

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
