import { fault, HarmoniaError, type JsonObject } from '../../kernel/index.js';
import type { TaskCatalogue, TaskType } from '../../engine/core/index.js';
import { SERVICE_NAMES, type Plugin, type ServiceName, type Task } from '../contract/index.js';
import type { PluginOrigin } from '../ports/index.js';
import { problemsOf } from './plugin-problems.js';

/** What a plugin may use, and what is known of it. */
export interface Registration {
  /** Settings of the plugin. Default: none. */
  readonly config?: JsonObject;
  /** Platform services that its tasks get. Default: all; a plugin from a package gets those of its manifest. */
  readonly services?: readonly ServiceName[];
  /** Hosts that its tasks reach by `context.http`. Default: all; a plugin from a package gets those of its manifest. */
  readonly hosts?: readonly string[];
  /** That of its package. */
  readonly version?: string;
  /** Default: the application that embeds Harmonia. */
  readonly origin?: PluginOrigin;
  /** What its package says of it. Default: nothing. */
  readonly description?: string;
}

/** A plugin with what it may use. */
export interface RegisteredPlugin extends Required<Omit<Registration, 'version' | 'description'>> {
  readonly plugin: Plugin;
  readonly version: string | undefined;
  readonly description: string | undefined;
}

/** A task with what its plugin may use. */
export interface RegisteredTask {
  readonly type: string;
  readonly task: Task;
  readonly plugin: string;
  readonly config: JsonObject;
  readonly services: readonly ServiceName[];
  readonly hosts: readonly string[];
}

/** What a plugin is from one set of plugin versions on. */
interface Stage {
  readonly since: number;
  /** Undefined: it is not there. */
  readonly registered: RegisteredPlugin | undefined;
  readonly tasks: ReadonlyMap<string, RegisteredTask>;
  readonly types: ReadonlyMap<string, TaskType>;
}

const ALL_HOSTS = ['*'];

/**
 * The plugins that are there, and the task types they offer. Each change of a plugin begins another *set* of plugin
 * versions; executions are pinned to the set they started with and find its versions as long as somebody needs them.
 */
export class PluginRegistry implements TaskCatalogue {
  revision = 0;
  private set = 0;
  /** What is there now, by task type. */
  private current = new Map<string, RegisteredTask>();
  /** The stages of each plugin, oldest first. */
  private readonly stages = new Map<string, readonly Stage[]>();
  private readonly listeners = new Set<() => void>();

  /** The set that there is now; undefined: the first. */
  get plugins(): number | undefined {
    return this.set === 0 ? undefined : this.set;
  }

  /** Adds a plugin. Throws `plugin_invalid` when its id is taken, or when it is not as `definePlugin` makes them. */
  add(plugin: Plugin, registration: Registration = {}): void {
    const problems = this.isThere(plugin?.id) ? ['another plugin has this id'] : problemsOf(plugin);
    if (problems.length > 0) throw invalid(String(plugin?.id), problems);
    this.enter(plugin, registration, this.set);
  }

  /**
   * Puts a plugin in the place of the version before it, from a set on that is not before the present one. Throws
   * `plugin_invalid`.
   */
  replace(plugin: Plugin, registration: Registration, since: number): void {
    const problems = problemsOf(plugin);
    if (problems.length > 0) throw invalid(plugin.id, problems);
    this.enter(plugin, registration, since);
  }

  /** What starts from now on is pinned to this set, or to a later one. */
  beginSet(set: number): void {
    this.set = Math.max(this.set, set);
    this.refresh();
  }

  /** Takes a plugin away from a set on; executions that are pinned to a set before keep it. */
  remove(id: string, since: number): void {
    this.put(id, { since, registered: undefined, tasks: new Map(), types: new Map() });
  }

  /** Gives a plugin other settings: attempts that begin from now on see them, whatever set they are pinned to. */
  configure(id: string, config: JsonObject): void {
    const stages = this.stages.get(id) ?? [];
    this.stages.set(
      id,
      stages.map((stage) => (stage.registered ? stageOf({ ...stage.registered, config }, stage.since) : stage)),
    );
    this.refresh();
  }

  /** Forgets versions that no execution can ask for any more; answers their plugins. */
  forget(inUse: ReadonlySet<number | undefined>): readonly Plugin[] {
    const needed = [...inUse, this.set].map((set) => set ?? 0);
    const forgotten: Plugin[] = [];
    for (const [id, stages] of this.stages) {
      const kept = stages.filter(({ since }, index) => {
        const end = stages[index + 1]?.since ?? Infinity;
        return needed.some((set) => set >= since && set < end);
      });
      const gone = stages
        .filter((stage) => !kept.includes(stage))
        .flatMap(({ registered }) => registered?.plugin ?? []);
      forgotten.push(...gone.filter((plugin) => !kept.some(({ registered }) => registered?.plugin === plugin)));
      if (kept.length < stages.length) this.stages.set(id, kept);
    }
    return forgotten;
  }

