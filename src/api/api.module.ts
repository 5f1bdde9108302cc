import { Module, type DynamicModule } from '@nestjs/common';
import { Engine } from '../engine/index.js';
import { isoInstant } from '../kernel/index.js';
import { WorkflowCatalog } from '../workflow/index.js';
import { DiagnosisController } from './rest/assistants/diagnosis.controller.js';
import { ExplainController } from './rest/assistants/explain.controller.js';
import { ExpressionHelpController } from './rest/assistants/expression-help.controller.js';
import { PlanController } from './rest/assistants/plan.controller.js';
import { ComponentNotesController } from './rest/components/component-notes.controller.js';
import { ComponentsController } from './rest/components/components.controller.js';
import { GenerationController } from './rest/generation/generation.controller.js';
import { CheckpointsController } from './rest/execution/checkpoints.controller.js';
import { DestinationsController } from './rest/destination/destinations.controller.js';
import { CredentialsController } from './rest/credential/credentials.controller.js';
import { ExecutionPagesController } from './rest/execution/execution-pages.controller.js';
import { ExecutionView } from './rest/execution/execution-view.js';
import { ExecutionsController } from './rest/execution/executions.controller.js';
import { Idempotency } from './rest/idempotency.js';
import { JournalProof } from './rest/execution/journal-proof.js';
import { InfrastructureController } from './rest/infrastructure.controller.js';
import { MigrationController } from './rest/execution/migration.controller.js';
import { LlmController } from './rest/llm/llm.controller.js';
import { PluginsController } from './rest/plugin/plugins.controller.js';
import { ReexecutionController } from './rest/execution/reexecution.controller.js';
import { SchedulesController } from './rest/schedules/schedules.controller.js';
import { TemplateCategoriesController } from './rest/templates/template-categories.controller.js';
import { TemplateInstancesController } from './rest/templates/template-instances.controller.js';
import { TemplatePages } from './rest/templates/template-pages.js';
import { TemplateVersionsController } from './rest/templates/template-versions.controller.js';
import { TemplatesController } from './rest/templates/templates.controller.js';
import { VariablesController } from './rest/execution/variables.controller.js';
import { WaitsController } from './rest/execution/waits.controller.js';
import { DeliveriesController } from './rest/webhooks/deliveries.controller.js';
import { HooksController } from './rest/webhooks/hooks.controller.js';
import { WebhookDesk } from './rest/webhooks/webhook-desk.js';
import { WebhooksController } from './rest/webhooks/webhooks.controller.js';
import { TriggersController, TriggerTypesController } from './rest/triggers/triggers.controller.js';
import { WorkflowsController } from './rest/workflows.controller.js';
import { OptimizerFactsController } from './rest/suggestions/optimizer-facts.controller.js';
import { CanaryController } from './rest/suggestions/canary.controller.js';
import { SuggestionController } from './rest/suggestions/suggestion.controller.js';
import { SuggestionsController } from './rest/suggestions/suggestions.controller.js';
import { Admission, type ClientOf } from './limits/admission.js';
import { Peers } from './limits/peers.js';
import { ServedRoutes } from './served-routes.js';
import type { EventFeed } from './streams/event-feed.js';
import { Clients } from './streams/clients.js';
import { ExecutionHistory } from './streams/execution-history.js';
import { SseController } from './streams/sse.controller.js';
import { STREAM_LIMITS } from './streams/stream-limits.js';
import { CATALOG, CLIENT_OF, CLOCK, ENGINE, FEED, SETTINGS, STREAMS, type ApiParts } from './tokens.js';
import { EventsGateway, ExecutionGateway, Sessions, WorkflowsGateway } from './ws/gateways.js';

const CONTROLLERS = [
  InfrastructureController,
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
  SseController,
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
  static register({ imports, feed, clock, settings }: ApiParts): DynamicModule {
    return {
      module: ApiModule,
      imports: [...imports],
      controllers: CONTROLLERS,
      providers: [
        { provide: ENGINE, useExisting: Engine },
        { provide: CATALOG, useExisting: WorkflowCatalog },
        { provide: FEED, useFactory: feeding(feed), inject: [WorkflowCatalog] },
        { provide: CLOCK, useValue: clock },
        { provide: SETTINGS, useValue: settings },
        { provide: STREAMS, useValue: { ...STREAM_LIMITS, ...settings.streams } },
        { provide: CLIENT_OF, useValue: (() => undefined) satisfies ClientOf },
        { provide: Peers, useValue: new Peers(settings.limits.trustedProxies) },
        Admission,
        Clients,
        ServedRoutes,
        ExecutionHistory,
        ExecutionView,
        JournalProof,
        Idempotency,
        WebhookDesk,
        TemplatePages,
        Sessions,
        ExecutionGateway,
        EventsGateway,
        WorkflowsGateway,
      ],
    };
  }
}
