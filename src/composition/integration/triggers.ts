import { systemTimers as timers } from '../../engine/embedded/index.js';
import type { SchemaChecker } from '../../engine/core/index.js';
import type { Config } from '../../config/index.js';
import type { Inbox } from '../../integration/index.js';
import type { TriggerGuard, TriggerKind, TriggerKinds } from '../../integration/ports/index.js';
import { HappeningWatch, TriggerService } from '../../integration/trigger/index.js';
import { err, fault, HarmoniaError, ok, type JsonObject } from '../../kernel/index.js';
import { newId } from '../../new-id.js';
import type { Storage } from '../../persistence/index.js';
import type { ComponentService, TriggerServices } from '../../plugin/contract/index.js';
import { checkOutput, type PluginLogLine, type PluginRegistry, type RegisteredPlugin } from '../../plugin/host/index.js';
import type { OutboundHttp, SecretSource } from '../../plugin/ports/index.js';
import type { WorkflowRequests } from '../../workflow/index.js';
import { budgetFaults } from '../budgets.js';
import { currentMasking } from '../current-masking.js';
import { expressionsOf } from '../expressions.js';
import { knowsWorkflow } from './webhooks.js';

export interface TriggerComposition {
  readonly config: Config;
  readonly registry: PluginRegistry;
  readonly schemas: SchemaChecker;
  readonly storage: Pick<Storage, 'triggers' | 'happenings'>;
  readonly requests: WorkflowRequests;
  readonly components: ComponentService;
  readonly http: OutboundHttp;
  readonly secrets: SecretSource;
  readonly inbox: Inbox;
  readonly onLog: (line: PluginLogLine) => void;
}

const FAULTS_SHOWN = 50;

/** The services that a plugin is granted. */
const granted = (services: TriggerServices, names: readonly string[]): TriggerServices =>
  Object.fromEntries(Object.entries(services).filter(([name]) => names.includes(name)));

const kindsOf = (registered: RegisteredPlugin, services: TriggerServices): TriggerKind[] =>
  registered.plugin.triggers.map((trigger) => ({
    ...{ type: `${registered.plugin.id}/${trigger.id}`, plugin: registered.plugin.id, trigger },
    ...{ config: registered.config, hosts: registered.hosts, version: registered },
    services: granted(services, registered.services),
  }));

const servicesOf = ({ requests, storage, components }: TriggerComposition): TriggerServices => {
  const watch = new HappeningWatch(storage.happenings);
  return {
    components,
    workflows: {
      start: (request) => requests.start(request),
      publish: (event, workflow) => requests.publish(event, workflow),
      signal: (execution, event) => requests.signal(execution, event),
      setState: (execution, values) => requests.setState(execution, values),
      watch: (request) => watch.watch(request),
    },
  };
};

/** The triggers of the plugins that are there now. */
const triggerKinds = (parts: TriggerComposition): TriggerKinds => {
  const { registry, schemas } = parts;
  const services = servicesOf(parts);
  const paramsFaults = ({ trigger }: TriggerKind, params: JsonObject) => {
    if (trigger.params === undefined) return [];
    const schema = schemas.compile(trigger.params);
    if (schema.ok)
      return schema.value
        .check(params)
        .slice(0, FAULTS_SHOWN)
        .map(({ pointer, reason }) => fault('schema_mismatch', `/params${pointer}`, { reason }));
    return [fault('schema_mismatch', '/params', { reason: 'the schema of the trigger is wrong' })];
  };
  return {
    find: (type) => {
      const registered = registry.plugin(type.slice(0, type.indexOf('/')));
      return registered && kindsOf(registered, services).find((kind) => kind.type === type);
    },
    all: () =>
      registry
        .all()
        .flatMap((registered) => kindsOf(registered, services))
        .sort((a, b) => (a.type < b.type ? -1 : 1)),
    faults: paramsFaults,
    onChange: (listener) => registry.onChange(listener),
  };
};

const guardOf = (secrets: SecretSource): TriggerGuard => {
  const masking = currentMasking(secrets);
  return {
    credential: (name) => {
      try {
        return secrets.credential(name);
      } catch (error) {
        if (error instanceof HarmoniaError) return undefined;
        throw error;
      }
    },
    text: (text) => masking().text(text),
    json: (value, maxBytes) => {
      const checked = checkOutput(value, maxBytes);
      if (checked.is === 'json') return ok(masking().json(checked.output));
      return err(checked.failure.code === 'payload_too_large' ? 'too_large' : 'no_json');
    },
  };
};

/** Triggers over the plugins, the inbox and the storage of this Harmonia. */
export const createTriggers = (parts: TriggerComposition): TriggerService =>
  new TriggerService({
    store: parts.storage.triggers,
    inbox: parts.inbox,
    kinds: triggerKinds(parts),
    guard: guardOf(parts.secrets),
    http: parts.http,
    timers,
    newId,
    parse: { expressions: expressionsOf(timers, newId), budgetFaults },
    knowsWorkflow: (workflow) => knowsWorkflow(parts.requests, workflow),
    log: ({ trigger, plugin, level, message, details }) =>
      parts.onLog({
        ...{ plugin, level, message: `trigger ${trigger}: ${message}` },
        ...(details !== undefined && { details }),
      }),
  });