  /** Whether somebody can ask for tasks of this very plugin, now or in a set before. */
  holds(plugin: Plugin): boolean {
    return (this.stages.get(plugin.id) ?? []).some(({ registered }) => registered?.plugin === plugin);
  }

  /** Calls `listener` whenever a plugin comes, goes or changes. Answers how to stop that. */
  onChange(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  /** The versions of a plugin that are there for executions which were pinned to them, oldest first. */
  olderVersions(id: string): readonly string[] {
    const before = (this.stages.get(id) ?? []).slice(0, -1);
    return before.flatMap(({ registered }) => registered?.version ?? []);
  }

  /** A plugin as it is now. */
  plugin(id: string): RegisteredPlugin | undefined {
    return this.stages.get(id)?.at(-1)?.registered;
  }

  /** All that are there now, by id. */
  all(): readonly RegisteredPlugin[] {
    const found = [...this.stages.values()].flatMap((stages) => stages.at(-1)?.registered ?? []);
    return found.sort((a, b) => (a.plugin.id < b.plugin.id ? -1 : 1));
  }

  /** A task of a set of plugin versions. */
  task(type: string, set: number | undefined = this.plugins): RegisteredTask | undefined {
    if ((set ?? 0) === this.set) return this.current.get(type);
    return this.stageAt(type, set)?.tasks.get(type);
  }

  find(type: string): TaskType | undefined {
    return this.stageAt(type, this.set)?.types.get(type);
  }

  types(): readonly TaskType[] {
    const found = [...this.stages.values()].flatMap((stages) => [...(stages.at(-1)?.types.values() ?? [])]);
    return found.sort((a, b) => (a.type < b.type ? -1 : 1));
  }

  /** The task types of a set of plugin versions. */
  catalogueOf(set: number | undefined): TaskCatalogue {
    if ((set ?? 0) === this.set) return this;
    return {
      revision: this.revision,
      ...(set !== undefined && { plugins: set }),
      find: (type) => this.stageAt(type, set)?.types.get(type),
      types: () => this.types(),
    };
  }

  private isThere(id: string): boolean {
    return this.plugin(id) !== undefined;
  }

  private enter(plugin: Plugin, given: Registration, since: number): void {
    this.put(plugin.id, stageOf(registeredPlugin(plugin, given), since));
  }

  private put(id: string, stage: Stage): void {
    const before = (this.stages.get(id) ?? []).filter(({ since }) => since < stage.since);
    this.stages.set(id, [...before, stage]);
    this.set = Math.max(this.set, stage.since);
    this.refresh();
  }

  private refresh(): void {
    this.revision += 1;
    this.current = new Map([...this.stages.values()].flatMap((stages) => [...(stages.at(-1)?.tasks ?? [])]));
    for (const listener of this.listeners) listener();
  }

  /** A set that is not kept any more, or is of a time before the plugin came, has what is there now. */
  private stageAt(type: string, set = 0): Stage | undefined {
    const stages = this.stages.get(type.slice(0, type.indexOf('/'))) ?? [];
    return stages.findLast(({ since }) => since <= set) ?? stages.at(-1);
  }
}

/** A plugin with all that is said of it, or else holds. */
export const registeredPlugin = (plugin: Plugin, given: Registration): RegisteredPlugin => {
  const { config = {}, services = SERVICE_NAMES, hosts = ALL_HOSTS, origin = 'application' } = given;
  const { version, description } = given;
  return { plugin, config, services, hosts, origin, version, description };
};

const stageOf = (registered: RegisteredPlugin, since: number): Stage => {
  const { plugin, config, services, hosts } = registered;
  const typed = plugin.tasks.map((task) => ({ type: `${plugin.id}/${task.id}`, task }));
  return {
    since,
    registered,
    tasks: new Map(typed.map(({ type, task }) => [type, { type, task, plugin: plugin.id, config, services, hosts }])),
    types: new Map(typed.map(({ type, task }) => [type, describe(type, plugin.id, task)])),
  };
};

const invalid = (plugin: string, problems: readonly string[]): HarmoniaError => {
  const faults = problems.map((reason) => fault('plugin_invalid', '', { plugin, reason }));
  return new HarmoniaError('plugin_invalid', { plugin, reason: problems.join('; ') }, { faults });
};

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
