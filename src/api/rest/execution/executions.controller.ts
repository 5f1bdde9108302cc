import { applyDecorators, Body, Controller, Delete, Headers, HttpCode, Inject, Param, Post, Res } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { HarmoniaError, type Json, type JsonObject, type Uuid } from '../../../kernel/index.js';
import type { TraceOrigin } from '../../../engine/core/index.js';
import type { Engine } from '../../../engine/index.js';
import type { WorkflowCatalog } from '../../../workflow/index.js';
import { CATALOG, ENGINE, SETTINGS, type ApiSettings } from '../../tokens.js';
import { ExecuteDto, ReasonDto, ResumeDto, StartDto } from '../dto/bodies.js';
import { CancelDto } from '../dto/wait-bodies.js';
import { Answered, AnsweredEmpty, naming } from '../dto/answered.js';
import { Keyed } from '../dto/described.js';
import { ExecutionAnswer, SteeredAnswer } from '../dto/answers.js';
import { success, type Envelope } from '../envelope.js';
import { ExecutionView } from './execution-view.js';
import { Idempotency, type Key } from '../idempotency.js';
import { traceOriginOf } from './trace-origin.js';
import { limitsAt, uuidAt } from '../validation.js';

const NAMED_HINT = { hints: naming('execution_id') };

/** What a route that starts an execution says of itself. */
const Starts = (summary: string): MethodDecorator =>
  applyDecorators(
    ApiOperation({ summary }),
    Keyed(),
    Answered(ExecutionAnswer, {
      status: 201,
      description: 'Started and durable; with async false: ended.',
      ...NAMED_HINT,
    }),
    Answered(ExecutionAnswer, {
      status: 202,
      description: 'With async false: not ended within the timeout.',
      ...NAMED_HINT,
    }),
    ApiResponse({ status: 422, description: 'The input does not fit input_schema, or the workflow is empty.' }),
  );

interface Starting {
  readonly workflow: Uuid;
  readonly body: ExecuteDto;
  readonly header: string | undefined;
  readonly reply: FastifyReply;
}

/** What else a request says. */
interface Circumstances {
  readonly key: Key | undefined;
  readonly trace: TraceOrigin | undefined;
}

@ApiTags('executions')
@Controller(['api/v1', 'api'])
export class ExecutionsController {
  constructor(
    @Inject(ENGINE) private readonly engine: Engine,
    @Inject(CATALOG) private readonly catalog: WorkflowCatalog,
    @Inject(SETTINGS) private readonly settings: ApiSettings,
    private readonly view: ExecutionView,
    private readonly idempotency: Idempotency,
  ) {}

