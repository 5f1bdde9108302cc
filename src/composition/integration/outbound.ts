import type { Config } from '../../config/index.js';
import { systemTimers } from '../../engine/embedded/index.js';
import { Destinations, GuardedHttp } from '../../integration/index.js';
import type { Storage } from '../../persistence/index.js';

/** What goes out by HTTP. */
export interface Outbound {
  readonly http: GuardedHttp;
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
  return { destinations, http: new GuardedHttp({ allow: config.httpAllow, gate: destinations }) };
};
