import type { DynamicModule } from '@nestjs/common';
import type { Clock } from '../kernel/index.js';
import type { HttpLimits } from './limits/http-limits.js';
import type { Shutdown } from '../tekton/ports/index.js';
import type { EventFeed } from './streams/event-feed.js';
import type { ConversationContexts } from '../tekton/utilities/conversation/index.js';
import type { StreamLimits } from './streams/stream-limits.js';

/** Names under which the API finds what it stands on. */
export const ENGINE = Symbol('Engine');
export const CATALOG = Symbol('WorkflowCatalog');
export const READER = Symbol('ExecutionReader');
export const COMPONENTS = Symbol('Components');
export const COMPONENT_NOTES = Symbol('ComponentNotes');
export const DESTINATIONS = Symbol('DestinationBoard');
export const LLM = Symbol('LlmBoard');
export const LLM_USAGE = Symbol('LlmUsageBoard');
export const SUGGESTIONS = Symbol('Suggestions');
export const ASSISTANTS = Symbol('Assistants');
/** Workflows from words. */
export const GENERATION = Symbol('Generation');
export const CREDENTIALS = Symbol('Credentials');
export const SCHEDULES = Symbol('Schedules');
/** Webhooks that others call, and those that Harmonia sends. */
export const INBOUND = Symbol('InboundWebhooks');
export const OUTBOUND = Symbol('OutboundWebhooks');
/** What `POST /webhooks` takes beside webhooks. */
export const OTHER_WEBHOOKS = Symbol('OtherWebhooks');
export const HOOKS = Symbol('HookReceiver');
export const TRIGGERS = Symbol('Triggers');
export const TEMPLATES = Symbol('TemplateService');
/** What Harmonia does for other components. */
export const OWN_ACTIONS = Symbol('OwnActions');
export const MESSAGES = Symbol('MessageDesk');
export const HANDOFFS = Symbol('Handoffs');
export const SPRINTS = Symbol('Sprints');
/** How it stands with Hermes. */
export const HERMES_STATE = Symbol('HermesDesk');
/** What is measured, for Prometheus. */
export const METRICS = Symbol('MetricsPage');
/** Is told of every request. */
export const REQUEST_METER = Symbol('RequestMeter');
export const FEED = Symbol('EventFeed');
export const SETTINGS = Symbol('ApiSettings');
/** Who may call. */
export const ACCESS = Symbol('Access');
export const PLUGINS = Symbol('PluginAdministration');
export const CLOCK = Symbol('Clock');
/** The rest of the platform, and how it stops this service. */
export const PLATFORM = Symbol('Platform');
export const SHUTDOWN = Symbol('Shutdown');
export const STREAMS = Symbol('StreamLimits');

export interface ApiSettings {
  readonly version: string;
  readonly port: number;
  readonly corsOrigins: readonly string[];
  /** Address under which others reach this service. */
  readonly publicUrl: string;
  readonly maxBodyBytes: number;
  readonly maxPayloadBytes: number;
  readonly limits: HttpLimits;
  /** Components whose addresses are known. */
  readonly components: readonly string[];
  /** What is not given is as in STREAM_LIMITS. */
  readonly streams?: Partial<StreamLimits>;
  /** Conversations that requests may belong to, by `X-Context-ID`. */
  readonly conversations: ConversationContexts;
}

/** Everything the API stands on. */
export interface ApiParts {
  /** The modules that provide the engine, the workflow catalog and `READER`. */
  readonly imports: readonly DynamicModule[];
  readonly feed: EventFeed;
  readonly clock: Clock;
  readonly shutdown: Shutdown;
  readonly settings: ApiSettings;
}
