import { Body, Controller, HttpCode, Inject, Param, Post, Req, Res, UseGuards } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AnsweredBare } from '../../rest/dto/answered.js';
import { OwnPagesGuard } from '../../rest/plugin/own-pages.guard.js';
import { TOOL_DESK, type ToolDesk } from '../tool-desk.js';
import { callFromOutside } from './platform-tool.js';
import { ExecutedToolAnswer } from './tool-answers.js';
import { ExecuteToolDto } from './tool-bodies.js';

/** Where Hermes is told that tools are called. */
@ApiTags('tools')
@UseGuards(OwnPagesGuard)
@Controller(['api/v1/tools', 'api/tools'])
export class ToolCallbackController {
  constructor(@Inject(TOOL_DESK) private readonly desk: ToolDesk) {}

  @Post(':name/execute')
  @HttpCode(200)
  @ApiOperation({ summary: 'Call a tool by its name, with or without harmonia. or harmonia_ before it.' })
  @ApiBody({ type: ExecuteToolDto, required: false })
  @ApiResponse({ status: 404, description: 'tool_not_found' })
  @AnsweredBare(ExecutedToolAnswer)
  execute(
    @Param('name') name: string,
    @Body() body: ExecuteToolDto,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ExecutedToolAnswer> {
    return callFromOutside(this.desk, { name, body, request, reply });
  }
}
