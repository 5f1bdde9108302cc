import { Body, Controller, Get, Headers, HttpCode, Inject, Param, Post, Query, Res } from '@nestjs/common';
import { ApiHeader, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { HarmoniaError, isoInstant, type Json, type Uuid } from '../../kernel/index.js';
import type { Engine } from '../../engine/index.js';
import type { CheckpointRecord, ExecutionReader } from '../ports/index.js';
import { ENGINE, READER } from '../tokens.js';
import { CheckpointDto, CheckpointOfDto, RestoreDto } from './dto/bodies.js';
import { listing, success, type Envelope } from './envelope.js';
import { ExecutionView } from './execution-view.js';
import { Idempotency } from './idempotency.js';
import { uuidAt } from './validation.js';

const KEY = { name: 'Idempotency-Key', required: false, description: 'Makes the request safe to repeat.' };
const LISTED = 1000;

const checkpointItem = (checkpoint: CheckpointRecord): Record<string, Json> => ({
  id: checkpoint.id,
  checkpoint_id: checkpoint.id,
  execution_id: checkpoint.execution,
  sequence: checkpoint.seq,
  name: checkpoint.name ?? null,
  description: checkpoint.description ?? null,
  created_at: isoInstant(checkpoint.createdAt),
});

@ApiTags('checkpoints')
@Controller(['api/v1', 'api'])
export class CheckpointsController {
  constructor(
    @Inject(ENGINE) private readonly engine: Engine,
    @Inject(READER) private readonly reader: ExecutionReader,
    private readonly view: ExecutionView,
    private readonly idempotency: Idempotency,
  ) {}

  @Post(['executions/:id/checkpoint', 'executions/:id/checkpoints'])
  @HttpCode(200)
  @ApiOperation({ summary: 'Name this position of the journal.' })
  @ApiResponse({ status: 409, description: 'conflict: the execution has ended.' })
  async take(@Param('id') text: string, @Body() body: CheckpointDto): Promise<Envelope> {
    return this.taken(uuidAt(text, '/id'), body);
  }

  @Post(['checkpoints', 'state/checkpoints'])
  @ApiOperation({ summary: 'Name the current position of the journal of an execution.' })
  takeOf(@Body() body: CheckpointOfDto): Promise<Envelope> {
    return this.taken(uuidAt(body.execution_id, '/execution_id'), body);
  }

  @Get('checkpoints')
  @ApiOperation({ summary: 'List checkpoints, newest first; of one execution with execution_id.' })
  async list(@Query('execution_id') execution?: string): Promise<Envelope> {
    return this.listed(execution === undefined ? undefined : uuidAt(execution, '/execution_id'));
  }

  @Get('executions/:id/checkpoints')
  @ApiOperation({ summary: 'List the checkpoints of an execution, newest first.' })
  async listOf(@Param('id') text: string): Promise<Envelope> {
    const id = uuidAt(text, '/id');
    await this.view.mustFind(id);
    return this.listed(id);
  }

  @Get('checkpoints/:id')
  @ApiOperation({ summary: 'Get a checkpoint.' })
  async get(@Param('id') id: string): Promise<Envelope> {
    return success('Checkpoint', checkpointItem(await this.mustFind(uuidAt(id, '/id'))));
  }

  @Post('checkpoints/:id/restore')
  @ApiOperation({ summary: 'Start a new execution that keeps what had ended at the checkpoint, and runs the rest.' })
  @ApiHeader(KEY)
  restore(
    @Param('id') id: string,
    @Headers('idempotency-key') header: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Envelope> {
    return this.restored(uuidAt(id, '/id'), { header, reply });
  }

  @Post(['executions/:id/restore', 'state/restore'])
  @ApiOperation({ summary: 'The same, with the checkpoint in the body.' })
  @ApiHeader(KEY)
  restoreOf(
    @Body() body: RestoreDto,
    @Headers('idempotency-key') header: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Envelope> {
    return this.restored(uuidAt(body.checkpoint_id, '/checkpoint_id'), { header, reply });
  }

  private async taken(id: Uuid, { name, description }: CheckpointDto): Promise<Envelope> {
    await this.view.mustFind(id);
    const request = { ...(name !== undefined && { name }), ...(description !== undefined && { description }) };
    const { checkpoint, seq, at } = await this.engine.checkpoint(id, request);
    const item = checkpointItem({ id: checkpoint, execution: id, seq, name, description, createdAt: at });
    return success('Checkpoint created', item, { checkpoint_id: checkpoint });
  }

  private async listed(execution: Uuid | undefined): Promise<Envelope> {
    const items = (await this.reader.checkpoints(execution, LISTED)).map(checkpointItem);
    return listing('checkpoints', items, { page: 1, limit: LISTED, total: items.length });
  }

  private async restored(
    checkpoint: Uuid,
    request: { readonly header: string | undefined; readonly reply: FastifyReply },
  ): Promise<Envelope> {
    const { execution, seq } = await this.mustFind(checkpoint);
    const id = await this.idempotency.once({
      ...request,
      scope: 'restore',
      body: { checkpoint },
      create: async (key) => (await this.engine.restore({ execution, checkpoint, seq }, key)).execution,
      recall: (resource) => Promise.resolve(resource),
    });
    void request.reply.status(201);
    return success('Execution restored', await this.view.whole(id), { execution_id: id, checkpoint_id: checkpoint });
  }

  private async mustFind(id: Uuid): Promise<CheckpointRecord> {
    const found = await this.reader.checkpoint(id);
    if (!found) throw new HarmoniaError('checkpoint_not_found', { id });
    return found;
  }
}