  @Post('executions')
  @Starts('Start an execution.')
  start(
    @Body() body: StartDto,
    @Headers('idempotency-key') header: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Envelope> {
    return this.begin({ workflow: uuidAt(body.workflow_id, '/workflow_id'), body, header, reply });
  }

  @Post('workflows/:id/execute')
  @Starts('Start an execution of this workflow.')
  execute(
    @Param('id') id: string,
    @Body() body: ExecuteDto,
    @Headers('idempotency-key') header: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Envelope> {
    return this.begin({ workflow: uuidAt(id, '/id'), body, header, reply });
  }

  @Post(['executions/:id/cancel', 'executions/:id/stop', 'executions/:id/terminate'])
  @HttpCode(200)
  @ApiOperation({ summary: 'Cancel an execution: running attempts are aborted, the rest does not start.' })
  @ApiResponse({ status: 409, description: 'conflict: it has completed or failed.' })
  @Answered(SteeredAnswer, NAMED_HINT)
  async cancel(@Param('id') text: string, @Body() body: CancelDto): Promise<Envelope> {
    const id = uuidAt(text, '/id');
    const { status } = await this.view.mustFind(id);
    if (status !== 'canceled') await this.cancelUnlessOver(id, body);
    return this.steered(id, (await this.view.mustFind(id)).status);
  }

  @Post(['executions/:id/pause', 'executions/:id/suspend'])
  @HttpCode(200)
  @ApiOperation({ summary: 'Pause an execution: running attempts end, nothing starts.' })
  @ApiResponse({ status: 409, description: 'conflict: it is not running.' })
  @Answered(SteeredAnswer, NAMED_HINT)
  async pause(@Param('id') text: string, @Body() body: ReasonDto): Promise<Envelope> {
    const id = uuidAt(text, '/id');
    await this.view.mustFind(id);
    await this.engine.pause(id, body.reason);
    return this.steered(id, 'paused');
  }

  @Post('executions/:id/resume')
  @HttpCode(200)
  @ApiOperation({ summary: 'Resume a paused execution; one that has used up its budget with a higher one.' })
  @ApiResponse({ status: 409, description: 'conflict: it is not paused. budget_exhausted: a limit is reached.' })
  @ApiResponse({ status: 422, description: 'validation_error: the budget is none, or raises nothing.' })
  @Answered(SteeredAnswer, NAMED_HINT)
  async resume(@Param('id') text: string, @Body() { budget, by, comment }: ResumeDto): Promise<Envelope> {
    const id = uuidAt(text, '/id');
    await this.view.mustFind(id);
    await this.engine.resume(id, {
      ...(budget && { raise: limitsAt(budget, '/budget') }),
      ...(by !== undefined && { by }),
      ...(comment !== undefined && { comment }),
    });
    return this.steered(id, 'running');
  }

  @Delete('executions/:id')
  @ApiOperation({ summary: 'Delete an ended execution and its journal.' })
  @ApiResponse({ status: 409, description: 'conflict: it has not ended.' })
  @AnsweredEmpty()
  async remove(@Param('id') text: string): Promise<Envelope> {
    const id = uuidAt(text, '/id');
    await this.view.mustFind(id);
    await this.engine.delete(id);
    return success('Execution deleted', null);
  }

  /** Somebody else may have canceled it meanwhile, which is what was asked for. */
  private async cancelUnlessOver(id: Uuid, body: CancelDto): Promise<void> {
    try {
      await this.engine.cancel(id, body);
    } catch (error) {
      if ((await this.view.mustFind(id)).status !== 'canceled') throw error;
    }
  }

  private steered(id: Uuid, status: string): Envelope {
    return success(`Execution ${status}`, { execution_id: id, status }, { execution_id: id });
  }

  private async begin({ workflow, body, header, reply }: Starting): Promise<Envelope> {
    this.checkSize(body);
    const id = await this.idempotency.once({
      scope: 'executions',
      header,
      body: JSON.parse(JSON.stringify({ ...body, workflow_id: workflow })),
      reply,
      create: (key) => this.create(workflow, body, { key, trace: traceOriginOf(reply.request.headers) }),
      recall: (resource) => Promise.resolve(resource),
    });
    const { ended, whole } = await this.view.afterStart(id, body.execution_options, reply);
    return success(ended ? `Execution ${ended}` : 'Execution started', whole, { execution_id: id });
  }

  private async create(workflow: Uuid, body: ExecuteDto, { key, trace }: Circumstances): Promise<Uuid> {
    const { input = {}, metadata = {}, execution_options: options } = body;
    const { timeout, retry_policy: retry, budget } = options ?? {};
    const { execution } = await this.engine.start({
      ...(await this.catalog.toStart(workflow, body.version)),
      input: input as Json,
      metadata: metadata as JsonObject,
      options: {
        ...(timeout !== undefined && { timeout: timeout * 1000 }),
        ...(budget && { budget: limitsAt(budget, '/execution_options/budget') }),
        ...(retry !== undefined && { retry_policy: JSON.parse(JSON.stringify(retry)) as object }),
      },
      ...(key && { key }),
      ...(trace && { trace }),
    });
    return execution;
  }

  private checkSize(body: ExecuteDto): void {
    const { maxPayloadBytes: limit } = this.settings;
    for (const name of ['input', 'metadata'] as const) {
      const size = body[name] === undefined ? 0 : Buffer.byteLength(JSON.stringify(body[name]));
      if (size <= limit) continue;
      throw new HarmoniaError('payload_too_large', {
        subject: `The ${name}`,
        size,
        limit,
        setting: 'HARMONIA_MAX_PAYLOAD_BYTES',
      });
    }
  }
}
