import type { Json, JsonObject } from '../../../kernel/index.js';
import type { Task, Trigger } from '../../../plugin/contract/index.js';
import type { PluginDescription } from '../../../plugin/ports/index.js';

/** What plugins wrote may hold anything that JSON text leaves out. */
const plain = (value: unknown): Json => (value === undefined ? null : (JSON.parse(JSON.stringify(value)) as Json));

/** A kind of task, as a workflow may use it. */
export const taskTypeItem = (plugin: string, task: Task): JsonObject => ({
  type: `${plugin}/${task.id}`,
  title: task.title,
  description: task.description,
  icon: task.icon ?? null,
  effects: task.effects,
  input: plain(task.input),
  output: plain(task.output),
  credentials: plain(task.credentials),
  retry: plain(task.retry),
  timeout: task.timeout ?? null,
  heartbeat: task.heartbeat ?? null,
  compensate: plain(task.compensate),
});

const triggerTypeItem = (plugin: string, trigger: Trigger): JsonObject => ({
  type: `${plugin}/${trigger.id}`,
  title: trigger.title,
  description: trigger.description,
  icon: trigger.icon ?? null,
  params: plain(trigger.params),
  payload: plain(trigger.payload),
  credentials: plain(trigger.credentials),
});

const installationItem = (installation: PluginDescription['installation']): JsonObject | null => {
  if (!installation) return null;
  const { source, integrity, trusted } = installation;
  return { source, integrity, trusted };
};

export const pluginItem = (plugin: PluginDescription): JsonObject => ({
  id: plugin.id,
  version: plugin.version ?? null,
  description: plugin.description ?? null,
  origin: plugin.origin,
  enabled: plugin.enabled,
  installation: installationItem(plugin.installation),
  certificate: plain(plugin.installation?.certificate),
  older_versions: plain(plugin.olderVersions),
  services: plain(plugin.services),
  hosts: plain(plugin.hosts),
  tasks: plugin.tasks.map((task) => taskTypeItem(plugin.id, task)),
  triggers: plugin.triggers.map((trigger) => triggerTypeItem(plugin.id, trigger)),
  templates: plugin.templates.length,
});
