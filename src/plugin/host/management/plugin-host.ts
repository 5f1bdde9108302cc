import { mkdir } from 'node:fs/promises';
import { HarmoniaError, Turns, type JsonObject, type Millis } from '../../../kernel/index.js';
import type { SchemaChecker } from '../../../engine/core/index.js';
import type { Timer, Timers } from '../../../engine/ports/index.js';
import type { Plugin } from '../../contract/index.js';
import type { InstallPlugin, Installation, PluginAdministration, PluginDescription } from '../../ports/index.js';
import type { PluginRegistry, RegisteredPlugin, Registration } from '../plugin-registry.js';
import { registrationOf } from '../registration.js';
import { InstalledPlugins, type Isolate, type LoadedVersion } from './installed-plugins.js';
import { PluginHooks, type HookSurroundings } from './plugin-hooks.js';
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

  constructor(private readonly options: PluginHostOptions) {
    this.installed = new InstalledPlugins(options.folder, { registry: options.npm, isolate: options.isolate });
    this.hooks = new PluginHooks(options);
  }

  /** Registers what is installed. Nothing of a plugin but its modules has run. Throws one error for all that is wrong. */
  async load(): Promise<void> {
    const { folder, registry, isBorrowed } = this.options;
    this.lock = await readLock(folder);
    for (const [id, { stages }] of Object.entries(this.lock.plugins)) {
      if (registry.plugin(id)) throw new HarmoniaError('plugin_exists', { id });
      for (const { since, installed } of isBorrowed ? stages.slice(-1) : stages) {
        if (!installed) registry.remove(id, since);
        else this.enter(await this.installed.load(installed, id), since);
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
    for (const { plugin, ...grant } of this.options.registry.all()) await this.hooks.start(plugin, grant);
  }

  /** Forgets what ended executions needed: they have been taken up by now. */
  watch(): void {
    if (!this.options.isBorrowed) this.look(0);
  }

  async stop(): Promise<void> {
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
    const locked = this.lock.plugins[id];
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
      const locked = this.mustBeInstalled(id);
      const set = this.lock.set + 1;
      const stages = [...locked.stages, { since: set, installed: null }];
      const { [id]: _settings, ...settings } = this.lock.settings;
      const { [id]: _disabled, ...disabled } = this.lock.disabled;
      await this.write({
        ...this.lock,
        set,
        settings,
        disabled,
        plugins: { ...this.lock.plugins, [id]: { ...locked, stages } },
      });
      this.options.registry.remove(id, set);
      this.switchedOff.delete(id);
    });
  }

  enable(id: string): Promise<PluginDescription> {
    return this.turns.take(async () => {
      const registered = this.mustFind(id);
      if (!this.switchedOff.has(id)) return this.find(id);
      const { plugin, ...grant } = registered;
      await this.hooks.start(plugin, grant);
      const set = this.lock.set + 1;
      const { [id]: _disabled, ...disabled } = this.lock.disabled;
      await this.write({ ...this.lock, set, disabled });
      this.options.registry.replace(plugin, plain(registered), set);
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
      if (enabled) await this.restart(registered, config);
      await this.write({ ...this.lock, settings: { ...this.lock.settings, [id]: settings } });
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
    const locked = this.lock.plugins[id];
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
    let version: LoadedVersion | undefined;
    try {
      version = await this.installed.load(installed, id);
      const config = this.merged(id, this.lock.settings[id] ?? {});
      mustFitSettings(version.plugin, config, this.options.schemas);
      const registration = registrationOf(version.found, 'installed', config);
      await this.hooks.start(version.plugin, {
        config,
        services: registration.services ?? [],
        hosts: registration.hosts ?? [],
      });
      const set = this.lock.set + 1;
      const stages = [...(this.lock.plugins[id]?.stages ?? []), { since: set, installed }];
      await this.write({ ...this.lock, set, plugins: { ...this.lock.plugins, [id]: { source, tarball, stages } } });
      this.enter(version, set);
      return this.find(id);
    } catch (error) {
      if (version) await this.hooks.stop(version.plugin);
      await version?.close();
      if (!counts.has(installed.directory)) await this.installed.discard(installed);
      throw error;
    }
  }

  private enter(version: LoadedVersion, since: number): void {
    const { plugin, found } = version;
    const config = this.merged(plugin.id, this.lock.settings[plugin.id] ?? {});
    this.options.registry.replace(plugin, registrationOf(found, 'installed', config), since);
    this.loaded.set(plugin, version);
  }

  private switchOff(id: string, since: number): void {
    const { registry } = this.options;
    const registered = registry.plugin(id);
    if (!registered) return;
    this.switchedOff.set(id, registered);
    registry.remove(id, since);
  }

  /** The hooks of a plugin see one state of its settings; when the new ones do not please it, it goes on with the old ones. */
  private async restart({ plugin, ...grant }: RegisteredPlugin, config: JsonObject): Promise<void> {
    if (!plugin.start && !plugin.stop) return;
    await this.hooks.stop(plugin);
    try {
      await this.hooks.start(plugin, { ...grant, config });
    } catch (error) {
      await this.hooks.start(plugin, grant);
      throw error;
    }
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
        .then(() => this.look(BETWEEN_LOOKS));
    });
  }

  /** Closes and deletes the versions that no execution can ask for any more. */
  private async clearAway(): Promise<void> {
    const { registry, inUse, timers } = this.options;
    if (timers.now() - this.changedAt < GRACE) return;
    const forgotten = registry.forget(inUse());
    for (const plugin of forgotten) {
      if ([...this.switchedOff.values()].some((off) => off.plugin === plugin)) continue;
      await this.hooks.stop(plugin);
      await this.loaded.get(plugin)?.close();
      this.loaded.delete(plugin);
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
