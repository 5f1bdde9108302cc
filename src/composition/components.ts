import type { Config } from '../config/index.js';
import type { Credentials } from '../credential/index.js';
import type { ComponentDirectory } from '../engine/core/index.js';
import { systemTimers } from '../engine/embedded/index.js';
import {
  ComponentBoard,
  componentBases,
  ComponentDesk,
  componentsIn,
  createComponentService,
  createProbe,
  firstBase,
  isTableComponent,
  RegisteredComponents,
} from '../integration/index.js';
import type { ComponentNotes, Components } from '../integration/ports/index.js';
import type { PeerDirectory } from '../hermes/peer/index.js';
import type { Storage } from '../persistence/index.js';
import type { ComponentService } from '../plugin/contract/index.js';
import { currentMasking } from './current-masking.js';
import { createPeers } from './peers.js';
import type { Outbound } from './integration/outbound.js';

export interface ComponentSurroundings {
  readonly config: Config;
  readonly storage: Storage;
  readonly outbound: Outbound;
  readonly credentials: Credentials;
  readonly onTrouble: (what: string, error: unknown) => void;
}

export interface OpenComponents {
  readonly components: ComponentService;
  readonly componentDesk: Components;
  readonly componentBoard: ComponentNotes;
  readonly directory: ComponentDirectory;
  /** Base address of a component; undefined: nobody knows it. */
  readonly baseOf: (component: string) => string | undefined;
  /** Those that were registered, with the actions that they say they have. */
  readonly actions: () => Readonly<Record<string, readonly string[]>>;
  /** What Hermes lists, as far as somebody reads it. */
  readonly peers: PeerDirectory;
}

/** Components: those of the configuration, and those that were registered. */
export const openComponents = async (around: ComponentSurroundings): Promise<OpenComponents> => {
  const { config, storage, outbound, credentials, onTrouble } = around;
  const { http, destinations } = outbound;
  const masking = currentMasking(credentials.forTasks);
  const peers = createPeers(config);
  const configured = componentBases(config.environment);
  const hermes = (name: string): string | undefined => (name === 'hermes' ? config.hermes?.url : undefined);
  // What the operator has written goes before what anybody may have registered.
  const baseOf = firstBase(hermes, configured, peers.baseOf);
  const registered = await RegisteredComponents.open({
    store: storage.components,
    credentials,
    secrets: credentials.forTasks,
    http,
    clock: systemTimers,
    // Not by what Hermes lists: the same registration must not be granted today and refused tomorrow.
    isKnown: (name) => isTableComponent(name) || configured(name) !== undefined,
    // What failed before speaks against another address, or against another proof.
    onChange: (name) => void destinations.reset(`component:${name}`),
    onTrouble,
  });
  const components = createComponentService({
    ...{ baseOf, gate: destinations, registered },
    hermesTools: () => peers.tools,
  });
  const board = new ComponentBoard({
    store: storage.componentBoard,
    clock: systemTimers,
    isRegistered: (name) => registered.find(name) !== undefined,
  });
  const desk = new ComponentDesk({
    ...{ registered, board, baseOf, destinations, service: components, clock: systemTimers },
    probe: createProbe({ baseOf, gate: destinations }),
    configured: componentsIn(config.environment).filter((name) => configured(name) !== undefined),
    discovered: () =>
      peers.all().flatMap(({ name, isTrusted }) => (isTrusted && configured(name) === undefined ? [name] : [])),
    mask: (value) => masking().json(value),
  });
  const addressOf = (name: string): string | undefined => registered.find(name)?.definition.base ?? baseOf(name);
  const actions: OpenComponents['actions'] = () =>
    Object.fromEntries(registered.all().map(({ definition: of }) => [of.name, [...of.actions.keys()]]));
  const desks = { componentDesk: desk, componentBoard: board };
  return { components, ...desks, directory: registered, baseOf: addressOf, actions, peers };
};
