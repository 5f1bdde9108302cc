import { Controller, Get, Headers, HttpStatus, Inject, Res } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { ServedRoutes } from '../../served-routes.js';
import { SETTINGS, type ApiSettings } from '../../tokens.js';
import { AnsweredBare } from '../dto/answered.js';
import { CAPABILITIES, COMPONENT, DESCRIPTION, DOCS, ENDPOINTS, EVENT_TYPES, TITLE } from './component-card.js';
import { DiscoveryAnswer, IndexAnswer } from './infrastructure-answers.js';
import { ServiceState } from './service-state.js';

/** A browser names HTML; programs name JSON, or take anything. */
const isBrowser = (accept = ''): boolean => /\btext\/html\b/i.test(accept) && !/\bapplication\/json\b/i.test(accept);

/** What the service offers, and where. */
@ApiTags('service')
@Controller()
export class DiscoveryController {
  constructor(
    private readonly state: ServiceState,
    private readonly routes: ServedRoutes,
    @Inject(SETTINGS) private readonly settings: ApiSettings,
  ) {}

  @Get()
  @ApiOperation({ summary: 'What this is and where to look. A browser is sent to the documentation.' })
  @AnsweredBare(IndexAnswer)
  @ApiResponse({ status: 302, description: 'For who accepts text/html and not JSON.' })
  root(@Headers('accept') accept: string | undefined, @Res({ passthrough: true }) reply: FastifyReply): IndexAnswer {
    void reply.header('vary', 'Accept');
    if (isBrowser(accept)) void reply.status(HttpStatus.FOUND).header('location', DOCS);
    return this.index();
  }

  @Get(['api', 'api/v1'])
  @ApiOperation({ summary: 'What this is and where to look.' })
  @AnsweredBare(IndexAnswer)
  index(): IndexAnswer {
    return {
      name: TITLE,
      version: this.settings.version,
      description: DESCRIPTION,
      status: this.state.status().state,
      docs: DOCS,
      endpoints: ENDPOINTS,
      message: 'Harmonia runs workflows durably.',
    };
  }

  @Get(['discovery', 'api/v1/discovery', 'api/discovery'])
  @ApiOperation({ summary: 'What it offers, for other components.' })
  @AnsweredBare(DiscoveryAnswer)
  discovery(): DiscoveryAnswer {
    const { publicUrl, version } = this.settings;
    const sockets = publicUrl.replace(/^http/, 'ws');
    return {
      component: COMPONENT,
      version,
      description: DESCRIPTION,
      endpoints: [...this.routes.all()],
      capabilities: CAPABILITIES,
      dependencies: this.state.addresses(),
      metadata: {
        category: 'workflow',
        event_types: EVENT_TYPES,
        documentation: publicUrl + DOCS,
        openapi: `${publicUrl}/api/v1/openapi.json`,
        websocket: `${sockets}/ws`,
        websocket_executions: `${sockets}/ws/executions/{id}`,
        events: `${publicUrl}/events`,
        health: `${publicUrl}/health`,
      },
    };
  }
}
