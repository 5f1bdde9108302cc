import { All, Body, Controller, Get, HttpCode, Inject, Param, Post, Query, Req } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { v7 as newId } from 'uuid';
import { fault, isoInstant, type Json, type Uuid } from '../../../kernel/index.js';
import { parseAddress } from '../../../engine/core/index.js';
import type { Engine } from '../../../engine/index.js';
import type { ExecutionReader, OpenWait } from '../../ports/index.js';
import { ENGINE, READER } from '../../tokens.js';
import { onlyOf, SeenBy } from '../../access/seen-by.js';
import type { Sight } from '../../access/sight.js';
import { Answered, AnsweredList } from '../dto/answered.js';
import { CalledBackAnswer, DeliveredAnswer, OpenApprovalItem, SteeredAnswer } from '../dto/answers.js';
import { ApprovalQueryDto } from '../dto/queries.js';
import { ApprovalDto, EventDto, SignalDto } from '../dto/wait-bodies.js';
import { listing, pageOf, success, type Envelope } from '../envelope.js';
import { ExecutionView } from './execution-view.js';
import { plainJson, requestFault, uuidAt } from '../validation.js';

/** The address of a step in a request. Throws `validation_error` when it is none. */
export const addressAt = (text: string, where: string): string => {
  const address = text.startsWith('/') ? text : `/${text}`;
  const parsed = parseAddress(address);
  if (!parsed.ok) throw requestFault(fault('wrong_type', where, { expected: `an address: ${parsed.error}` }));
  return address;
};

const approvalItem = ({
  execution,
  workflowId,
  workflowName,
  step,
  since,
  until,
  awaits,
}: OpenWait): Record<string, Json> => ({
  execution_id: execution,
  workflow_id: workflowId,
  workflow_name: workflowName,
  step,
  task_id: /([^/[]+)[^/]*$/.exec(step)?.[1] ?? step,
  since: isoInstant(since),
  until: until === undefined ? null : isoInstant(until),
  by: awaits?.is === 'approval' ? [...awaits.by] : [],
  message: awaits?.is === 'approval' ? awaits.message : '',
});

/** What executions wait for: events, people, callbacks. */
@ApiTags('waits')
@Controller(['api/v1', 'api'])
export class WaitsController {
  constructor(
    @Inject(ENGINE) private readonly engine: Engine,
    @Inject(READER) private readonly reader: ExecutionReader,
    private readonly view: ExecutionView,
  ) {}

  @Post('events')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Give an event to the executions that can wait for one. It is kept for waits that come later.',
  })
  @Answered(DeliveredAnswer)
  async publish(@Body() body: EventDto): Promise<Envelope> {
    const event = this.eventOf(body);
    const delivered = body.execution_id === undefined ? await this.toAll(event, body) : await this.toOne(event, body);
    return success(`Delivered to ${delivered.length} executions`, { event_id: event.id, name: event.name, delivered });
  }

  @Post('executions/:id/signal')
  @HttpCode(200)
  @ApiOperation({ summary: 'Give an event to one execution.' })
  @ApiResponse({ status: 409, description: 'conflict: it has ended.' })
  @Answered(DeliveredAnswer)
  async signal(@Param('id') text: string, @Body() body: SignalDto): Promise<Envelope> {
    const id = uuidAt(text, '/id');
    await this.view.mustFind(id);
    const event = this.eventOf(body);
    await this.engine.deliver(id, event);
    return success('Signal delivered', { event_id: event.id, name: event.name, delivered: [id] }, { execution_id: id });
  }

  @Post('executions/:id/approvals')
  @HttpCode(200)
  @ApiOperation({ summary: 'Answer an approval.' })
  @ApiResponse({ status: 409, description: 'conflict: the step waits for no answer, or for one by somebody else.' })
  @Answered(SteeredAnswer)
  async approve(@Param('id') text: string, @Body() body: ApprovalDto): Promise<Envelope> {
    const id = uuidAt(text, '/id');
    await this.view.mustFind(id);
    const { approved, by = null, comment = null } = body;
    await this.engine.approve(id, addressAt(body.step, '/step'), { approved, by, comment });
    const { status } = await this.view.mustFind(id);
    return success(approved ? 'Approved' : 'Rejected', { execution_id: id, status }, { execution_id: id });
  }

  @Get('approvals')
  @ApiOperation({ summary: 'List the approvals that wait for an answer, oldest first.' })
  @AnsweredList('approvals', OpenApprovalItem)
  async approvals(@Query() query: ApprovalQueryDto, @SeenBy() sight: Sight | undefined): Promise<Envelope> {
    const page = pageOf(query);
    const { items, total } = await this.reader.openWaits('approval', { ...page, ...onlyOf(sight) });
    return listing('approvals', items.map(approvalItem), { ...page, total });
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

  private eventOf({ name, payload, id }: SignalDto): { id: Uuid; name: string; payload: Json } {
    const event = id === undefined ? newId() : uuidAt(id, '/id');
    return { id: event, name, payload: plainJson(payload, '/payload') };
  }

  private async toAll(
    event: { id: Uuid; name: string; payload: Json },
    { workflow_id: workflow }: EventDto,
  ): Promise<Uuid[]> {
    const id = workflow === undefined ? undefined : uuidAt(workflow, '/workflow_id');
    if (id !== undefined) await this.view.mustFindWorkflow(id);
    return [...(await this.engine.publish(event, id))];
  }

  private async toOne(
    event: { id: Uuid; name: string; payload: Json },
    { execution_id: text = '' }: EventDto,
  ): Promise<Uuid[]> {
    const id = uuidAt(text, '/execution_id');
    await this.view.mustFind(id);
    await this.engine.deliver(id, event);
    return [id];
  }
}
