import { Body, Controller, HttpCode, Inject, Post, Req, Res, UseGuards } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AnsweredBare } from '../../rest/dto/answered.js';
import { OwnPagesGuard } from '../../rest/plugin/own-pages.guard.js';
import { askerOf } from '../asker.js';
import { mustBeTool, TOOLS } from '../catalogue.js';
import { listResources, readResource } from '../resources.js';
import { runTool } from '../run-tool.js';
import { TOOL_DESK, type ToolDesk } from '../tool-desk.js';
import { callResult, listedTool } from '../tool-result.js';
import { callOf } from './platform-tool.js';
import { CallToolAnswer, ProtocolToolsAnswer, ResourceAnswer, ResourcesAnswer } from './tool-answers.js';
import { CallToolDto, ListPageDto, ReadResourceDto } from './tool-bodies.js';

/** The methods of MCP as plain routes, as the platform's standard of endpoints names them. */
@ApiTags('tools')
@UseGuards(OwnPagesGuard)
@Controller(['mcp', 'api/mcp/v2'])
export class PlainCallsController {
  constructor(@Inject(TOOL_DESK) private readonly desk: ToolDesk) {}

  @Post('tools/list')
  @HttpCode(200)
  @ApiOperation({ summary: 'List the tools as tools/list of MCP does.' })
  @AnsweredBare(ProtocolToolsAnswer)
  listTools(): ProtocolToolsAnswer {
    return { tools: TOOLS.map(listedTool) };
  }

  @Post('tools/call')
  @HttpCode(200)
  @ApiOperation({ summary: 'Call a tool as tools/call of MCP does.' })
  @ApiResponse({ status: 404, description: 'tool_not_found' })
  @AnsweredBare(CallToolAnswer)
  async call(
    @Body() { name, arguments: given }: CallToolDto,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<CallToolAnswer> {
    mustBeTool(name);
    return callResult(await runTool(this.desk, { name, given }, callOf(this.desk, request, reply)));
  }

  @Post('resources/list')
  @HttpCode(200)
  @ApiOperation({ summary: 'List documentation, workflows, templates and executions as resources.' })
  @ApiBody({ type: ListPageDto, required: false })
  @AnsweredBare(ResourcesAnswer)
  list(@Body() { cursor }: ListPageDto, @Req() request: FastifyRequest): Promise<ResourcesAnswer> {
    return listResources(this.desk, askerOf(request), cursor);
  }

  @Post(['resources/get', 'resources/read'])
  @HttpCode(200)
  @ApiOperation({ summary: 'Read a resource.' })
  @ApiResponse({ status: 404, description: 'resource_not_found, or what it is about is not there.' })
  @AnsweredBare(ResourceAnswer)
  read(@Body() { uri }: ReadResourceDto, @Req() request: FastifyRequest): Promise<ResourceAnswer> {
    return readResource(this.desk, askerOf(request), uri);
  }
}
