import { Body, Controller, Inject, Param, Post, Query, Res } from '@nestjs/common';
import { KeyOfCaller, type CallerKey } from '../../access/caller-key.js';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { Json, Uuid } from '../../../kernel/index.js';
import type { ReexecutionPlan } from '../../../engine/core/index.js';
import type { Engine } from '../../../engine/index.js';
import { ENGINE } from '../../tokens.js';
import { Answered } from '../dto/answered.js';
import { Keyed } from '../dto/described.js';
import { ReexecutionAnswer } from '../dto/answers.js';
import { ReexecuteQueryDto } from '../dto/queries.js';
import { ReexecuteDto } from '../dto/wait-bodies.js';
import { success, type Envelope } from '../envelope.js';
import { Idempotency } from '../idempotency.js';
import { uuidAt } from '../validation.js';
import { planBody, ReexecutionDesk } from './reexecution-desk.js';

/** Executions that go on after their end, or in another one. */
@ApiTags('executions')
@Controller(['api/v1', 'api'])
export class ReexecutionController {
  constructor(
    @Inject(ENGINE) private readonly engine: Engine,
    private readonly desk: ReexecutionDesk,
    private readonly idempotency: Idempotency,
  ) {}

  @Post('executions/:id/reexecute')
  @ApiOperation({
    summary: 'Run an execution again from where it stands; dry_run=true answers what would be kept, reset and created.',
  })
  @Keyed('fork, restore: makes the request safe to repeat.')
  @ApiResponse({ status: 409, description: 'conflict: it has not ended, or there is nothing to do.' })
  @Answered(ReexecutionAnswer, {
    status: 200,
    description: 'The plan; it is carried out unless dry_run was asked for.',
  })
  async reexecute(
    @Param('id') text: string,
    @Body() body: ReexecuteDto,
    @Query() { dry_run: dryRun = false }: ReexecuteQueryDto,
    @KeyOfCaller() header: CallerKey | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Envelope> {
    const id = uuidAt(text, '/id');
    const operation = await this.desk.operationOf(id, body);
    void reply.status(200);
    if (dryRun) return this.answer(id, body, { plan: await this.engine.planReexecution(id, operation), dryRun });
    const isNew = operation.is === 'fork' || operation.is === 'restore';
    if (!isNew) {
      const { plan } = await this.engine.reexecute(id, operation);
      return this.answer(id, body, { plan, dryRun });
    }
    let plan: ReexecutionPlan | undefined;
    const made = await this.idempotency.once({
      scope: 'reexecute',
      header,
      body: JSON.parse(JSON.stringify({ ...body, execution: id })) as Json,
      reply,
      create: async (key) => {
        const done = await this.engine.reexecute(id, operation, key);
        plan = done.plan;
        return done.execution;
      },
      recall: (resource) => Promise.resolve(resource),
    });
    return this.answer(made, body, { plan: plan ?? (await this.engine.planReexecution(id, operation)), dryRun });
  }

  private answer(
    id: Uuid,
    { operation }: ReexecuteDto,
    { plan, dryRun }: { readonly plan: ReexecutionPlan; readonly dryRun: boolean },
  ): Envelope {
    const data = { execution_id: id, operation, dry_run: dryRun, ...planBody(plan) };
    return success(dryRun ? 'Planned' : 'Execution goes on', data, { execution_id: id });
  }
}
