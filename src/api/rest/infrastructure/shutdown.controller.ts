import { Controller, Get, HttpCode, HttpStatus, Inject, Post, Req } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import type { Shutdown } from '../../../tekton/ports/index.js';
import { SHUTDOWN } from '../../tokens.js';
import { AnsweredBare } from '../dto/answered.js';
import { COMPONENT } from './component-card.js';
import { ShutdownAnswer, ShutdownStatusAnswer } from './infrastructure-answers.js';
import { ServiceState } from './service-state.js';

const WAYS = ['shutdown', 'api/shutdown', 'admin/shutdown'];

/** Stops the service, as the platform's stop command asks. */
@ApiTags('service')
@Controller()
export class ShutdownController {
  constructor(
    @Inject(SHUTDOWN) private readonly shutdown: Shutdown,
    private readonly state: ServiceState,
  ) {}

  @Post(WAYS)
  @HttpCode(HttpStatus.ACCEPTED)
  @ApiOperation({
    summary:
      'Stops the service within three seconds. What runs goes on after the next start. From this machine, or with the token.',
  })
  @AnsweredBare(ShutdownAnswer, { status: HttpStatus.ACCEPTED })
  @ApiResponse({ status: 403, description: 'shutdown_refused' })
  stop(@Req() { method, url, headers, socket }: FastifyRequest): ShutdownAnswer {
    this.shutdown.ask({ address: socket.remoteAddress, headers, way: `${method} ${url.slice(0, 100)}` });
    return { status: 'accepted', message: 'Harmonia stops', timestamp: this.state.now() };
  }

  @Get('shutdown/status')
  @ApiOperation({ summary: 'How the service is stopped.' })
  @AnsweredBare(ShutdownStatusAnswer)
  status(): ShutdownStatusAnswer {
    return {
      shutdown_supported: true,
      component: COMPONENT,
      endpoints: WAYS.map((way) => `/${way}`),
      method: 'POST',
      cleanup_tasks: this.state.status().running,
      requested: this.shutdown.isRequested,
    };
  }
}
