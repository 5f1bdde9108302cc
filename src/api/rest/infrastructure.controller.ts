import { Controller, Get, Inject, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { HarmoniaError, isoInstant, type Clock } from '../../kernel/index.js';
import type { Engine } from '../../engine/index.js';
import { CLOCK, ENGINE, SETTINGS, type ApiSettings } from '../tokens.js';
import { errorBody } from './error-body.js';

const COMPONENT = 'harmonia';

/** How the service is. */
@ApiTags('service')
@Controller()
export class InfrastructureController {
  private readonly startedAt: number;

  constructor(
    @Inject(ENGINE) private readonly engine: Engine,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(SETTINGS) private readonly settings: ApiSettings,
  ) {
    this.startedAt = clock.now();
  }

  @Get()
  @ApiOperation({ summary: 'What this is and where to look.' })
  index(): object {
    const { version } = this.settings;
    const endpoints = [
      '/api/v1/workflows',
      '/api/v1/executions',
      '/api/v1/checkpoints',
      '/api/v1/docs',
      '/health',
      '/ready',
      '/ws/events',
      '/events',
    ];
    return {
      name: 'Harmonia Workflow System',
      version,
      status: this.engine.status().state,
      endpoints,
      message: 'Harmonia runs workflows durably.',
    };
  }

  @Get(['api', 'api/v1'])
  @ApiOperation({ summary: 'The same, under the prefix of the API.' })
  apiIndex(): object {
    return this.index();
  }

  @Get('health')
  @ApiOperation({ summary: 'Always 200 while the process answers; degraded while the store takes no writes.' })
  health(): object {
    const { state, open, running, storage } = this.engine.status();
    const healthy = state === 'running' && storage === undefined;
    return {
      status: healthy ? 'healthy' : 'degraded',
      component: COMPONENT,
      version: this.settings.version,
      port: this.settings.port,
      registered: false,
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
  ready(@Res({ passthrough: true }) reply: FastifyReply): object {
    const { state, storage } = this.engine.status();
    if (state !== 'running' || storage !== undefined) {
      void reply.status(503);
      return errorBody(new HarmoniaError('not_initialized', { reason: storage ?? `it is ${state}` }));
    }
    const since = { initializationTime: this.startedAt / 1000, initialization_time: this.startedAt / 1000 };
    const { version } = this.settings;
    const timestamp = isoInstant(this.clock.now());
    return {
      ready: true,
      component: COMPONENT,
      version,
      ...since,
      timestamp,
      uptime: this.uptime(),
      checks: { engine: true, storage: true },
    };
  }

  private uptime(): number {
    return (this.clock.now() - this.startedAt) / 1000;
  }
}
