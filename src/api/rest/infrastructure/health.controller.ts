import { Controller, Get, Header, Inject, Res } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { HarmoniaError } from '../../../kernel/index.js';
import { Clients } from '../../streams/clients.js';
import { SETTINGS, type ApiSettings } from '../../tokens.js';
import { Answered, AnsweredBare } from '../dto/answered.js';
import { success, type Envelope } from '../envelope.js';
import { errorBody } from '../error/error-body.js';
import { CAPABILITIES, COMPONENT } from './component-card.js';
import { HealthAnswer, PlainStatusAnswer, ReadyAnswer, StatusAnswer } from './infrastructure-answers.js';
import { ServiceState } from './service-state.js';

/** How the service is, as the launcher, the status tool and the pages of the platform ask. */
@ApiTags('service')
@Controller()
export class HealthController {
  constructor(
    private readonly state: ServiceState,
    private readonly clients: Clients,
    @Inject(SETTINGS) private readonly settings: ApiSettings,
  ) {}

  @Get(['health', 'api/health'])
  // Hephaestus reads it from its own origin, whichever others may call.
  @Header('access-control-allow-origin', '*')
  @Header('cache-control', 'no-store')
  @ApiOperation({ summary: 'Always 200 while the process answers; degraded while no work is taken.' })
  @AnsweredBare(HealthAnswer)
  health(): HealthAnswer {
    const { state, open, running } = this.state.status();
    const trouble = this.state.trouble();
    const registered = this.state.isRegistered;
    const [uptime, timestamp] = [this.state.uptime, this.state.now()];
    return {
      status: trouble === undefined ? 'healthy' : 'degraded',
      component: COMPONENT,
      version: this.settings.version,
      port: this.settings.port,
      ...{ registered, registeredWithHermes: registered, registered_with_hermes: registered },
      message: trouble ?? 'Harmonia is running',
      ...{ timestamp, uptime },
      dependencies: this.state.dependencies(),
      metrics: { open_executions: open, running_tasks: running, stream_clients: this.clients.count },
      details: { state, uptime, initialization_time: this.state.initialization, pid: process.pid },
    };
  }

  @Get(['ready', 'api/ready'])
  @Header('cache-control', 'no-store')
  @ApiOperation({ summary: '200 when work is taken, else 503.' })
  @AnsweredBare(ReadyAnswer)
  @ApiResponse({ status: 503, description: 'not_initialized' })
  ready(@Res({ passthrough: true }) reply: FastifyReply): object {
    const reason = this.state.trouble();
    if (reason !== undefined) {
      void reply.status(503).header('retry-after', '1');
      return errorBody(new HarmoniaError('not_initialized', { reason }));
    }
    const took = this.state.initialization;
    return {
      ready: true,
      component: COMPONENT,
      version: this.settings.version,
      ...{ initializationTime: took, initialization_time: took },
      timestamp: this.state.now(),
      uptime: this.state.uptime,
      checks: { engine: true, storage: true },
    };
  }

  @Get('status')
  @ApiOperation({ summary: 'What it is doing, as other components of the platform say it, and in `data` as /api/v1.' })
  @AnsweredBare(PlainStatusAnswer)
  plainStatus(): PlainStatusAnswer {
    const data = this.doing();
    return { ...data, success: true, message: `Harmonia is ${data.status}`, data };
  }

  @Get(['api/v1/status', 'api/status'])
  @ApiOperation({ summary: 'What it is doing.' })
  @Answered(StatusAnswer)
  status(): Envelope {
    const data = this.doing();
    return success(`Harmonia is ${data.status}`, data);
  }

  private doing(): StatusAnswer {
    const { state, open, running, storage } = this.state.status();
    const dependencies = Object.fromEntries(this.state.dependencies().map(({ name, status }) => [name, status]));
    return {
      component: COMPONENT,
      status: state === 'starting' ? 'not_initialized' : state,
      version: this.settings.version,
      port: this.settings.port,
      registered: this.state.isRegistered,
      uptime: this.state.uptime,
      active_executions: open,
      running_tasks: running,
      storage: storage ?? 'ok',
      capabilities: CAPABILITIES,
      health: { api: this.state.trouble() === undefined ? 'healthy' : 'degraded', dependencies },
      components: [...this.settings.components],
    };
  }
}
