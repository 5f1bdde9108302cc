import { mkdir } from 'node:fs/promises';
import { HarmoniaError, Turns, type JsonObject, type Millis } from '../../../kernel/index.js';
import type { SchemaChecker } from '../../../engine/core/index.js';
import type { Timer, Timers } from '../../../engine/ports/index.js';
import type { Plugin } from '../../contract/index.js';
import type { InstallPlugin, Installation, PluginAdministration, PluginDescription } from '../../ports/index.js';
import { registeredPlugin, type PluginRegistry, type RegisteredPlugin, type Registration } from '../plugin-registry.js';
import { registrationOf } from '../registration.js';
import { InstalledPlugins, type Isolate, type LoadedVersion } from './installed-plugins.js';
import { PluginHooks, type HookGrant, type HookSurroundings } from './plugin-hooks.js';
import {
  EMPTY_LOCK,
  readLock,
  writeLock,
  type InstalledVersion,
  type LockedPlugin,
  type PluginLock,
} from './plugin-lock.js';
import { describePlugin } from './plugin-description.js';
import { mustFitSettings } from './plugin-settings.js';
import type { RegistrySettings } from './package-source.js';

export interface PluginHostOptions extends HookSurroundings {
  readonly registry: PluginRegistry;
  /** Where installed plugins lie. */
  readonly folder: string;
  /** The folder belongs to another process: nothing in it is changed, and only what counts now is loaded. Default: false. */
  readonly isBorrowed?: boolean;
  /** An installed plugin that is not loaded, whatever has become of its files: it is here to be removed. Default: none. */
  readonly without?: string | undefined;
  /** Settings by plugin id that the configuration makes; those that people make stand over them. */
  readonly config: Readonly<Record<string, JsonObject>>;
  readonly schemas: SchemaChecker;
  readonly timers: Timers;
  readonly isolate: Isolate;
  readonly npm: RegistrySettings;
  /** The sets of plugin versions that open executions are pinned to. */
  readonly inUse: () => ReadonlySet<number | undefined>;
  readonly onTrouble: (what: string, error: unknown) => void;
}

/** ms between two looks at what nobody needs any more. */
const BETWEEN_LOOKS: Millis = 60_000;
/** ms that a version is kept in any case: an execution that is just being started may be pinned to it. */
const GRACE: Millis = 300_000;

/**
 * Installs, changes and removes plugins while the service runs. One change at a time; each is whole or nothing: a plugin
 * that cannot be fetched, is not what it says, does not load or does not start leaves everything as it was.
 */
export class PluginHost implements PluginAdministration {
  private lock: PluginLock = EMPTY_LOCK;
  private readonly installed: InstalledPlugins;
  private readonly hooks: PluginHooks;
  /** What must be closed once a plugin is forgotten. */
  private readonly loaded = new Map<Plugin, LoadedVersion>();
  /** Plugins that are switched off, as they were when they were there. */
  private readonly switchedOff = new Map<string, RegisteredPlugin>();
  private readonly turns = new Turns();
  private changedAt = 0;
  private timer: Timer | undefined;
  private isStopped = false;

  constructor(private readonly options: PluginHostOptions) {
    this.installed = new InstalledPlugins(options.folder, { registry: options.npm, isolate: options.isolate });
    this.hooks = new PluginHooks(options);
  }

  /** Registers what is installed. Nothing of a plugin but its modules has run. Throws one error for all that is wrong. */
  async load(): Promise<void> {
    const { folder, registry, isBorrowed, without } = this.options;
    this.lock = await readLock(folder);
    for (const [id, { stages }] of Object.entries(this.lock.plugins)) {
      if (id === without) continue;
      if (registry.plugin(id)) throw new HarmoniaError('plugin_exists', { id });
      for (const { since, installed } of isBorrowed ? stages.slice(-1) : stages) {
        if (!installed) registry.remove(id, since);
        else this.enter(this.loadedAs(installed) ?? (await this.installed.load(installed, id)), since);
      }
    }
    for (const [id, settings] of Object.entries(this.lock.settings)) {
      if (registry.plugin(id)) registry.configure(id, this.merged(id, settings));
    }
    for (const [id, since] of Object.entries(this.lock.disabled)) this.switchOff(id, since);
    registry.beginSet(this.lock.set);
  }

