import { applyDecorators, Body, Controller, Delete, HttpCode, Inject, Param, Post, Res } from '@nestjs/common';
import { KeyOfCaller, type CallerKey } from '../../access/caller-key.js';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { Uuid } from '../../../kernel/index.js';
import type { Engine } from '../../../engine/index.js';
import { ENGINE } from '../../tokens.js';
import { ExecuteDto, ReasonDto, ResumeDto, StartDto } from '../dto/bodies.js';
import { CancelDto } from '../dto/wait-bodies.js';
import { Answered, AnsweredEmpty, naming } from '../dto/answered.js';
import { Keyed } from '../dto/described.js';
import { ExecutionAnswer, SteeredAnswer } from '../dto/answers.js';
import { success, type Envelope } from '../envelope.js';
import { ExecutionDesk } from './execution-desk.js';
import { ExecutionView } from './execution-view.js';
import { Idempotency } from '../idempotency.js';
import { uuidAt } from '../validation.js';

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
  readonly header: CallerKey | undefined;
  readonly reply: FastifyReply;
}

@ApiTags('executions')
@Controller(['api/v1', 'api'])
export class ExecutionsController {
  constructor(
    @Inject(ENGINE) private readonly engine: Engine,
    private readonly desk: ExecutionDesk,
    private readonly view: ExecutionView,
    private readonly idempotency: Idempotency,
  ) {}

  @Post('executions')
  @Starts('Start an execution.')
  start(
    @Body() body: StartDto,
    @KeyOfCaller() header: CallerKey | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Envelope> {
    return this.begin({ workflow: uuidAt(body.workflow_id, '/workflow_id'), body, header, reply });
  }

  @Post('workflows/:id/execute')
  @Starts('Start an execution of this workflow.')
  execute(
    @Param('id') id: string,
    @Body() body: ExecuteDto,
    @KeyOfCaller() header: CallerKey | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Envelope> {
    return this.begin({ workflow: uuidAt(id, '/id'), body, header, reply });
  }

  @Post(['executions/:id/cancel', 'executions/:id/stop', 'executions/:id/terminate', 'instances/:id/cancel'])
  @HttpCode(200)
  @ApiOperation({ summary: 'Cancel an execution: running attempts are aborted, the rest does not start.' })
  @ApiResponse({ status: 409, description: 'conflict: it has completed or failed.' })
  @Answered(SteeredAnswer, NAMED_HINT)
  async cancel(@Param('id') text: string, @Body() body: CancelDto): Promise<Envelope> {
    const id = uuidAt(text, '/id');
    return this.steered(id, await this.desk.cancel(id, body));
  }

  @Post(['executions/:id/pause', 'executions/:id/suspend', 'instances/:id/pause'])
  @HttpCode(200)
  @ApiOperation({ summary: 'Pause an execution: running attempts end, nothing starts.' })
  @ApiResponse({ status: 409, description: 'conflict: it is not running.' })
  @Answered(SteeredAnswer, NAMED_HINT)
  async pause(@Param('id') text: string, @Body() body: ReasonDto): Promise<Envelope> {
    const id = uuidAt(text, '/id');
    await this.desk.pause(id, body);
    return this.steered(id, 'paused');
  }

  @Post(['executions/:id/resume', 'instances/:id/resume'])
  @HttpCode(200)
  @ApiOperation({ summary: 'Resume a paused execution; one that has used up its budget with a higher one.' })
  @ApiResponse({ status: 409, description: 'conflict: it is not paused. budget_exhausted: a limit is reached.' })
  @ApiResponse({ status: 422, description: 'validation_error: the budget is none, or raises nothing.' })
  @Answered(SteeredAnswer, NAMED_HINT)
  async resume(@Param('id') text: string, @Body() body: ResumeDto): Promise<Envelope> {
    const id = uuidAt(text, '/id');
    await this.desk.resume(id, body);
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

  private steered(id: Uuid, status: string): Envelope {
    return success(`Execution ${status}`, { execution_id: id, status }, { execution_id: id });
  }

  private async begin({ workflow, body, header, reply }: Starting): Promise<Envelope> {
    this.desk.checkSize(body);
    const id = await this.idempotency.once({
      scope: 'executions',
      header,
      body: JSON.parse(JSON.stringify({ ...body, workflow_id: workflow })),
      reply,
      create: (key) => this.desk.start(workflow, body, key),
      recall: (resource) => Promise.resolve(resource),
    });
    const { ended, whole } = await this.view.afterStart(id, body.execution_options, reply);
    return success(ended ? `Execution ${ended}` : 'Execution started', whole, { execution_id: id });
  }
}
