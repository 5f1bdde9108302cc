import { inspect } from 'node:util';
import { HermesMembership, PeerWatch, ToolShelf } from '../../src/hermes/index.js';
import { PeerDirectory } from '../../src/hermes/peer/index.js';
import type { HermesTool } from '../../src/hermes/ports/index.js';
import { Chance } from '../../src/kernel/index.js';
import { VirtualTimers } from '../../src/simulation/index.js';
import { HermesClient, HermesRegistration } from '../../src/tekton/utilities/registration/index.js';
import { FakeHermes } from './fake-hermes/fake-hermes.js';

export const ENDPOINT = 'http://localhost:8007';

export const toolNamed = (name: string, description = 'does it'): HermesTool => ({
  ...{ id: `harmonia.${name}`, name: `harmonia.${name}`, description, category: 'workflow_management' },
  ...{ schema: { type: 'object', properties: { name: { type: 'string' } } }, tags: ['workflow'] },
});

export interface HermesWorldOptions {
  readonly componentId?: string;
  /** Default: that of the fake. */
  readonly url?: string;
  readonly heartbeat?: number;
}

/** A component's life with a fake Hermes: HTTP is real, time stands still until somebody turns it. */
export class HermesWorld {
  readonly timers = new VirtualTimers(1_900_000_000_000);
  readonly lines: string[] = [];
  readonly trusts: (endpoint: URL) => boolean = ({ hostname }) => hostname === 'localhost';
  tools: readonly HermesTool[] = [toolNamed('CreateTemplate'), toolNamed('ListTemplates')];
  isReady = true;
  hermes!: FakeHermes;
  directory!: PeerDirectory;
  link!: HermesRegistration;
  shelf!: ToolShelf;
  watch!: PeerWatch;
  membership!: HermesMembership;

  private constructor(private readonly options: HermesWorldOptions) {}

  static async start(options: HermesWorldOptions = {}): Promise<HermesWorld> {
    const world = new HermesWorld(options);
    world.hermes = await FakeHermes.start({ now: () => world.timers.now() });
    world.join();
    return world;
  }

  /** A component of this world, as if its process had just started. */
  join(): void {
    const { componentId = 'harmonia', url = this.hermes.url, heartbeat = 30_000 } = this.options;
    const { timers } = this;
    const drawn = new Chance('the world of Hermes');
    const chance = (): number => drawn.next();
    const client = new HermesClient({ url, timers });
    const version = '0.1.0';
    const component = 'harmonia';
    const registration = {
      ...{ componentId, name: component, version, capabilities: ['workflow_orchestration', 'state_management'] },
      metadata: { category: 'workflow', capabilities: [{ id: 'workflow.execution', parameters: {} }] },
    };
    this.directory = new PeerDirectory({ self: component, trusts: this.trusts });
    this.shelf = new ToolShelf({ client, tools: () => this.tools, component, componentId, version });
    this.watch = new PeerWatch({ client, directory: this.directory, timers, chance });
    this.link = new HermesRegistration({
      ...{ hermes: client, belongings: this.shelf, timers, heartbeat, registration, chance },
      idSetting: 'HARMONIA_COMPONENT_ID',
      isReady: () => this.isReady,
      health: () => ({ status: 'healthy' }),
      log: (level, line) => this.lines.push(`${level}: ${line}`),
    });
    this.membership = new HermesMembership({
      ...{ client, link: this.link, shelf: this.shelf, watch: this.watch, directory: this.directory, componentId },
      endpointAt: () => ENDPOINT,
      isConfigured: () => false,
    });
  }

  /** Listens, and waits until nothing is under way. */
  async begin(): Promise<void> {
    this.membership.begin(8007);
    await this.settled();
  }

  async settled(): Promise<void> {
    await Promise.all([this.link.settled(), this.watch.settled()]);
  }

  /** Lets time go by, from one thing that is due to the next; after each nothing is under way. */
  async pass(ms: number): Promise<void> {
    for (const end = this.timers.now() + ms; this.timers.now() < end;) {
      this.timers.turnTo(Math.min(this.timers.firstRing(), end));
      await this.settled();
    }
  }

  /** Calls of the registration so far, without those for the peers and the tools. */
  calls(): string[] {
    return this.hermes.heard
      .map(({ call }) => call)
      .filter((call) => /^POST \/api\/(register|heartbeat|unregister)$/.test(call));
  }

  /** Whether a text is anywhere where somebody could read it. */
  shows(text: string): boolean {
    const { link, membership, lines } = this;
    return inspect([lines, link, membership.status(), link.state], { depth: 20, showHidden: true }).includes(text);
  }

  async end(): Promise<void> {
    this.hermes.heal();
    await this.membership.stop();
    await this.hermes.stop();
  }
}
