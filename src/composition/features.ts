import type { Config } from '../config/index.js';
import type { Credentials } from '../credential/index.js';
import type { SchemaChecker } from '../engine/core/index.js';
import type { Engine } from '../engine/index.js';
import type { Schedules, WebhookDirection } from '../integration/ports/index.js';
import type { Outbound } from './outbound.js';
import type { Storage } from '../persistence/index.js';
import type { PluginRegistry } from '../plugin/host/index.js';
import type { TemplateService } from '../template/index.js';
import type { WorkflowCatalog, WorkflowRequests } from '../workflow/index.js';
import { createSchedules } from './schedules.js';
import { composeTemplates } from './templates.js';
import type { CommitPulse } from './commit-pulse.js';
import { createSubscriptions } from './subscriptions.js';
import { createInbound, type Inbound } from './webhooks.js';

/** What stands on the engine: each starts workflows, or tells of them. */
export interface Features {
  readonly schedules: Schedules;
  readonly templates: TemplateService;
  /** What others tell Harmonia: webhooks, the inbox. */
  readonly inbound: Inbound;
  /** Webhooks that Harmonia sends. */
  readonly subscriptions: WebhookDirection;
}

/** What runs beside the engine, from `open` to `close`. */
export interface Background {
  start(): void | Promise<void>;
  stop(): Promise<void>;
}

export interface FeatureParts {
  readonly config: Config;
  readonly engine: Engine;
  readonly registry: PluginRegistry;
  readonly schemas: SchemaChecker;
  readonly catalog: WorkflowCatalog;
  readonly storage: Storage;
  readonly requests: WorkflowRequests;
  readonly credentials: Credentials;
  readonly outbound: Outbound;
  readonly commits: CommitPulse;
  readonly onTrouble: (what: string, error: unknown) => void;
}

export const createFeatures = (
  parts: FeatureParts,
): { readonly features: Features; readonly background: readonly Background[] } => {
  const inbound = createInbound(parts);
  const schedules = createSchedules(parts);
  const templates = composeTemplates(parts);
  const { webhooks: subscriptions, background: sending } = createSubscriptions(parts);
  return {
    features: { inbound, schedules, templates, subscriptions },
    background: [inbound.inbox, schedules, sending],
  };
};
