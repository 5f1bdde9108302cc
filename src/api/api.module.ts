import { Module, type DynamicModule } from '@nestjs/common';
import { Engine } from '../engine/index.js';
import { isoInstant } from '../kernel/index.js';
import { WorkflowCatalog } from '../workflow/index.js';
import { AccessLife } from './access/access-life.js';
import { Gatekeeper } from './access/gatekeeper.js';
import { Limited } from './access/limited.js';
import { Owners } from './access/owners.js';
import { Recorder } from './access/recorder.js';
import { Viewers } from './access/viewer.js';
import { AuditController } from './access/rest/audit.controller.js';
import { KeysController } from './access/rest/keys.controller.js';
import { DiagnosisController } from './rest/assistants/diagnosis.controller.js';
import { AdviceController } from './rest/llm/advice.controller.js';
import { ExplainController } from './rest/assistants/explain.controller.js';
import { ExpressionHelpController } from './rest/assistants/expression-help.controller.js';
import { PlanController } from './rest/assistants/plan.controller.js';
import { ComponentNotesController } from './rest/components/component-notes.controller.js';
import { ComponentsController } from './rest/components/components.controller.js';
import { GenerationController } from './rest/generation/generation.controller.js';
import { CheckpointsController } from './rest/execution/checkpoints.controller.js';
import { DestinationsController } from './rest/components/destinations.controller.js';
import { CredentialsController } from './rest/credential/credentials.controller.js';
import { EventDesk } from './rest/execution/event-desk.js';
import { ExecutionDesk } from './rest/execution/execution-desk.js';
import { ReexecutionDesk } from './rest/execution/reexecution-desk.js';
import { WorkflowDesk } from './rest/workflow/workflow-desk.js';
import { ExecutionPagesController } from './rest/execution/execution-pages.controller.js';
import { ExecutionView } from './rest/execution/execution-view.js';
import { ExecutionsController } from './rest/execution/executions.controller.js';
import { HermesController } from './rest/infrastructure/hermes.controller.js';
import { Idempotency } from './rest/idempotency.js';
import { JournalProof } from './rest/execution/journal-proof.js';
import { DiscoveryController } from './rest/infrastructure/discovery.controller.js';
import { HealthController } from './rest/infrastructure/health.controller.js';
import { ServiceState } from './rest/infrastructure/service-state.js';
import { ShutdownController } from './rest/infrastructure/shutdown.controller.js';
import { MetricsController } from './rest/infrastructure/metrics.controller.js';
import { MigrationController } from './rest/execution/migration.controller.js';
import { McpController } from './mcp/mcp.controller.js';
import { PlainCallsController } from './mcp/platform/plain-calls.controller.js';
import { PlatformToolsController } from './mcp/platform/platform-tools.controller.js';
import { ToolCallbackController } from './mcp/platform/tool-callback.controller.js';
import { toolDesk } from './mcp/tool-desk.js';
import { LlmController } from './rest/llm/llm.controller.js';
import { PluginsController } from './rest/plugin/plugins.controller.js';
import { ReexecutionController } from './rest/execution/reexecution.controller.js';
import { SchedulesController } from './rest/schedules/schedules.controller.js';
import { TemplateCategoriesController } from './rest/templates/template-categories.controller.js';
import { TemplateInstancesController } from './rest/templates/template-instances.controller.js';
import { TemplatePages } from './rest/templates/template-pages.js';
import { TemplateVersionsController } from './rest/templates/template-versions.controller.js';
import { TemplatesController } from './rest/templates/templates.controller.js';
import { CALLER_CONTROLLERS, Talks } from './rest/tekton/index.js';
import { VariablesController } from './rest/execution/variables.controller.js';
import { WaitsController } from './rest/execution/waits.controller.js';
import { DeliveriesController } from './rest/webhooks/deliveries.controller.js';
import { HooksController } from './rest/webhooks/hooks.controller.js';
import { WebhookDesk } from './rest/webhooks/webhook-desk.js';
import { WebhooksController } from './rest/webhooks/webhooks.controller.js';
import { TriggersController, TriggerTypesController } from './rest/triggers/triggers.controller.js';
import { WorkflowsController } from './rest/workflow/workflows.controller.js';
import { OptimizerFactsController } from './rest/suggestions/optimizer-facts.controller.js';
import { CanaryController } from './rest/suggestions/canary.controller.js';
import { SuggestionController } from './rest/suggestions/suggestion.controller.js';
import { SuggestionsController } from './rest/suggestions/suggestions.controller.js';
import { Admission } from './limits/admission.js';
import { Peers } from './limits/peers.js';
import { OpenSockets } from './open-sockets.js';
import { ServedRoutes } from './served-routes.js';
import type { EventFeed } from './streams/event-feed.js';
import { Clients } from './streams/clients.js';
import { ExecutionHistory } from './streams/execution-history.js';
import { SseController } from './streams/sse.controller.js';
import { STREAM_LIMITS } from './streams/stream-limits.js';
import { CATALOG, CLOCK, ENGINE, FEED, SETTINGS, SHUTDOWN, STREAMS, type ApiParts } from './tokens.js';
import { EventsGateway, ExecutionGateway, RootGateway, Sessions, WorkflowsGateway } from './ws/gateways.js';

