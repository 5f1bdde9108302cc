import { fault, HarmoniaError, type JsonObject } from '../../kernel/index.js';
import type { TaskCatalogue, TaskType } from '../../engine/core/index.js';
import { problemsOf } from './plugin-problems.js';
import { SERVICE_NAMES, type Plugin, type ServiceName, type Task } from '../contract/index.js';

/** A task with what its plugin may use. */
export interface RegisteredTask {
  readonly type: string;
  readonly task: Task;
  readonly plugin: string;
  readonly config: JsonObject;
  readonly services: readonly ServiceName[];
  readonly hosts: readonly string[];
}

export interface Registration {
  /** Settings of the plugin. Default: none. */
  readonly config?: JsonObject;
  /** Platform services that its tasks get. Default: all; a plugin from a package gets those of its manifest. */
  readonly services?: readonly ServiceName[];
  /** Hosts that its tasks reach by `context.http`. Default: all; a plugin from a package gets those of its manifest. */
  readonly hosts?: readonly string[];
}

const ALL_HOSTS = ['*'];

/** The plugins that are there, and the task types they offer. */
export class PluginRegistry implements TaskCatalogue {
  revision = 0;
  private readonly plugins = new Set<string>();
  private readonly registered = new Map<string, RegisteredTask>();
  private readonly described = new Map<string, TaskType>();

  /** Adds a plugin. Throws `plugin_invalid` when its id is taken, or when it is not as `definePlugin` makes them. */
  add(plugin: Plugin, { config = {}, services = SERVICE_NAMES, hosts = ALL_HOSTS }: Registration = {}): void {
    const problems = this.plugins.has(plugin?.id) ? ['another plugin has this id'] : problemsOf(plugin);
    if (problems.length > 0) {
      const id = String(plugin?.id);
      const faults = problems.map((reason) => fault('plugin_invalid', '', { plugin: id, reason }));
      throw new HarmoniaError('plugin_invalid', { plugin: id, reason: problems.join('; ') }, { faults });
    }
    this.plugins.add(plugin.id);
    this.revision += 1;
    for (const task of plugin.tasks) {
      const type = `${plugin.id}/${task.id}`;
      this.registered.set(type, { type, task, plugin: plugin.id, config, services, hosts });
      this.described.set(type, describe(type, plugin.id, task));
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
}

const describe = (type: string, plugin: string, task: Task): TaskType => {
  const { description, effects, retry, timeout, heartbeat, input, output, credentials } = task;
  const compensate = task.compensate && {
    ...task.compensate,
    type: task.compensate.type.replace(/^\.\//, `${plugin}/`),
  };
  const given = { retry, timeout, heartbeat, input, output, credentials, compensate };
  return { type, description, effects, ...dropAbsent(given) };
};

const dropAbsent = <T extends object>(fields: T): Partial<T> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Partial<T>;
