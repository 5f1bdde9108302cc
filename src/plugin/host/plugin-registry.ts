import { fault, HarmoniaError, type Fault, type JsonObject } from '../../kernel/index.js';
import type { TaskCatalogue, TaskType } from '../../engine/core/index.js';
import { isPlugin, type Plugin, type ServiceName, type Task } from '../contract/index.js';

/** A task with what its plugin may use. */
export interface RegisteredTask {
  readonly type: string;
  readonly task: Task;
  readonly plugin: string;
  readonly config: JsonObject;
  readonly services: readonly ServiceName[];
}

export interface Registration {
  /** Settings of the plugin. Default: none. */
  readonly config?: JsonObject;
  /** Platform services that its tasks get. Default: all; a plugin from a package gets those of its manifest. */
  readonly services?: readonly ServiceName[];
}

const ALL_SERVICES: readonly ServiceName[] = ['components'];

/** The plugins that are there, and the task types they offer. */
export class PluginRegistry implements TaskCatalogue {
  private readonly plugins = new Set<string>();
  private readonly registered = new Map<string, RegisteredTask>();
  private readonly described = new Map<string, TaskType>();

  /** Adds a plugin. Throws `plugin_invalid` when its id is taken, or when it was not made by `definePlugin`. */
  add(plugin: Plugin, { config = {}, services = ALL_SERVICES }: Registration = {}): void {
    const faults = this.faultsOf(plugin);
    if (faults.length > 0)
      throw new HarmoniaError(
        'plugin_invalid',
        { plugin: String(plugin.id), reason: faults.map(({ message }) => message).join('; ') },
        { faults },
      );
    this.plugins.add(plugin.id);
    for (const task of plugin.tasks) {
      const type = `${plugin.id}/${task.id}`;
      this.registered.set(type, { type, task, plugin: plugin.id, config, services });
      const { description, effects, retry, timeout, input, output } = task;
      this.described.set(type, { type, description, effects, ...dropAbsent({ retry, timeout, input, output }) });
    }
  }

  task(type: string): RegisteredTask | undefined {
    return this.registered.get(type);
  }

  find(type: string): TaskType | undefined {
    return this.described.get(type);
  }

  types(): readonly TaskType[] {
    return [...this.described.values()].sort((a, b) => (a.type < b.type ? -1 : 1));
  }

  private faultsOf(plugin: Plugin): Fault[] {
    const wrong = (reason: string): Fault[] => [fault('plugin_invalid', '', { plugin: String(plugin.id), reason })];
    if (!isPlugin(plugin)) return wrong('it was not made by definePlugin');
    return this.plugins.has(plugin.id) ? wrong('another plugin has this id') : [];
  }
}

const dropAbsent = <T extends object>(fields: T): Partial<T> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Partial<T>;
