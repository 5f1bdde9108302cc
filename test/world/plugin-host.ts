import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GuardedHttp } from '../../src/integration/index.js';
import { createSchemaChecker } from '../../src/json-schema/index.js';
import { HarmoniaError } from '../../src/kernel/index.js';
import { PluginHost, PluginRegistry, type PluginHostOptions, type PluginLogLine } from '../../src/plugin/host/index.js';
import { isolate } from '../../src/plugin/isolation/index.js';
import { VirtualTimers } from '../../src/simulation/world/virtual-timers.js';
import { PackageRegistry, writePackage, type PackageParts } from './packages.js';

type Config = PluginHostOptions['config'];

/** A host over a folder, with a clock of its own. */
export class HostWorld {
  readonly registry = new PluginRegistry();
  readonly timers = new VirtualTimers(1_000_000);
  readonly logged: PluginLogLine[] = [];
  /** Versions whose workers were ended. */
  readonly closed: (string | undefined)[] = [];
  inUse: ReadonlySet<number | undefined> = new Set();
  readonly host: PluginHost;

  constructor({ folder, npm, config }: { folder: string; npm: string; config: Config }) {
    this.host = new PluginHost({
      registry: this.registry,
      folder,
      config,
      schemas: createSchemaChecker(),
      timers: this.timers,
      clock: this.timers,
      http: new GuardedHttp({ allow: [] }),
      services: {},
      npm: { registry: npm, token: undefined },
      isolate: async (found) => {
        const isolated = await isolate(found);
        const close = (): Promise<void> => isolated.close().then(() => void this.closed.push(found.version));
        return { plugin: isolated.plugin, close };
      },
      inUse: () => this.inUse,
      log: (line) => void this.logged.push(line),
      onTrouble: (what, error) => {
        throw new Error(what, { cause: error });
      },
    });
  }

  async say(id: string, set?: number): Promise<unknown> {
    const found = this.registry.task(`${id}/say`, set);
    return found ? found.task.run({}, {} as never) : undefined;
  }

  /** What the hooks of plugins have said. */
  get said(): string[] {
    return this.logged.map(({ message }) => message);
  }

  /** So many minutes go by, and each look at what nobody needs comes to its end. */
  async minutes(count: number): Promise<void> {
    for (let minute = 0; minute < count; minute++) {
      this.timers.advance(60_000);
      // Waits for its turn behind the look.
      await this.host.upgrade('no-such-plugin', {}).catch(() => undefined);
    }
  }
}

/** A directory for packages and for the folder that they are installed in, and a registry of packages. */
export class HostGround {
  private constructor(
    readonly root: string,
    readonly npm: PackageRegistry,
  ) {}

  static async make(): Promise<HostGround> {
    return new HostGround(await mkdtemp(join(tmpdir(), 'harmonia-host-')), await PackageRegistry.start());
  }

  /** Where plugins are installed. */
  get folder(): string {
    return join(this.root, 'plugins');
  }

  world(config: Config = {}): HostWorld {
    return new HostWorld({ folder: this.folder, npm: this.npm.url, config });
  }

  async open(config: Config = {}): Promise<HostWorld> {
    const world = this.world(config);
    await world.host.load();
    await world.host.start();
    return world;
  }

  folderOf(parts: PackageParts): Promise<string> {
    return writePackage(this.root, parts);
  }

  async clear(): Promise<void> {
    await this.npm.stop();
    await rm(this.root, { recursive: true, force: true });
  }
}

/** The code with which something is refused. */
export const refusalOf = async (work: Promise<unknown>): Promise<string> => {
  const error: unknown = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof HarmoniaError)) throw new Error(`no refusal: ${String(error)}`);
  return error.code;
};
