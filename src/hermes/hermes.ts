import type { HermesClient, HermesRegistration } from '../tekton/utilities/registration/index.js';
import type { PeerDirectory } from './peer/peer-directory.js';
import type { PeerWatch } from './peer/peer-watch.js';
import type { HermesDesk, HermesPeer, HermesStatus } from './ports/index.js';
import type { ToolShelf } from './tool/tool-shelf.js';

/** A component's life with Hermes, from listening to the end. Nothing here rejects, and nothing waits but `stop`. */
export interface Hermes extends HermesDesk {
  /** The service listens on this port. */
  begin(port: number): void;
  /** At most two seconds. */
  stop(): Promise<void>;
}

export interface HermesParts {
  readonly client: HermesClient;
  readonly link: HermesRegistration;
  readonly shelf: ToolShelf;
  readonly watch: PeerWatch;
  readonly directory: PeerDirectory;
  readonly componentId: string;
  /** The address that is announced, by the port that is listened on. */
  readonly endpointAt: (port: number) => string;
  /** Whether the configuration has an address for a component: that one is used then. */
  readonly isConfigured: (component: string) => boolean;
}

/** There is no Hermes. */
export const NO_HERMES: Hermes = {
  isRegistered: false,
  status: () => ({ configured: false }),
  registerNow: () => false,
  begin: () => undefined,
  stop: () => Promise.resolve(),
};

/** The registration, the tools and the peers, as one. */
export class HermesMembership implements Hermes {
  constructor(private readonly parts: HermesParts) {}

  get isRegistered(): boolean {
    return this.parts.link.isRegistered;
  }

  begin(port: number): void {
    const { link, watch, endpointAt } = this.parts;
    watch.start();
    link.begin(endpointAt(port));
  }

  registerNow(): boolean {
    return this.parts.link.registerNow();
  }

  async stop(): Promise<void> {
    const { link, watch, client } = this.parts;
    await Promise.all([link.stop(), watch.stop()]);
    await client.close();
  }

  status(): HermesStatus {
    const { link, shelf, client, componentId } = this.parts;
    const { is: state, ...rest } = link.state;
    return {
      ...{ configured: true, url: client.url, state, componentId, ...rest },
      tools: shelf.ids,
      peers: this.peers(),
    };
  }

  private peers(): readonly HermesPeer[] {
    const { directory, isConfigured } = this.parts;
    return directory.all().map(({ name, base, isTrusted }) => ({
      ...{ name, endpoint: base },
      use: isConfigured(name) ? 'configured' : isTrusted ? 'used' : 'not_trusted',
    }));
  }
}
