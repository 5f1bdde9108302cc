import { Body, Controller, Get, HttpCode, Inject, Param, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { fault, HarmoniaError, type JsonObject, type Uuid } from '../../../kernel/index.js';
import type { Engine } from '../../../engine/index.js';
import type { WorkflowCatalog } from '../../../workflow/index.js';
import type { ExecutionReader } from '../../ports/index.js';
import { CATALOG, ENGINE, READER } from '../../tokens.js';
import { Answered, AnsweredList, naming } from '../dto/answered.js';
import { ExecutionItem, SteeredAnswer } from '../dto/answers.js';
import { Missing } from '../dto/described.js';
import { PageQueryDto } from '../dto/queries.js';
import { listing, pageOf, success, type Envelope } from '../envelope.js';
import { ExecutionView } from '../execution/execution-view.js';
import { executionItem } from '../present/execution.js';
import { requestFault, uuidAt } from '../validation.js';
import { WorkflowStateAnswer } from './caller-answers.js';
import { TransitionDto } from './caller-bodies.js';

const NAMED_HINT = { hints: naming('execution_id') };
const Ended = (): MethodDecorator => ApiResponse({ status: 409, description: 'conflict: it is not in such a state.' });

/** Executions as callers of old ask for them: by their workflow, and again. */
@ApiTags('executions')
@Controller(['api/v1', 'api'])
export class WorkflowRunsController {
  constructor(
    @Inject(ENGINE) private readonly engine: Engine,
    @Inject(CATALOG) private readonly catalog: WorkflowCatalog,
    @Inject(READER) private readonly reader: ExecutionReader,
    private readonly view: ExecutionView,
  ) {}

  @Get('workflows/:id/history')
  @ApiOperation({ summary: 'List the executions of a workflow.' })
  @Missing('workflow_not_found')
  @AnsweredList('executions', ExecutionItem)
  async history(@Param('id') text: string, @Query() query: PageQueryDto): Promise<Envelope> {
    const id = uuidAt(text, '/id');
    await this.catalog.find(id);
    const page = pageOf(query);
    const descending = query.sort_order !== 'asc';
    const { items, total } = await this.reader.list({ ...page, workflowId: id, sortBy: 'created_at', descending });
    const counts = await this.reader.runCounts(items.map((record) => record.id));
    const shown = items.map((record) => executionItem(record, counts.get(record.id) ?? {}));
    return listing('executions', shown, { ...page, total });
  }

  @Get('workflows/:id/state')
  @ApiOperation({ summary: 'How the latest execution of a workflow stands.' })
  @Missing('workflow_not_found')
  @Answered(WorkflowStateAnswer)
  async state(@Param('id') text: string): Promise<Envelope> {
    const id = uuidAt(text, '/id');
    await this.catalog.find(id);
    const latest = await this.latestOf(id);
    const nothing = { workflow_id: id, execution_id: null, status: null, task_statuses: {}, state: {} };
    if (latest === undefined) return success('The workflow has never run', nothing);
    const whole = await this.view.whole(latest);
    const { status = null, task_statuses: statuses = {} } = whole;
    const state = whole.journal === 'gone' ? {} : (await this.view.variables(latest)).workflow;
    return success('State', { workflow_id: id, execution_id: latest, status, task_statuses: statuses, state });
  }

  @Post('workflows/:id/transition')
  @HttpCode(200)
  @ApiOperation({ summary: 'Pause, resume, cancel, retry or restart an execution of a workflow.' })
  @Missing('workflow_not_found, execution_not_found')
  @Ended()
  @Answered(SteeredAnswer, NAMED_HINT)
  async transition(
    @Param('id') text: string,
    @Body() { action, execution_id: named }: TransitionDto,
  ): Promise<Envelope> {
    const workflow = uuidAt(text, '/id');
    await this.catalog.find(workflow);
    const id = named === undefined ? await this.mustHaveRun(workflow) : uuidAt(named, '/execution_id');
    const { workflowId } = await this.view.mustFind(id);
    if (workflowId !== workflow)
      throw requestFault(fault('wrong_type', '/execution_id', { expected: 'an execution of this workflow' }));
    if (action === 'retry') return this.retried(id);
    if (action === 'restart') return this.restarted(id);
    await this.engine[action](id);
    return this.steered(id);
  }

  @Post('executions/:id/retry')
  @HttpCode(200)
  @ApiOperation({ summary: 'Run failed tasks again, and what depends on them, in the same execution.' })
  @Missing('execution_not_found')
  @Ended()
  @Answered(SteeredAnswer, NAMED_HINT)
  async retry(@Param('id') text: string): Promise<Envelope> {
    const id = uuidAt(text, '/id');
    await this.view.mustHaveJournal(id);
    return this.retried(id);
  }

  @Post('executions/:id/restart')
  @ApiOperation({ summary: 'Start a new execution of the same version with the same input.' })
  @Missing('execution_not_found, workflow_not_found')
  @Answered(SteeredAnswer, { status: 201, ...NAMED_HINT })
  async restart(@Param('id') text: string): Promise<Envelope> {
    const id = uuidAt(text, '/id');
    await this.view.mustHaveJournal(id);
    return this.restarted(id);
  }

  private async retried(id: Uuid): Promise<Envelope> {
    await this.engine.reexecute(id, { is: 'retry_failed' });
    return this.steered(id);
  }

  private async restarted(id: Uuid): Promise<Envelope> {
    const { workflowId, workflowVersion } = await this.view.mustFind(id);
    const { input = {} } = await this.view.whole(id);
    const metadata: JsonObject = { restarted_from: id };
    const start = { ...(await this.catalog.toStart(workflowId, workflowVersion)), input, metadata };
    return this.steered((await this.engine.start(start)).execution);
  }

  private async steered(id: Uuid): Promise<Envelope> {
    const { status } = await this.view.mustFind(id);
    return success(`Execution ${status}`, { execution_id: id, status }, { execution_id: id });
  }

  private async latestOf(workflow: Uuid): Promise<Uuid | undefined> {
    const page = { offset: 0, limit: 1 };
    const { items } = await this.reader.list({ ...page, workflowId: workflow, sortBy: 'created_at', descending: true });
    return items[0]?.id;
  }

  private async mustHaveRun(workflow: Uuid): Promise<Uuid> {
    const latest = await this.latestOf(workflow);
    if (latest === undefined) throw new HarmoniaError('conflict', { reason: 'The workflow has never run' });
    return latest;
  }
}
