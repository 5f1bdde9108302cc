import { Controller, Get, Inject, Res, type OnApplicationBootstrap } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { HarmoniaError, isoInstant, type Clock, type Instant } from '../../kernel/index.js';
import type { Engine } from '../../engine/index.js';
import type { HermesDesk } from '../../hermes/ports/index.js';
import { CLOCK, ENGINE, HERMES_STATE, SETTINGS, type ApiSettings } from '../tokens.js';
import { ServedRoutes } from '../served-routes.js';
import { Answered, AnsweredBare } from './dto/answered.js';
import { DiscoveryAnswer, HealthAnswer, IndexAnswer, ReadyAnswer, StatusAnswer } from './dto/answers.js';
import { success, type Envelope } from './envelope.js';
import { errorBody } from './error-body.js';

const COMPONENT = 'harmonia';
const CAPABILITIES = ['workflow_orchestration', 'state_management', 'event_streaming', 'component_coordination'];
/** Kinds of events that the streams tell, under upstream's names. */
const EVENT_TYPES = [
  ...['workflow_started', 'workflow_completed', 'workflow_failed', 'workflow_paused', 'workflow_resumed'],
  ...['workflow_canceled', 'task_started', 'task_completed', 'task_failed', 'task_skipped', 'task_progress'],
  ...['checkpoint_created', 'retry_attempted', 'timeout_occurred', 'error_occurred'],
  ...['state_changed', 'webhook_received'],
];
const ENDPOINTS = [
  ...[
    '/api/v1/workflows',
    '/api/v1/executions',
    '/api/v1/checkpoints',
    '/api/v1/credentials',
    '/api/v1/status',
    '/api/v1/docs',
  ],
  ...['/api/v1/webhooks', '/hooks/{endpoint}', '/api/v1/components'],
  ...['/health', '/ready', '/discovery', '/events', '/events/executions/{id}', '/events/workflows/{id}'],
  ...['/ws/events', '/ws/executions/{id}', '/ws/workflows'],
];

/** How the service is. */
@ApiTags('service')
@Controller()
export class InfrastructureController implements OnApplicationBootstrap {
  private readonly startedAt: Instant;
  private readyAt: Instant;

  constructor(
    @Inject(ENGINE) private readonly engine: Engine,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(SETTINGS) private readonly settings: ApiSettings,
    @Inject(HERMES_STATE) private readonly hermes: HermesDesk,
    private readonly routes: ServedRoutes,
  ) {
    this.startedAt = clock.now();
    this.readyAt = this.startedAt;
  }

  onApplicationBootstrap(): void {
    this.readyAt = this.clock.now();
  }

  @Get(['', 'api', 'api/v1'])
  @ApiOperation({ summary: 'What this is and where to look.' })
  @AnsweredBare(IndexAnswer)
  index(): object {
    return {
      name: 'Harmonia Workflow System',
      version: this.settings.version,
      status: this.engine.status().state,
      endpoints: ENDPOINTS,
      message: 'Harmonia runs workflows durably.',
    };
  }

  @Get('health')
  @ApiOperation({ summary: 'Always 200 while the process answers; degraded while the store takes no writes.' })
  @AnsweredBare(HealthAnswer)
  health(): object {
    const { state, open, running, storage } = this.engine.status();
    const registered = this.hermes.isRegistered;
    const healthy = state === 'running' && storage === undefined;
    return {
      status: healthy ? 'healthy' : 'degraded',
      component: COMPONENT,
      version: this.settings.version,
      port: this.settings.port,
      ...{ registered, registeredWithHermes: registered, registered_with_hermes: registered },
      message: storage ?? (healthy ? 'Harmonia is running' : `Harmonia is ${state}`),
      timestamp: isoInstant(this.clock.now()),
      uptime: this.uptime(),
      dependencies: [
        { name: 'storage', status: storage === undefined ? 'healthy' : 'unhealthy', message: storage ?? null },
      ],
      metrics: { open_executions: open, running_tasks: running },
    };
  }

  @Get('ready')
  @ApiOperation({ summary: '200 when work is taken, else 503.' })
  @AnsweredBare(ReadyAnswer)
  @ApiResponse({ status: 503, description: 'not_initialized' })
  ready(@Res({ passthrough: true }) reply: FastifyReply): object {
    const { state, storage } = this.engine.status();
    if (state !== 'running' || storage !== undefined) {
      void reply.status(503).header('retry-after', '1');
      return errorBody(new HarmoniaError('not_initialized', { reason: storage ?? `it is ${state}` }));
    }
    const took = (this.readyAt - this.startedAt) / 1000;
    return {
      ready: true,
      component: COMPONENT,
      version: this.settings.version,
      initializationTime: took,
      initialization_time: took,
      timestamp: isoInstant(this.clock.now()),
      uptime: this.uptime(),
      checks: { engine: true, storage: true },
    };
  }

  @Get(['status', 'api/status', 'api/v1/status'])
  @ApiOperation({ summary: 'What it is doing.' })
  @Answered(StatusAnswer)
  status(): Envelope {
    const { state, open, running, storage } = this.engine.status();
    return success(`Harmonia is ${state}`, {
      status: state === 'starting' ? 'not_initialized' : state,
      version: this.settings.version,
      uptime: this.uptime(),
      active_executions: open,
      running_tasks: running,
      storage: storage ?? 'ok',
      components: this.settings.components,
    });
  }

  @Get(['discovery', 'api/v1/discovery', 'api/discovery'])
  @ApiOperation({ summary: 'What it offers, for other components.' })
  @AnsweredBare(DiscoveryAnswer)
  discovery(): object {
    return {
      component: COMPONENT,
      version: this.settings.version,
      description: 'Runs graphs of plugin tasks durably.',
      endpoints: this.routes.all(),
      capabilities: CAPABILITIES,
      dependencies: {},
      metadata: { category: 'workflow', event_types: EVENT_TYPES },
    };
  }

  private uptime(): number {
    return (this.clock.now() - this.startedAt) / 1000;
  }
}