const CONTROLLERS = [
  HealthController,
  DiscoveryController,
  ShutdownController,
  HermesController,
  KeysController,
  AuditController,
  MetricsController,
  WorkflowsController,
  ExecutionPagesController,
  ExecutionsController,
  CheckpointsController,
  CredentialsController,
  ReexecutionController,
  MigrationController,
  WaitsController,
  VariablesController,
  DestinationsController,
  LlmController,
  AdviceController,
  ExplainController,
  ExpressionHelpController,
  PlanController,
  DiagnosisController,
  SuggestionsController,
  SuggestionController,
  GenerationController,
  CanaryController,
  OptimizerFactsController,
  ComponentsController,
  ComponentNotesController,
  PluginsController,
  SchedulesController,
  WebhooksController,
  DeliveriesController,
  HooksController,
  TemplateCategoriesController,
  TemplatesController,
  TemplateVersionsController,
  TemplateInstancesController,
  TriggersController,
  TriggerTypesController,
  McpController,
  PlatformToolsController,
  PlainCallsController,
  ToolCallbackController,
  SseController,
  ...CALLER_CONTROLLERS,
];

/** The streams tell of definitions whoever changes them. */
const feeding =
  (feed: EventFeed) =>
  (catalog: WorkflowCatalog): EventFeed => {
    catalog.follow(({ type, workflow: { id, name, version }, at }) =>
      feed.workflowChanged({ type, workflow_id: id, name, version, timestamp: isoInstant(at) }),
    );
    return feed;
  };

/** REST, WebSocket and server-sent events over an engine. */
@Module({})
export class ApiModule {
  static register({ imports, feed, clock, shutdown, settings }: ApiParts): DynamicModule {
    return {
      module: ApiModule,
      imports: [...imports],
      controllers: CONTROLLERS,
      providers: [
        { provide: ENGINE, useExisting: Engine },
        { provide: CATALOG, useExisting: WorkflowCatalog },
        { provide: FEED, useFactory: feeding(feed), inject: [WorkflowCatalog] },
        { provide: CLOCK, useValue: clock },
        { provide: SHUTDOWN, useValue: shutdown },
        { provide: SETTINGS, useValue: settings },
        { provide: STREAMS, useValue: { ...STREAM_LIMITS, ...settings.streams } },
        { provide: Peers, useValue: new Peers(settings.limits.trustedProxies) },
        Admission,
        AccessLife,
        Gatekeeper,
        Limited,
        Owners,
        Recorder,
        Talks,
        Viewers,
        Clients,
        OpenSockets,
        ServedRoutes,
        ExecutionHistory,
        ExecutionView,
        toolDesk,
        WorkflowDesk,
        ExecutionDesk,
        ReexecutionDesk,
        EventDesk,
        JournalProof,
        Idempotency,
        ServiceState,
        WebhookDesk,
        TemplatePages,
        Sessions,
        ExecutionGateway,
        EventsGateway,
        WorkflowsGateway,
        RootGateway,
      ],
    };
  }
}
