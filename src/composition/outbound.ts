import type { Config } from '../config/index.js';
import { systemTimers } from '../engine/embedded/index.js';
import { componentBases, createComponentService, Destinations, GuardedHttp } from '../integration/index.js';
import type { Storage } from '../persistence/index.js';
import type { ComponentService } from '../plugin/contract/index.js';

/** What goes out by HTTP. */
export interface Outbound {
  readonly http: GuardedHttp;
  readonly components: ComponentService;
  readonly destinations: Destinations;
}

interface OutboundParts {
  readonly config: Config;
  readonly storage: Storage;
  readonly onTrouble: (what: string, error: unknown) => void;
}

/** Throws `invalid_configuration` when HARMONIA_HTTP_ALLOW has an entry that is none. */
export const createOutbound = async ({ config, storage, onTrouble }: OutboundParts): Promise<Outbound> => {
  const rules = config.destinations;
  const destinations = new Destinations({ rules, store: storage.breakers, clock: systemTimers, onTrouble });
  await destinations.restore();
  const baseOf = componentBases(config.environment);
  return {
    destinations,
    http: new GuardedHttp({ allow: config.httpAllow, gate: destinations }),
    components: createComponentService({ baseOf, gate: destinations }),
  };
};
