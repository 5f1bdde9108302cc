import { Body, Controller, Delete, Get, HttpCode, Inject, Param, Post, Query, Res } from '@nestjs/common';
import { KeyOfCaller, type CallerKey } from '../../access/caller-key.js';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { HarmoniaError, type Json, type Uuid } from '../../../kernel/index.js';
import type { CheckpointRequest, Engine } from '../../../engine/index.js';
import type { WorkflowCatalog } from '../../../workflow/index.js';
import type { CheckpointRecord, ExecutionReader } from '../../ports/index.js';
import { CATALOG, ENGINE, READER } from '../../tokens.js';
import { onlyOf, SeenBy } from '../../access/seen-by.js';
import type { Sight } from '../../access/sight.js';
import {
  CheckpointDto,
  CheckpointOfDto,
  RestoreDto,
  RestoreOptionsDto,
  type ExecutionOptionsDto,
} from '../dto/bodies.js';
import { CheckpointQueryDto, PageQueryDto } from '../dto/queries.js';
import { Answered, AnsweredEmpty, AnsweredList, naming } from '../dto/answered.js';
import { Keyed } from '../dto/described.js';
import { CheckpointAnswer, CheckpointCheck, CheckpointItem, ExecutionAnswer } from '../dto/answers.js';
import { listing, pageOf, success, type Envelope } from '../envelope.js';
import { ExecutionView } from './execution-view.js';
import { Idempotency } from '../idempotency.js';
import { checkpointDetails, checkpointItem } from '../present/checkpoint.js';
import { uuidAt } from '../validation.js';

const MADE = { hints: naming('checkpoint_id') };
const RESTORED = { status: 201, hints: naming('execution_id', 'checkpoint_id') };
const SCOPE = 'checkpoints';

interface Keyed {
  readonly header: CallerKey | undefined;
  readonly reply: FastifyReply;
}

@ApiTags('checkpoints')
@Controller(['api/v1', 'api'])
export class CheckpointsController {
  constructor(
    @Inject(ENGINE) private readonly engine: Engine,
    @Inject(READER) private readonly reader: ExecutionReader,
    @Inject(CATALOG) private readonly catalog: WorkflowCatalog,
    private readonly view: ExecutionView,
    private readonly idempotency: Idempotency,
  ) {}

  @Post(['executions/:id/checkpoint', 'executions/:id/checkpoints'])
  @HttpCode(200)
  @ApiOperation({ summary: 'Name the current position of the journal.' })
  @Keyed()
  @ApiResponse({ status: 409, description: 'conflict: the execution has ended.' })
  @Answered(CheckpointAnswer, MADE)
  async take(
    @Param('id') text: string,
    @Body() body: CheckpointDto,
    @KeyOfCaller() header: CallerKey | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Envelope> {
    return this.taken(uuidAt(text, '/id'), body, { header, reply });
  }

  @Post(['checkpoints', 'state/checkpoints'])
  @ApiOperation({ summary: 'Name the current position of the journal of an execution.' })
  @Keyed()
  @Answered(CheckpointAnswer, { status: 201, ...MADE })
  takeOf(
    @Body() body: CheckpointOfDto,
    @KeyOfCaller() header: CallerKey | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Envelope> {
    return this.taken(uuidAt(body.execution_id, '/execution_id'), body, { header, reply });
  }

  @Get('checkpoints')
  @ApiOperation({ summary: 'List checkpoints, newest first; of one execution with execution_id.' })
  @AnsweredList('checkpoints', CheckpointItem)
  async list(@Query() query: CheckpointQueryDto, @SeenBy() sight: Sight | undefined): Promise<Envelope> {
    const { execution_id: execution } = query;
    return this.listed(execution === undefined ? undefined : uuidAt(execution, '/execution_id'), query, sight);
  }

  @Get('executions/:id/checkpoints')
  @ApiOperation({ summary: 'List the checkpoints of an execution, newest first.' })
  @AnsweredList('checkpoints', CheckpointItem)
  async listOf(@Param('id') text: string, @Query() query: PageQueryDto): Promise<Envelope> {
    const id = uuidAt(text, '/id');
    await this.view.mustFind(id);
    return this.listed(id, query);
  }

  @Get('checkpoints/:id')
  @ApiOperation({ summary: 'Get a checkpoint with what its tasks were then.' })
  @ApiResponse({ status: 404, description: 'checkpoint_not_found' })
  @Answered(CheckpointAnswer)
  async get(@Param('id') id: string): Promise<Envelope> {
    return success('Checkpoint', await this.details(await this.mustFind(uuidAt(id, '/id'))));
  }

  @Post('checkpoints/:id/validate')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Whether the checkpoint can be restored here and now: its journal is there, its task types are.',
  })
  @Answered(CheckpointCheck, { hints: { valid: { type: 'boolean' }, ...naming('checkpoint_id') } })
  async validate(@Param('id') text: string): Promise<Envelope> {
    const checkpoint = await this.mustFind(uuidAt(text, '/id'));
    const { document } = await this.view.storedAt(checkpoint.execution, checkpoint.seq);
    const { faults, compiled } = this.catalog.check(document);
    const valid = compiled !== undefined;
    const message = valid ? 'The checkpoint can be restored' : `${faults.length} fault(s) stand against a restore`;
    return success(message, { ...checkpointItem(checkpoint), valid, faults }, { valid, checkpoint_id: checkpoint.id });
  }

