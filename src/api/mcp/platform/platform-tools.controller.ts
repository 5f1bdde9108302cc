import { Body, Controller, Get, HttpCode, Inject, Param, Post, Req, Res, UseGuards } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { HarmoniaError } from '../../../kernel/index.js';
import { AnsweredBare } from '../../rest/dto/answered.js';
import { OwnPagesGuard } from '../../rest/plugin/own-pages.guard.js';
import { CAPABILITIES } from '../capabilities.js';
import { mustBeTool, TOOLS } from '../catalogue.js';
import { runTool } from '../run-tool.js';
import { TOOL_DESK, type ToolDesk } from '../tool-desk.js';
import { callFromOutside, callOf, platformTool, processed } from './platform-tool.js';
import {
  CapabilitiesAnswer,
  ExecutedToolAnswer,
  McpHealthAnswer,
  ProcessedAnswer,
  ToolAnswer,
  ToolsAnswer,
  WorkflowStatusAnswer,
} from './tool-answers.js';
import { ExecuteToolDto, ProcessDto } from './tool-bodies.js';

/** Tools as components of the platform list and call them, without the protocol. */
@ApiTags('tools')
@Controller(['mcp', 'api/mcp/v2'])
export class PlatformToolsController {
  constructor(@Inject(TOOL_DESK) private readonly desk: ToolDesk) {}

  @Get('health')
  @ApiOperation({ summary: 'Whether tools can be called.' })
  @AnsweredBare(McpHealthAnswer)
  health(): McpHealthAnswer {
    const { state, storage } = this.desk.engine.status();
    const isRunning = state === 'running';
    return {
      status: isRunning && storage === undefined ? 'ok' : isRunning ? 'degraded' : 'error',
      component: 'harmonia-fastmcp',
      workflow_engine: isRunning ? 'running' : 'not_initialized',
      message: storage ?? `Harmonia is ${state}`,
    };
  }

  @Get('workflow-status')
  @ApiOperation({ summary: 'What the engine does, and with which components.' })
  @ApiResponse({ status: 503, description: 'not_initialized' })
  @AnsweredBare(WorkflowStatusAnswer)
  async status(): Promise<WorkflowStatusAnswer> {
    const { state, open } = this.desk.engine.status();
    if (state !== 'running') throw new HarmoniaError('not_initialized', { reason: `it is ${state}` });
    const components = await this.desk.components.names();
    return {
      ...{ status: 'running', component: 'harmonia', active_executions: open },
      ...{ components, component_count: components.length, capabilities: CAPABILITIES.map(({ name }) => name) },
    };
  }

  @Get('capabilities')
  @ApiOperation({ summary: 'List what the tools are for.' })
  @AnsweredBare(CapabilitiesAnswer)
  capabilities(): CapabilitiesAnswer {
    return { capabilities: CAPABILITIES, count: CAPABILITIES.length };
  }

  @Get('tools')
  @ApiOperation({ summary: 'List the tools with their JSON Schemas.' })
  @AnsweredBare(ToolsAnswer)
  tools(): ToolsAnswer {
    const tools = TOOLS.map((tool) => platformTool(tool, this.desk.settings));
    return { tools, count: tools.length };
  }

  @Get('tools/:id')
  @ApiOperation({ summary: 'Show a tool.' })
  @ApiResponse({ status: 404, description: 'tool_not_found' })
  @AnsweredBare(ToolAnswer)
  tool(@Param('id') id: string): ToolAnswer {
    return platformTool(mustBeTool(id), this.desk.settings);
  }

  @Post('tools/:id/execute')
  @HttpCode(200)
  @UseGuards(OwnPagesGuard)
  @ApiOperation({ summary: 'Call a tool. A refusal is an answer, too: success false.' })
  @ApiBody({ type: ExecuteToolDto, required: false })
  @ApiResponse({ status: 404, description: 'tool_not_found' })
  @AnsweredBare(ExecutedToolAnswer)
  execute(
    @Param('id') id: string,
    @Body() body: ExecuteToolDto,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ExecutedToolAnswer> {
    return callFromOutside(this.desk, { name: id, body, request, reply });
  }

  @Post('process')
  @HttpCode(200)
  @UseGuards(OwnPagesGuard)
  @ApiOperation({ summary: 'Call the tool that the body names. A refusal is an answer, too: success false.' })
  @AnsweredBare(ProcessedAnswer)
  async process(
    @Body() { tool_name: name, arguments: given }: ProcessDto,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ProcessedAnswer> {
    return processed(await runTool(this.desk, { name, given }, callOf(this.desk, request, reply)), name);
  }
}
