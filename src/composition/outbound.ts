import type { Config } from '../config/index.js';
import {
  componentBases,
  createComponentService,
  Destinations,
  GuardedHttp,
  type DestinationParts,
} from '../integration/index.js';
import type { ComponentService } from '../plugin/contract/index.js';

/** What goes out by HTTP. */
export interface Outbound {
  readonly http: GuardedHttp;
  readonly components: ComponentService;
  readonly destinations: Destinations;
}

/** Throws `invalid_configuration` when HARMONIA_HTTP_ALLOW has an entry that is none. */
export const createOutbound = async (config: Config, parts: Omit<DestinationParts, 'rules'>): Promise<Outbound> => {
  const destinations = new Destinations({ ...parts, rules: config.destinations });
  await destinations.restore();
  const baseOf = componentBases(config.environment);
  return {
    destinations,
    http: new GuardedHttp({ allow: config.httpAllow, gate: destinations }),
    components: createComponentService({ baseOf, gate: destinations }),
  };
};