  @Delete('checkpoints/:id')
  @ApiOperation({ summary: 'Delete a checkpoint: the name, not the journal. Executions restored from it stay.' })
  @AnsweredEmpty()
  async remove(@Param('id') text: string): Promise<Envelope> {
    const id = uuidAt(text, '/id');
    if (!(await this.engine.deleteCheckpoint(id))) throw new HarmoniaError('checkpoint_not_found', { id });
    return success('Checkpoint deleted', null);
  }

  @Post('checkpoints/:id/restore')
  @ApiOperation({ summary: 'Start a new execution that keeps what had ended at the checkpoint, and runs the rest.' })
  @Keyed()
  @Answered(ExecutionAnswer, RESTORED)
  restore(
    @Param('id') id: string,
    @Body() { execution_options: options }: RestoreOptionsDto,
    @KeyOfCaller() header: CallerKey | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Envelope> {
    return this.restored(uuidAt(id, '/id'), options, { header, reply });
  }

  @Post('state/restore')
  @ApiOperation({ summary: 'The same, with the checkpoint in the body.' })
  @Keyed()
  @Answered(ExecutionAnswer, RESTORED)
  restoreOf(
    @Body() { checkpoint_id: checkpoint, execution_options: options }: RestoreDto,
    @KeyOfCaller() header: CallerKey | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Envelope> {
    return this.restored(uuidAt(checkpoint, '/checkpoint_id'), options, { header, reply });
  }

  @Post('executions/:id/restore')
  @ApiOperation({ summary: 'The same, for a checkpoint of this execution.' })
  @Keyed()
  @Answered(ExecutionAnswer, RESTORED)
  async restoreInto(
    @Param('id') text: string,
    @Body() { checkpoint_id: checkpoint, execution_options: options }: RestoreDto,
    @KeyOfCaller() header: CallerKey | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Envelope> {
    const id = uuidAt(text, '/id');
    await this.view.mustFind(id);
    const found = await this.mustFind(uuidAt(checkpoint, '/checkpoint_id'));
    if (found.execution !== id)
      throw new HarmoniaError('conflict', { reason: 'The checkpoint is one of another execution' });
    return this.restored(found.id, options, { header, reply });
  }

  private async taken(id: Uuid, body: CheckpointDto, request: Keyed): Promise<Envelope> {
    await this.view.mustFind(id);
    const checkpoint = await this.idempotency.inTurn(SCOPE, request.header, () =>
      this.foundOrRecorded(id, body, request),
    );
    return success('Checkpoint created', await this.details(checkpoint), { checkpoint_id: checkpoint.id });
  }

  /** Its id follows from the key, so a repeated request finds what the first one made. */
  private async foundOrRecorded(
    id: Uuid,
    { name, description }: CheckpointDto,
    { header, reply }: Keyed,
  ): Promise<CheckpointRecord> {
    const known = this.idempotency.idFor(SCOPE, header);
    const found = known === undefined ? undefined : await this.reader.checkpoint(known);
    if (!found) {
      const words = { ...(name !== undefined && { name }), ...(description !== undefined && { description }) };
      return this.record(id, { ...words, ...(known !== undefined && { id: known }) });
    }
    if (found.execution !== id || found.name !== name || found.description !== description)
      throw new HarmoniaError('idempotency_conflict', { key: header?.said ?? '' });
    void reply.header('idempotent-replayed', 'true');
    return found;
  }

  private async record(id: Uuid, request: CheckpointRequest): Promise<CheckpointRecord> {
    const { checkpoint, seq, at } = await this.engine.checkpoint(id, request);
    return { id: checkpoint, execution: id, seq, name: request.name, description: request.description, createdAt: at };
  }

  private async details(checkpoint: CheckpointRecord): Promise<Record<string, Json>> {
    return checkpointDetails(checkpoint, await this.view.storedAt(checkpoint.execution, checkpoint.seq));
  }

  private async listed(execution: Uuid | undefined, query: PageQueryDto, sight?: Sight): Promise<Envelope> {
    const page = pageOf(query);
    const { items, total } = await this.reader.checkpoints(execution, { ...page, ...onlyOf(sight) });
    return listing('checkpoints', items.map(checkpointItem), { ...page, total });
  }

  private async restored(
    checkpoint: Uuid,
    options: ExecutionOptionsDto | undefined,
    request: Keyed,
  ): Promise<Envelope> {
    const { execution, seq } = await this.mustFind(checkpoint);
    const id = await this.idempotency.once({
      ...request,
      scope: 'restore',
      body: { checkpoint },
      create: async (key) =>
        (await this.engine.reexecute(execution, { is: 'restore', checkpoint, at: seq }, key)).execution,
      recall: (resource) => Promise.resolve(resource),
    });
    const { whole } = await this.view.afterStart(id, options, request.reply);
    return success(
      'Execution restored',
      { ...whole, checkpoint_id: checkpoint },
      { execution_id: id, checkpoint_id: checkpoint },
    );
  }

  private async mustFind(id: Uuid): Promise<CheckpointRecord> {
    const found = await this.reader.checkpoint(id);
    if (!found) throw new HarmoniaError('checkpoint_not_found', { id });
    return found;
  }
}
