import { All, Body, Controller, Get, HttpCode, Inject, Param, Post, Query, Req } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import type { Engine } from '../../../engine/index.js';
import { ENGINE } from '../../tokens.js';
import { onlyOf, SeenBy } from '../../access/seen-by.js';
import type { Sight } from '../../access/sight.js';
import { Answered, AnsweredList } from '../dto/answered.js';
import { CalledBackAnswer, DeliveredAnswer, OpenApprovalItem, SteeredAnswer } from '../dto/answers.js';
import { ApprovalQueryDto } from '../dto/queries.js';
import { ApprovalDto, EventDto, SignalDto } from '../dto/wait-bodies.js';
import { listing, pageOf, success, type Envelope } from '../envelope.js';
import { plainJson, uuidAt } from '../validation.js';
import { EventDesk } from './event-desk.js';

/** What executions wait for: events, people, callbacks. */
@ApiTags('waits')
@Controller(['api/v1', 'api'])
export class WaitsController {
  constructor(
    @Inject(ENGINE) private readonly engine: Engine,
    private readonly desk: EventDesk,
  ) {}

  @Post('events')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Give an event to the executions that can wait for one. It is kept for waits that come later.',
  })
  @Answered(DeliveredAnswer)
  async publish(@Body() body: EventDto): Promise<Envelope> {
    const answer = await this.desk.publish(body);
    return success(`Delivered to ${answer.delivered.length} executions`, answer);
  }

  @Post('executions/:id/signal')
  @HttpCode(200)
  @ApiOperation({ summary: 'Give an event to one execution.' })
  @ApiResponse({ status: 409, description: 'conflict: it has ended.' })
  @Answered(DeliveredAnswer)
  async signal(@Param('id') text: string, @Body() body: SignalDto): Promise<Envelope> {
    const id = uuidAt(text, '/id');
    return success('Signal delivered', await this.desk.deliver(id, body), { execution_id: id });
  }

  @Post('executions/:id/approvals')
  @HttpCode(200)
  @ApiOperation({ summary: 'Answer an approval.' })
  @ApiResponse({ status: 409, description: 'conflict: the step waits for no answer, or for one by somebody else.' })
  @Answered(SteeredAnswer)
  async approve(@Param('id') text: string, @Body() body: ApprovalDto): Promise<Envelope> {
    const id = uuidAt(text, '/id');
    const status = await this.desk.approve(id, body);
    return success(body.approved ? 'Approved' : 'Rejected', { execution_id: id, status }, { execution_id: id });
  }

  @Get('approvals')
  @ApiOperation({ summary: 'List the approvals that wait for an answer, oldest first.' })
  @AnsweredList('approvals', OpenApprovalItem)
  async approvals(@Query() query: ApprovalQueryDto, @SeenBy() sight: Sight | undefined): Promise<Envelope> {
    const page = pageOf(query);
    const { items, total } = await this.desk.approvals({ ...page, ...onlyOf(sight) });
    return listing('approvals', items, { ...page, total });
  }

  @All('callbacks/:token')
  @HttpCode(200)
  @ApiOperation({
    summary: 'The one-time URL of a webhook step: its output is the body, or the query when there is none.',
  })
  @ApiResponse({ status: 410, description: 'callback_gone: no such callback, or it has been used.' })
  @Answered(CalledBackAnswer)
  async callBack(@Param('token') token: string, @Req() request: FastifyRequest): Promise<Envelope> {
    const payload = plainJson(request.body ?? request.query ?? {}, '');
    const { execution } = await this.engine.callBack(token, payload);
    return success('Callback received', { execution_id: execution }, { execution_id: execution });
  }
}