  /** Starts the plugins, and looks from now on for what nobody needs. */
  async start(): Promise<void> {
    if (!this.options.isBorrowed) await this.installed.clear(this.counts());
    const { registry, onTrouble } = this.options;
    for (const { plugin, ...grant } of registry.all()) await this.hooks.start(plugin, grant);
    // Versions that only executions under way may need: one that does not start any more keeps the service from nothing.
    for (const version of this.loaded.values()) {
      const { plugin, ...grant } = this.registeredOf(version);
      if (!registry.holds(plugin)) continue;
      await this.hooks.start(plugin, grant).catch((error: unknown) => onTrouble('an old plugin version', error));
    }
  }

  /** Forgets what ended executions needed: they have been taken up by now. */
  watch(): void {
    if (!this.options.isBorrowed) this.look(0);
  }

  async stop(): Promise<void> {
    this.isStopped = true;
    this.timer?.cancel();
    await this.turns.settled();
    await this.hooks.stopAll();
    await Promise.all([...this.loaded.values()].map((version) => version.close()));
  }

  list(): readonly PluginDescription[] {
    const all = [...this.options.registry.all(), ...this.switchedOff.values()];
    return all.map(({ plugin }) => this.find(plugin.id)).sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  find(id: string): PluginDescription {
    const registered = this.mustFind(id);
    const locked = this.locked(id);
    const installed = locked?.stages.at(-1)?.installed;
    return describePlugin(registered, {
      enabled: !this.switchedOff.has(id),
      olderVersions: this.options.registry.olderVersions(id),
      installation: locked && installed ? installationOf(locked, installed) : undefined,
    });
  }

  install(request: InstallPlugin): Promise<PluginDescription> {
    return this.turns.take(() =>
      this.bring(request, (id) => {
        if (this.options.registry.plugin(id) || this.switchedOff.has(id))
          throw new HarmoniaError('plugin_exists', { id });
      }),
    );
  }

  /** From the source it was installed from, unless another is given. */
  upgrade(id: string, request: Partial<InstallPlugin>): Promise<PluginDescription> {
    return this.turns.take(() => {
      const locked = this.mustBeInstalled(id);
      const trusted = request.trusted ?? locked.stages.at(-1)?.installed?.trusted ?? false;
      return this.bring({ ...request, source: request.source ?? locked.source, trusted }, (found) => {
        if (found === id) return;
        throw new HarmoniaError('plugin_source_refused', {
          source: request.source ?? locked.source,
          reason: `it holds the plugin ${found}`,
        });
      });
    });
  }

  remove(id: string): Promise<void> {
    return this.turns.take(async () => {
      const isLost = id === this.options.without;
      const locked = isLost ? undefined : this.mustBeInstalled(id);
      const set = this.lock.set + 1;
      const { [id]: _settings, ...settings } = this.lock.settings;
      const { [id]: _disabled, ...disabled } = this.lock.disabled;
      const { [id]: _plugin, ...others } = this.lock.plugins;
      const kept = locked && { [id]: { ...locked, stages: [...locked.stages, { since: set, installed: null }] } };
      await this.write({ ...this.lock, set, settings, disabled, plugins: { ...others, ...kept } });
      if (isLost) return this.installed.clear(this.counts());
      this.options.registry.remove(id, set);
      this.switchedOff.delete(id);
    });
  }

  enable(id: string): Promise<PluginDescription> {
    return this.turns.take(async () => {
      const registered = this.mustFind(id);
      if (!this.switchedOff.has(id)) return this.find(id);
      const set = this.lock.set + 1;
      const { [id]: _disabled, ...disabled } = this.lock.disabled;
      await this.whileStarted(registered, () => this.write({ ...this.lock, set, disabled }));
      this.options.registry.replace(registered.plugin, plain(registered), set);
      this.switchedOff.delete(id);
      return this.find(id);
    });
  }

  /** Executions under way keep it; new ones do not find it. */
  disable(id: string): Promise<PluginDescription> {
    return this.turns.take(async () => {
      this.mustFind(id);
      if (this.switchedOff.has(id)) return this.find(id);
      const set = this.lock.set + 1;
      await this.write({ ...this.lock, set, disabled: { ...this.lock.disabled, [id]: set } });
      this.switchOff(id, set);
      return this.find(id);
    });
  }

  /** Settings over those of the configuration, all at once. Attempts that begin from now on see them. */
  configure(id: string, settings: JsonObject): Promise<PluginDescription> {
    return this.turns.take(async () => {
      const registered = this.mustFind(id);
      const enabled = !this.switchedOff.has(id);
      const config = this.merged(id, settings);
      mustFitSettings(registered.plugin, config, this.options.schemas);
      const lock = { ...this.lock, settings: { ...this.lock.settings, [id]: settings } };
      if (enabled) await this.whileStarted({ ...registered, config }, () => this.write(lock));
      else await this.write(lock);
      if (enabled) this.options.registry.configure(id, config);
      else this.switchedOff.set(id, { ...registered, config });
      return this.find(id);
    });
  }

  private mustFind(id: string): RegisteredPlugin {
    const found = this.options.registry.plugin(id) ?? this.switchedOff.get(id);
    if (!found) throw new HarmoniaError('plugin_unknown', { id });
    return found;
  }

  private mustBeInstalled(id: string): LockedPlugin {
    const registered = this.mustFind(id);
    const locked = this.locked(id);
    if (locked) return locked;
    const reason =
      registered.origin === 'built-in'
        ? 'it comes with Harmonia'
        : `it comes from ${registered.origin === 'folder' ? 'a folder' : 'the application'}`;
    throw new HarmoniaError('plugin_not_installed', { id, reason });
  }

  /** Fetches, loads, starts, writes the lock, and only then puts it in the place of what was there. */
  private async bring(request: InstallPlugin, accept: (id: string) => void): Promise<PluginDescription> {
    const { source, trusted = false } = request;
    const counts = this.counts();
    const { id, installed, tarball } = await this.installed.place({ ...request, trusted, accept, counts });
    const known = this.loadedAs(installed);
    const set = this.lock.set + 1;
    const stages = [...(this.locked(id)?.stages ?? []), { since: set, installed }];
    const lock = { ...this.lock, set, plugins: { ...this.lock.plugins, [id]: { source, tarball, stages } } };
    let version = known;
    // Once writing has begun, the lock on the disk may name the files, whatever is said of it: the next start sees to them.
    let isNamed = false;
    try {
      version ??= await this.installed.load(installed, id);
      const registered = this.registeredOf(version);
      mustFitSettings(version.plugin, registered.config, this.options.schemas);
      const write = (): Promise<void> => {
        isNamed = true;
        return this.write(lock);
      };
      await (this.switchedOff.has(id) ? write() : this.whileStarted(registered, write));
    } catch (error) {
      if (!known) await version?.close();
      if (!isNamed && !counts.has(installed.directory)) await this.installed.discard(installed);
      throw error;
    }
    this.enter(version, set);
    return this.find(id);
  }

  /** A version whose code is here already: it has one state, and its hooks are called once for all that stands on it. */
  private loadedAs({ directory, trusted }: InstalledVersion): LoadedVersion | undefined {
    const all = [...this.loaded.values()];
    return all.find(({ installed }) => installed.directory === directory && installed.trusted === trusted);
  }

  private registeredOf({ plugin, found }: LoadedVersion): RegisteredPlugin {
    const config = this.merged(plugin.id, this.lock.settings[plugin.id] ?? {});
    return registeredPlugin(plugin, registrationOf(found, 'installed', config));
  }

  private enter(version: LoadedVersion, since: number): void {
    const { plugin } = version;
    this.loaded.set(plugin, version);
    const registered = this.registeredOf(version);
    if (this.switchedOff.has(plugin.id)) this.switchedOff.set(plugin.id, registered);
    else this.options.registry.replace(plugin, plain(registered), since);
  }

  private switchOff(id: string, since: number): void {
    const { registry } = this.options;
    const registered = registry.plugin(id);
    if (!registered) return;
    this.switchedOff.set(id, registered);
    registry.remove(id, since);
  }

  /** Does something with the plugin started; when that fails, its hooks are where they were. */
  private async whileStarted(
    { plugin, ...grant }: HookGrant & { plugin: Plugin },
    work: () => Promise<void>,
  ): Promise<void> {
    const undo = await this.hooks.start(plugin, grant);
    try {
      await work();
    } catch (error) {
      await undo();
      throw error;
    }
  }

  private locked(id: string): LockedPlugin | undefined {
    return Object.hasOwn(this.lock.plugins, id) ? this.lock.plugins[id] : undefined;
  }

  private merged(id: string, settings: JsonObject): JsonObject {
    return { ...(Object.hasOwn(this.options.config, id) ? this.options.config[id] : {}), ...settings };
  }

  private async write(lock: PluginLock): Promise<void> {
    await mkdir(this.options.folder, { recursive: true, mode: 0o700 });
    await writeLock(this.options.folder, lock);
    this.lock = lock;
    this.changedAt = this.options.timers.now();
  }

  private counts(): ReadonlySet<string> {
    const stages = Object.values(this.lock.plugins).flatMap((plugin) => plugin.stages);
    return new Set(stages.flatMap(({ installed }) => (installed ? [installed.directory] : [])));
  }

  private look(delay: Millis): void {
    const { timers, onTrouble } = this.options;
    this.timer = timers.at(timers.now() + delay, () => {
      void this.turns
        .take(() => this.clearAway())
        .catch((error: unknown) => onTrouble('old plugin versions cannot be cleared away', error))
        .then(() => this.isStopped || this.look(BETWEEN_LOOKS));
    });
  }

  /** Closes and deletes the versions that no execution can ask for any more. */
  private async clearAway(): Promise<void> {
    const { registry, inUse, timers } = this.options;
    if (timers.now() - this.changedAt < GRACE) return;
    for (const plugin of registry.forget(inUse())) await this.hooks.stop(plugin);
    const off = new Set([...this.switchedOff.values()].map(({ plugin }) => plugin));
    for (const [plugin, version] of this.loaded) {
      if (registry.holds(plugin) || off.has(plugin)) continue;
      this.loaded.delete(plugin);
      await version.close();
    }
    await this.forgetStages();
  }

  private async forgetStages(): Promise<void> {
    const kept = new Set([...this.loaded.values()].map(({ installed }) => installed.directory));
    const gone = [...this.counts()].filter((directory) => !kept.has(directory));
    if (gone.length === 0) return;
    const plugins = Object.entries(this.lock.plugins).flatMap(([id, locked]) => {
      const stages = locked.stages.filter(({ installed }) => installed === null || kept.has(installed.directory));
      return stages.some(({ installed }) => installed !== null) ? [[id, { ...locked, stages }] as const] : [];
    });
    const { changedAt } = this;
    await this.write({ ...this.lock, plugins: Object.fromEntries(plugins) });
    this.changedAt = changedAt;
    await this.installed.clear(this.counts());
  }
}

const installationOf = (
  { source }: LockedPlugin,
  { integrity, trusted, certificate }: InstalledVersion,
): Installation => ({
  source,
  integrity,
  trusted,
  certificate,
});

/** What `replace` takes, of what the registry gave. */
const plain = ({ plugin: _plugin, version, description, ...rest }: RegisteredPlugin): Registration => ({
  ...rest,
  ...(version !== undefined && { version }),
  ...(description !== undefined && { description }),
});
