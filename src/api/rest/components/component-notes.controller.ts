import { Body, Controller, Get, HttpCode, Inject, Param, Post, Put, Query } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiTags } from '@nestjs/swagger';
import { fault } from '../../../kernel/index.js';
import type { ComponentNotes } from '../../../integration/ports/index.js';
import { COMPONENT_NOTES } from '../../tokens.js';
import { Answered, AnsweredList } from '../dto/answered.js';
import { Faulty } from '../dto/described.js';
import { PageQueryDto } from '../dto/queries.js';
import { listing, pageOf, success, type Envelope } from '../envelope.js';
import { plainJson, requestFault } from '../validation.js';
import {
  AssignedAnswer,
  AssignmentAnswer,
  MappedAnswer,
  MappingAnswer,
  NotedActionAnswer,
  UnassignedAnswer,
} from './component-answers.js';
import { ASSIGNMENT_BODY, MAPPING_BODY, NOTED_ACTION_BODY } from './component-bodies.js';

const LONGEST_TASK = 255;

/** What people say about components, as the platform's page does. */
@ApiTags('components')
@Controller(['api/v1', 'api'])
export class ComponentNotesController {
  constructor(@Inject(COMPONENT_NOTES) private readonly notes: ComponentNotes) {}

  @Get('component-mappings')
  @ApiOperation({ summary: 'List which component does tasks of which type.' })
  @AnsweredList('mappings', MappingAnswer)
  async mappings(@Query() query: PageQueryDto): Promise<Envelope> {
    const page = pageOf(query);
    const all = await this.notes.mappings();
    const { offset, limit } = page;
    return listing('mappings', all.slice(offset, offset + limit), { ...page, total: all.length });
  }

  @Put('component-mappings')
  @ApiOperation({ summary: 'Say which component does tasks of a type.' })
  @ApiBody({ schema: MAPPING_BODY })
  @Faulty()
  @Answered(MappedAnswer)
  async map(@Body() body: unknown): Promise<Envelope> {
    return success('Mapping updated', await this.notes.map(plainJson(body, '')));
  }

  @Get('component-tasks')
  @ApiOperation({ summary: 'List the tasks that were given to components.' })
  @AnsweredList('assignments', AssignmentAnswer)
  async assignments(@Query() query: PageQueryDto): Promise<Envelope> {
    const page = pageOf(query);
    const { items, total } = await this.notes.assignments(page);
    return listing('assignments', items, { ...page, total });
  }

  @Post('component-tasks/assign')
  @HttpCode(200)
  @ApiOperation({ summary: 'Give a task to a component.' })
  @ApiBody({ schema: ASSIGNMENT_BODY })
  @Faulty()
  @Answered(AssignedAnswer)
  async assign(@Body() body: unknown): Promise<Envelope> {
    return success('Task assigned', await this.notes.assign(plainJson(body, '')));
  }

  @Post('component-tasks/:task_id/unassign')
  @HttpCode(200)
  @ApiOperation({ summary: 'Take a task back. That nobody had it is no mistake.' })
  @Answered(UnassignedAnswer)
  async unassign(@Param('task_id') task: string): Promise<Envelope> {
    if (task.length > LONGEST_TASK)
      throw requestFault(fault('wrong_type', '/task_id', { expected: `a text of at most ${LONGEST_TASK} characters` }));
    return success('Task unassigned', await this.notes.unassign(task));
  }

  @Get('component-actions')
  @ApiOperation({
    summary: 'List the actions that somebody wrote down, and those that the page of the platform offers.',
  })
  @AnsweredList('actions', NotedActionAnswer)
  async actions(@Query() query: PageQueryDto): Promise<Envelope> {
    const page = pageOf(query);
    const { items, total } = await this.notes.actions(page);
    return listing('actions', items, { ...page, total });
  }

  @Post('component-actions')
  @ApiOperation({ summary: 'Write down an action of a component; written again, it takes the place of the first.' })
  @ApiBody({ schema: NOTED_ACTION_BODY })
  @Faulty()
  @Answered(NotedActionAnswer, { status: 201, description: 'Written down.' })
  async addAction(@Body() body: unknown): Promise<Envelope> {
    return success('Action added', await this.notes.addAction(plainJson(body, '')));
  }
}
