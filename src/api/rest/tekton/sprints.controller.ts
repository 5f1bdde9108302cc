import { Body, Controller, Get, HttpCode, Inject, Param, Post, Put, Query } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { Sprints } from '../../../tekton/ports/index.js';
import { SPRINTS } from '../../tokens.js';
import { Answered, AnsweredList, naming } from '../dto/answered.js';
import { Faulty, Missing } from '../dto/described.js';
import { listing, pageOf, success, type Envelope } from '../envelope.js';
import { uuidAt } from '../validation.js';
import {
  SprintAnswer,
  SprintExportAnswer,
  SprintStatusAnswer,
  SprintTaskAnswer,
  SprintWorkflowAnswer,
} from './caller-answers.js';
import { SprintExportDto, SprintQueryDto, SprintStatusDto } from './caller-bodies.js';

const ME = 'harmonia';
const NAMED = { hints: naming('workflow_id') };
const Unfit = (description: string): MethodDecorator => ApiResponse({ status: 409, description });

/** The sprints of the planning pipeline. They live in files of the platform. */
@ApiTags('sprints')
@Missing('sprint_not_found')
@Controller(['api/v1/sprints', 'api/sprints'])
export class SprintsController {
  constructor(@Inject(SPRINTS) private readonly sprints: Sprints) {}

  @Get()
  @ApiOperation({ summary: 'List sprints; of one status with status=Ready-2:Harmonia.' })
  @AnsweredList('sprints', SprintAnswer)
  async list(@Query() query: SprintQueryDto): Promise<Envelope> {
    const page = pageOf(query);
    const { status } = query;
    const { items, total } = await this.sprints.list({ ...page, ...(status !== undefined && { status }) });
    return listing('sprints', items, { ...page, total });
  }

  @Get(':id')
  @ApiOperation({ summary: 'Get a sprint by its id, or by its name.' })
  @Answered(SprintAnswer)
  async get(@Param('id') id: string): Promise<Envelope> {
    const sprint = await this.sprints.find(id);
    return success('Sprint', sprint, { sprint });
  }

  @Get(':id/tasks')
  @ApiOperation({ summary: 'List what Metis handed over for a sprint.' })
  @AnsweredList('tasks', SprintTaskAnswer)
  @ApiResponse({ status: 422, description: 'planning_file_unusable' })
  async tasks(@Param('id') id: string): Promise<Envelope> {
    const tasks = await this.sprints.tasks(id);
    return listing('tasks', tasks, { page: 1, limit: tasks.length, total: tasks.length });
  }

  @Post(':id/workflow')
  @HttpCode(200)
  @ApiOperation({ summary: 'Make a workflow of a sprint; of changed tasks a further version.' })
  @Answered(SprintWorkflowAnswer, NAMED)
  @Faulty()
  @Unfit('conflict: Metis has handed nothing over.')
  async toWorkflow(@Param('id') id: string): Promise<Envelope> {
    const made = await this.sprints.toWorkflow(id);
    return success('The sprint is a workflow', made, { workflow_id: made.workflow_id });
  }

  @Post(':id/export')
  @HttpCode(200)
  @ApiOperation({ summary: 'Hand the workflow of a sprint on to Synthesis, and say so in its log.' })
  @Answered(SprintExportAnswer, NAMED)
  @ApiResponse({ status: 422, description: 'sprint_not_ready: tasks without a component or a connection, faults.' })
  @Unfit('conflict: it is not at Harmonia.')
  async export(@Param('id') id: string, @Body() body: SprintExportDto): Promise<Envelope> {
    const { workflow_id: workflow, include_templates: templates, include_error_handlers: errorHandlers } = body;
    const { auto_start: autoStart, dry_run: dryRun } = body;
    const exported = await this.sprints.export(id, {
      ...(workflow !== undefined && { workflow: uuidAt(workflow, '/workflow_id') }),
      ...(templates !== undefined && { templates }),
      ...(errorHandlers !== undefined && { errorHandlers }),
      ...(autoStart !== undefined && { autoStart }),
      ...(dryRun !== undefined && { dryRun }),
    });
    const message = dryRun === true ? 'Nothing was written' : 'Sprint exported';
    return success(message, exported, { workflow_id: exported.workflow_id });
  }

  @Post(':id/skip')
  @HttpCode(200)
  @ApiOperation({ summary: 'Send a sprint past Harmonia, to Synthesis.' })
  @Answered(SprintStatusAnswer)
  @Unfit('conflict: it is past Harmonia.')
  async skip(@Param('id') id: string): Promise<Envelope> {
    return success('Sprint passed on', await this.sprints.skip(id));
  }

  @Put(':id/status')
  @ApiOperation({ summary: 'Say how far a sprint is. It goes forward only.' })
  @Answered(SprintStatusAnswer)
  @Unfit('conflict: a step back, or it is not what `old_status` says.')
  async setStatus(
    @Param('id') id: string,
    @Body() { status: to, old_status: from }: SprintStatusDto,
  ): Promise<Envelope> {
    const moved = await this.sprints.setStatus(id, { to, by: ME, ...(from !== undefined && { from }) });
    return success('Status updated', moved);
  }
}
