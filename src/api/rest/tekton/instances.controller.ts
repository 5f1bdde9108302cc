import { Body, Controller, Get, HttpCode, Inject, Param, Post, Query } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { fault, isJsonObject, type Json, type JsonObject, type Uuid } from '../../../kernel/index.js';
import type { Engine } from '../../../engine/index.js';
import type { ExecutionReader } from '../../ports/index.js';
import { ExecutionHistory } from '../../streams/execution-history.js';
import { BEGINNING, placeAt, placeOf, textOf } from '../../streams/place.js';
import { ENGINE, READER } from '../../tokens.js';
import { Answered, AnsweredList } from '../dto/answered.js';
import { ExecutionAnswer } from '../dto/answers.js';
import { Missing } from '../dto/described.js';
import { EventQueryDto } from '../dto/queries.js';
import { success, type Envelope } from '../envelope.js';
import { ExecutionView } from '../execution/execution-view.js';
import { taskItems } from '../present/execution.js';
import { plainJson, requestFault, uuidAt } from '../validation.js';
import { InstanceDebugAnswer, InstanceEntry, InstanceStateAnswer } from './caller-answers.js';
import { merged } from './merged.js';

const LOG_LINES = 1000;
const UNDER_WAY: ReadonlySet<unknown> = new Set(['running', 'waiting']);

const currentStep = ({ task_statuses: statuses }: Readonly<Record<string, Json>>): string | null =>
  Object.entries(isJsonObject(statuses) ? statuses : {}).find(([, status]) => UNDER_WAY.has(status))?.[0] ?? null;

/** Executions under the name that the user guide has for them. */
@ApiTags('instances')
@Missing('execution_not_found')
@Controller(['api/v1/instances', 'api/instances'])
export class InstancesController {
  constructor(
    @Inject(ENGINE) private readonly engine: Engine,
    @Inject(READER) private readonly reader: ExecutionReader,
    private readonly view: ExecutionView,
    private readonly history: ExecutionHistory,
  ) {}

  @Get(':id')
  @ApiOperation({ summary: 'Get an execution, with the step that is under way.' })
  @Answered(ExecutionAnswer)
  async get(@Param('id') text: string): Promise<Envelope> {
    const whole = await this.view.whole(uuidAt(text, '/id'));
    const { workflow_name: name = null } = whole;
    return success('Instance', { ...whole, name, current_step: currentStep(whole) });
  }

  @Get(':id/history')
  @ApiOperation({ summary: 'Its events, as the user guide words them.' })
  @AnsweredList('history', InstanceEntry, {
    hints: { limit: { type: 'integer' }, next_since: { type: 'string', nullable: true } },
  })
  async entries(@Param('id') text: string, @Query() { since, limit = 1000 }: EventQueryDto): Promise<Envelope> {
    const id = uuidAt(text, '/id');
    await this.view.mustHaveJournal(id);
    const { events, isLast } = await this.history.first(id, placeAt(since, '/since') ?? BEGINNING, limit);
    const entries = events.map(({ timestamp, task_id: step, event_type: type, details }) => ({
      ...{ timestamp, step_id: step ?? null, event_type: type, event_data: details },
    }));
    const last = events.at(-1);
    const next = isLast || !last ? null : textOf(placeOf(last, 'execution'));
    return success(`${entries.length} entries`, entries, { history: entries, items: entries, limit, next_since: next });
  }

  @Get(':id/state')
  @ApiOperation({ summary: 'Its variables.' })
  @Answered(InstanceStateAnswer)
  async state(@Param('id') text: string): Promise<Envelope> {
    const id = uuidAt(text, '/id');
    await this.view.mustFind(id);
    return this.stateOf(id);
  }

  @Post(':id/state')
  @HttpCode(200)
  @ApiOperation({ summary: 'Merge values into its variables, objects deeply. Steps that wait for one hear of it.' })
  @ApiBody({ schema: { type: 'object', additionalProperties: true } })
  @ApiResponse({ status: 409, description: 'conflict: it has ended.' })
  @ApiResponse({ status: 422, description: 'A name that is no variable of the workflow, and that no step waits for.' })
  @Answered(InstanceStateAnswer)
  async mergeState(@Param('id') text: string, @Body() body: unknown): Promise<Envelope> {
    const id = uuidAt(text, '/id');
    await this.view.mustFind(id);
    const patch = plainJson(body, '');
    if (!isJsonObject(patch)) throw requestFault(fault('wrong_type', '', { expected: 'an object' }));
    const { workflow } = await this.view.variables(id);
    const values = Object.entries(patch).map(([name, value]) => [name, merged(workflow[name], value)] as const);
    await this.engine.setVariables(id, Object.fromEntries(values));
    return this.stateOf(id);
  }

  @Get(':id/debug')
  @ApiOperation({ summary: 'Everything about it at once: tasks, variables, the last lines that tasks logged.' })
  @Answered(InstanceDebugAnswer)
  async debug(@Param('id') text: string): Promise<Envelope> {
    const id = uuidAt(text, '/id');
    await this.view.mustHaveJournal(id);
    const stored = await this.view.stored(id);
    const logs = (await this.reader.logs(id, LOG_LINES)).map(({ level, step, message }) => ({ level, step, message }));
    const { workflow } = await this.view.variables(id);
    return success('Debug', { instance: await this.view.whole(id), tasks: taskItems(stored), state: workflow, logs });
  }

  private async stateOf(id: Uuid): Promise<Envelope> {
    const state: JsonObject = (await this.view.variables(id)).workflow;
    return success('State', { execution_id: id, state }, { execution_id: id, state });
  }
}
