import { All, Controller, Inject, Logger, Req, Res, UseGuards, type OnModuleDestroy } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { OwnPagesGuard } from '../rest/plugin/own-pages.guard.js';
import type { HttpServer } from './protocol/index.js';
import { TOOL_DESK, type ToolDesk } from './tool-desk.js';

/** The Model Context Protocol over Streamable HTTP. Its contract is the protocol's, so OpenAPI does not tell of it. */
@ApiExcludeController()
@UseGuards(OwnPagesGuard)
@Controller('mcp')
export class McpController implements OnModuleDestroy {
  private readonly logger = new Logger('Mcp');
  private server: Promise<HttpServer> | undefined;

  constructor(@Inject(TOOL_DESK) private readonly desk: ToolDesk) {}

  @All()
  async answer(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    this.server ??= this.create();
    await (await this.server).answer(request, reply);
  }

  async onModuleDestroy(): Promise<void> {
    await (await this.server)?.close();
  }

  private async create(): Promise<HttpServer> {
    const { createHttpServer } = await import('./protocol/index.js');
    return createHttpServer(this.desk, (error) => this.logger.debug(error.message));
  }
}
