import type { Config } from '../config/index.js';
import type { Credentials } from '../credential/index.js';
import type { SchemaChecker } from '../engine/core/index.js';
import type { Engine } from '../engine/index.js';
import type { OtherWebhooks, Schedules, Triggers, WebhookDirection } from '../integration/ports/index.js';
import type { KeptHistories } from '../llm/index.js';
import type { Generation, Proposer, StatedFacts, Suggestions } from '../llm/ports/index.js';
import type { Storage } from '../persistence/index.js';
import type { PluginLogLine, PluginRegistry } from '../plugin/host/index.js';
import type { TemplateService } from '../template/index.js';
import type { WorkflowCatalog, WorkflowRequests } from '../workflow/index.js';
import { createSchedules } from './integration/schedules.js';
import type { ComponentService } from '../plugin/contract/index.js';
import type { Outbound } from './integration/outbound.js';
import { createGeneration, type GenerationComposition } from './llm/generation.js';
import { composeTemplates } from './templates.js';
import type { CommitPulse } from './commit-pulse.js';
import type { TraceOfExecution } from './log/event-log.js';
import { createSubscriptions } from './integration/subscriptions.js';
import { createSuggestions } from './llm/suggestions.js';
import { createTriggers } from './integration/triggers.js';
import { UpstreamTriggers } from '../integration/trigger/index.js';
import { createInbound, type Inbound } from './integration/webhooks.js';

/** What stands on the engine: each starts workflows, or tells of them. */
export interface Features {
  readonly suggestions: Suggestions;
  readonly generation: Generation;
  readonly schedules: Schedules;
  readonly templates: TemplateService;
  /** What others tell Harmonia: webhooks, the inbox. */
  readonly inbound: Inbound;
  /** Webhooks that Harmonia sends. */
  readonly subscriptions: WebhookDirection;
  readonly triggers: Triggers;
  /** What `POST /webhooks` takes beside webhooks. */
  readonly otherWebhooks: OtherWebhooks;
}

/** What runs beside the engine, from `open` to `close`. */
export interface Background {
  start(): void | Promise<void>;
  stop(): Promise<void>;
}

export interface FeatureParts extends Pick<GenerationComposition, 'baseOf' | 'actions' | 'writer'> {
  readonly config: Config;
  readonly engine: Engine;
  readonly registry: PluginRegistry;
  readonly schemas: SchemaChecker;
  readonly catalog: WorkflowCatalog;
  readonly storage: Storage;
  readonly requests: WorkflowRequests;
  readonly credentials: Credentials;
  readonly outbound: Outbound;
  readonly components: { readonly components: ComponentService };
  readonly commits: CommitPulse;
  readonly traceOf: TraceOfExecution;
  /** What the operator states of actions. */
  readonly configured: StatedFacts;
  /** What recorded runs tell. */
  readonly histories: KeptHistories;
  readonly proposer: Proposer;
  readonly onTrouble: (what: string, error: unknown) => void;
  /** Is told what triggers say. Default: nobody. */
  readonly onLog?: (line: PluginLogLine) => void;
}

export const createFeatures = (
  parts: FeatureParts,
): { readonly features: Features; readonly background: readonly Background[] } => {
  const inbound = createInbound(parts);
  const schedules = createSchedules(parts);
  const templates = composeTemplates(parts);
  const suggestions = createSuggestions(parts);
  parts.commits.followEnds(suggestions.watch);
  const { webhooks: subscriptions, background: sending } = createSubscriptions({
    ...parts,
    followUps: suggestions.followUps,
  });
  const { outbound, components: known, credentials, onLog = () => undefined } = parts;
  const { http } = outbound;
  const { components } = known;
  const { inbox } = inbound;
  const triggers = createTriggers({ ...parts, http, components, inbox, onLog, secrets: credentials.forTasks });
  const otherWebhooks = new UpstreamTriggers({ schedules, triggers, origin: parts.config.publicUrl });
  return {
    features: {
      suggestions,
      generation: createGeneration(parts, templates),
      otherWebhooks,
      inbound,
      schedules,
      templates,
      subscriptions,
      triggers,
    },
    background: [inbox, schedules, sending, suggestions.watch, triggers],
  };
};
