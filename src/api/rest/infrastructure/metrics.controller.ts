import { Controller, Get, Inject, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProduces, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { MetricsPage } from '../../../telemetry/ports/index.js';
import { Clients } from '../../streams/clients.js';
import { METRICS } from '../../tokens.js';

/** What is measured, for Prometheus. */
@ApiTags('service')
@Controller()
export class MetricsController {
  constructor(
    @Inject(METRICS) private readonly metrics: MetricsPage,
    clients: Clients,
  ) {
    metrics.streams(() => clients.count);
  }

  @Get('metrics')
  @ApiOperation({ summary: 'What is measured, in the text format of Prometheus.' })
  @ApiProduces('text/plain')
  @ApiOkResponse({ description: 'docs/guides/operations.md names the metrics.', schema: { type: 'string' } })
  async page(@Res({ passthrough: true }) reply: FastifyReply): Promise<string> {
    const text = await this.metrics.text();
    void reply.type(this.metrics.contentType).header('cache-control', 'no-store');
    return text;
  }
}
