import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { HarmoniaError } from '../../../kernel/index.js';
import type { Plugin } from '../../contract/index.js';
import { loadPlugin } from '../load-plugin.js';
import { readPluginPackage, Unusable, type PluginPackage } from '../plugin-package.js';
import type { FetchRequest, Fetched, RegistrySettings } from './package-source.js';
import type { InstalledVersion } from './plugin-lock.js';
import { integrityOf } from './tree-integrity.js';

/** A plugin that runs apart from this process, and how to end it. */
export interface IsolatedPlugin {
  readonly plugin: Plugin;
  close(): Promise<void>;
}

/** Loads a package apart from this process. Rejects with `Unusable` or a `HarmoniaError`. */
export type Isolate = (found: PluginPackage) => Promise<IsolatedPlugin>;

/** A version that is installed, and its code. */
export interface LoadedVersion extends IsolatedPlugin {
  readonly found: PluginPackage;
  readonly installed: InstalledVersion;
}

const STAGING = '.staging';
const INSTALLED = '.installed';
const NO_VERSION = '0.0.0';
/** Digits of the integrity that stand in the name of a folder. */
const DIGITS = 12;

/** The packages that lie in the folder of the plugins, and how they come and go. What of them counts is in the lock. */
export class InstalledPlugins {
  constructor(
    private readonly folder: string,
    private readonly settings: { readonly registry: RegistrySettings; readonly isolate: Isolate },
  ) {}

  /**
   * Fetches a package and puts it in its place. It does not count before the lock names it: a crash leaves a folder that the
   * next start clears away.
   */
  async place(request: PlaceRequest): Promise<PlacedVersion> {
    const staging = join(this.folder, STAGING, randomUUID());
    try {
      const { PackageSource } = await import('./package-source.js');
      const fetched = await new PackageSource(this.settings.registry).fetch({ ...request, staging });
      return { tarball: fetched.tarball, ...(await this.settle(fetched, request)) };
    } finally {
      // A download that was given up may still write.
      await rm(staging, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
    }
  }

  /** Loads a version. Rejects with `plugin_damaged` when its files are not those that were installed. */
  async load(installed: InstalledVersion, id: string): Promise<LoadedVersion> {
    const directory = join(this.folder, installed.directory);
    const integrity = await integrityOf(directory).catch(() => undefined);
    if (integrity !== installed.integrity) throw new HarmoniaError('plugin_damaged', { id });
    try {
      const found = await readPluginPackage(directory);
      if (!installed.trusted && found.entry !== undefined)
        return { found, installed, ...(await this.settings.isolate(found)) };
      return { found, installed, plugin: await loadPlugin(found), close: () => Promise.resolve() };
    } catch (error) {
      if (error instanceof HarmoniaError) throw error;
      throw (error instanceof Unusable ? error : new Unusable([(error as Error).message])).toError(id);
    }
  }

  async discard({ directory }: InstalledVersion): Promise<void> {
    await rm(join(this.folder, directory), { recursive: true, force: true });
  }

  /** Clears away what lies there and counts for nothing: what a crash has left. */
  async clear(counts: ReadonlySet<string>): Promise<void> {
    await rm(join(this.folder, STAGING), { recursive: true, force: true });
    const plugins = await readdir(join(this.folder, INSTALLED)).catch(() => []);
    for (const plugin of plugins) {
      for (const version of await readdir(join(this.folder, INSTALLED, plugin))) {
        const directory = `${INSTALLED}/${plugin}/${version}`;
        if (!counts.has(directory)) await rm(join(this.folder, directory), { recursive: true, force: true });
      }
    }
  }

  private async settle(
    { found, certificate }: Fetched,
    { trusted, accept, counts }: PlaceRequest,
  ): Promise<Omit<PlacedVersion, 'tarball'>> {
    const { id, role } = found.manifest;
    accept(id);
    if (role === 'service' && !trusted) throw new HarmoniaError('plugin_needs_trust', { id });
    const version = found.version ?? NO_VERSION;
    const integrity = await integrityOf(found.directory);
    const mark = Buffer.from(integrity.slice('sha512-'.length), 'base64').toString('hex').slice(0, DIGITS);
    const directory = `${INSTALLED}/${id}/${version}-${mark}`;
    await mkdir(join(this.folder, INSTALLED, id), { recursive: true });
    if (!counts.has(directory)) {
      // An installation that did not come to its end may have left it.
      await rm(join(this.folder, directory), { recursive: true, force: true });
      await rename(found.directory, join(this.folder, directory));
    }
    return { id, installed: { version, directory, integrity, trusted, ...(certificate && { certificate }) } };
  }
}

export interface PlaceRequest extends Omit<FetchRequest, 'staging'> {
  readonly trusted: boolean;
  /** Throws when a plugin of this id is not wanted. */
  readonly accept: (id: string) => void;
  /** Folders that the lock names. They hold what their names say, and are left alone. */
  readonly counts: ReadonlySet<string>;
}

/** A package in its place. */
export interface PlacedVersion {
  readonly id: string;
  readonly installed: InstalledVersion;
  /** Integrity of its tarball. */
  readonly tarball: string;
}
