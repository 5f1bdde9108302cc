import { isDeepStrictEqual } from 'node:util';
import { HarmoniaError, type Clock, type Json, type JsonObject } from '../../../kernel/index.js';
import type { LogLevel, Plugin, PluginContext, ServiceName, TaskServices } from '../../contract/index.js';
import { inContext } from '../../../tekton/utilities/context/index.js';
import type { OutboundHttp } from '../../ports/index.js';
import { granted } from '../attempt-context.js';
import { reasonOf } from '../failure-of.js';

/** ms */
const START_LIMIT = 30_000;
const STOP_LIMIT = 10_000;

/** A line that the hooks of a plugin say. */
export interface PluginLogLine {
  readonly plugin: string;
  readonly level: LogLevel;
  readonly message: string;
  readonly details?: Json;
}

export interface HookSurroundings {
  readonly services: TaskServices;
  readonly http: OutboundHttp;
  readonly clock: Clock;
  readonly log: (line: PluginLogLine) => void;
}

/** What a plugin may use in its hooks. */
export interface HookGrant {
  readonly config: JsonObject;
  readonly services: readonly ServiceName[];
  readonly hosts: readonly string[];
}

const within = async (work: void | Promise<void> | undefined, limit: number): Promise<void> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`it took longer than ${limit / 1000} s`)), limit);
  });
  try {
    await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
};

interface Running {
  readonly grant: HookGrant;
  readonly controller: AbortController;
}

/** Calls the hooks of plugins: `start` once for each and its settings, `stop` once for each that was started. */
export class PluginHooks {
  private readonly running = new Map<Plugin, Running>();

  constructor(private readonly surroundings: HookSurroundings) {}

  /**
   * Starts a plugin. One that runs with other settings is stopped before; when the new ones do not please it, it goes on with
   * the old ones. Rejects with `plugin_not_started`. Answers how to make it undone.
   */
  async start(plugin: Plugin, grant: HookGrant): Promise<() => Promise<unknown>> {
    const before = this.running.get(plugin);
    if (before && isDeepStrictEqual(before.grant.config, grant.config)) return () => Promise.resolve();
    if (before) await this.stop(plugin);
    try {
      await this.begin(plugin, grant);
    } catch (error) {
      if (before) await this.begin(plugin, before.grant).catch((again: unknown) => this.say(plugin, reasonOf(again)));
      throw error;
    }
    return () => (before ? this.start(plugin, before.grant) : this.stop(plugin));
  }

  /** What goes wrong is said in the log: it stops in any case. */
  async stop(plugin: Plugin): Promise<void> {
    const running = this.running.get(plugin);
    if (!running) return;
    this.running.delete(plugin);
    running.controller.abort();
    try {
      if (plugin.stop) await within(plugin.stop(), STOP_LIMIT);
    } catch (error) {
      this.say(plugin, `It did not stop: ${reasonOf(error)}`);
    }
  }

  async stopAll(): Promise<void> {
    await Promise.all([...this.running.keys()].map((plugin) => this.stop(plugin)));
  }

  private async begin(plugin: Plugin, grant: HookGrant): Promise<void> {
    const controller = new AbortController();
    this.running.set(plugin, { grant, controller });
    try {
      const context = this.contextOf(plugin, grant, controller.signal);
      // What it begins to do goes on for all, not for who has installed it.
      await inContext(undefined, () => within(plugin.start?.(context), START_LIMIT));
    } catch (error) {
      controller.abort();
      this.running.delete(plugin);
      const reason = reasonOf(error).replace(/\.$/, '');
      throw new HarmoniaError('plugin_not_started', { id: plugin.id, reason }, { cause: error });
    }
  }

  private say({ id }: Plugin, message: string): void {
    this.surroundings.log({ plugin: id, level: 'error', message });
  }

  private contextOf({ id }: Plugin, { config, services, hosts }: HookGrant, signal: AbortSignal): PluginContext {
    const { clock, http, log } = this.surroundings;
    return {
      config,
      services: granted(this.surroundings.services, services),
      http: http.client({ hosts, signal }),
      signal,
      now: () => clock.now(),
      log: (level, message, details) =>
        log({ plugin: id, level, message: String(message), ...(details !== undefined && { details }) }),
    };
  }
}
