import { Module, type DynamicModule } from '@nestjs/common';
import { Engine } from '../engine/index.js';
import { WorkflowCatalog } from '../workflow/index.js';
import { CheckpointsController } from './rest/checkpoints.controller.js';
import { CredentialsController } from './rest/credential/credentials.controller.js';
import { ExecutionPagesController } from './rest/execution-pages.controller.js';
import { ExecutionView } from './rest/execution-view.js';
import { ExecutionsController } from './rest/executions.controller.js';
import { Idempotency } from './rest/idempotency.js';
import { JournalProof } from './rest/journal-proof.js';
import { InfrastructureController } from './rest/infrastructure.controller.js';
import { MigrationController } from './rest/migration.controller.js';
import { PluginsController } from './rest/plugin/plugins.controller.js';
import { ReexecutionController } from './rest/reexecution.controller.js';
import { VariablesController } from './rest/variables.controller.js';
import { WaitsController } from './rest/waits.controller.js';
import { DeliveriesController } from './rest/webhooks/deliveries.controller.js';
import { HooksController } from './rest/webhooks/hooks.controller.js';
import { WebhookDesk } from './rest/webhooks/webhook-desk.js';
import { WebhooksController } from './rest/webhooks/webhooks.controller.js';
import { WorkflowsController } from './rest/workflows.controller.js';
import { ServedRoutes } from './served-routes.js';
import { Clients } from './streams/clients.js';
import { ExecutionHistory } from './streams/execution-history.js';
import { SseController } from './streams/sse.controller.js';
import { STREAM_LIMITS } from './streams/stream-limits.js';
import { CATALOG, CLOCK, ENGINE, FEED, SETTINGS, STREAMS, type ApiParts } from './tokens.js';
import { EventsGateway, ExecutionGateway, Sessions, WorkflowsGateway } from './ws/gateways.js';

/** REST, WebSocket and server-sent events over an engine. */
@Module({})
export class ApiModule {
  static register({ imports, feed, clock, settings }: ApiParts): DynamicModule {
    return {
      module: ApiModule,
      imports: [...imports],
      controllers: [
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
        PluginsController,
        WebhooksController,
        DeliveriesController,
        HooksController,
        SseController,
      ],
      providers: [
        { provide: ENGINE, useExisting: Engine },
        { provide: CATALOG, useExisting: WorkflowCatalog },
        { provide: FEED, useValue: feed },
        { provide: CLOCK, useValue: clock },
        { provide: SETTINGS, useValue: settings },
        { provide: STREAMS, useValue: { ...STREAM_LIMITS, ...settings.streams } },
        Clients,
        ServedRoutes,
        ExecutionHistory,
        ExecutionView,
        JournalProof,
        Idempotency,
        WebhookDesk,
        Sessions,
        ExecutionGateway,
        EventsGateway,
        WorkflowsGateway,
      ],
    };
  }
}
