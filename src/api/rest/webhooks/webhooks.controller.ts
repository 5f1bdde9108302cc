import { Body, Controller, Delete, Get, HttpCode, Param, Post, Put, Query } from '@nestjs/common';
import { KeyOfCaller, type CallerKey } from '../../access/caller-key.js';
import { ApiBody, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { HarmoniaError } from '../../../kernel/index.js';
import { isFor } from '../../access/owners.js';
import { SeenBy, seenPage } from '../../access/seen-by.js';
import type { Sight } from '../../access/sight.js';
import type { DocumentPage } from '../../../integration/ports/index.js';
import { Answered, AnsweredEmpty, AnsweredList, naming } from '../dto/answered.js';
import { Faulty, Keyed } from '../dto/described.js';
import { PageQueryDto } from '../dto/queries.js';
import { listing, pageOf, success, type Envelope, type Page } from '../envelope.js';
import { plainJson, uuidAt } from '../validation.js';
import { DeliveredNowAnswer, DeliveryAnswer, WebhookEventAnswer } from './delivery-answers.js';
import { RedeliveredAnswer, WebhookAnswer } from './webhook-answers.js';
import { DeliveryQueryDto, WEBHOOK_BODY, WebhookQueryDto } from './webhook-bodies.js';
import { WebhookDesk } from './webhook-desk.js';

@ApiTags('webhooks')
@Controller(['api/v1/webhooks', 'api/webhooks'])
export class WebhooksController {
  constructor(private readonly desk: WebhookDesk) {}

  @Post()
  @ApiOperation({ summary: 'Keep a webhook. It is called at /hooks/<endpoint>; with `url` it is sent there instead.' })
  @ApiBody({ schema: WEBHOOK_BODY })
  @Answered(WebhookAnswer, { status: 201, description: 'Kept.', hints: naming('webhook_id') })
  @ApiResponse({ status: 409, description: 'conflict: the endpoint is taken.' })
  @Faulty()
  async create(@Body() body: unknown): Promise<Envelope> {
    const webhook = await this.desk.create(plainJson(body, ''));
    return success('Webhook created', webhook, { webhook_id: webhook.id });
  }

  @Get()
  @ApiOperation({ summary: 'List webhooks, oldest first: those that come in, then those that are sent.' })
  @AnsweredList('webhooks', WebhookAnswer)
  async list(@Query() query: WebhookQueryDto, @SeenBy() sight: Sight | undefined): Promise<Envelope> {
    const page = pageOf(query);
    const list = (wanted: Page): Promise<DocumentPage> => this.desk.list(wanted, query.direction);
    const { items, total } = await seenPage(sight, page, { list, isSeen: isFor });
    return listing('webhooks', items, { ...page, total });
  }

  @Get(':id')
  @ApiOperation({ summary: 'Show a webhook.' })
  @Answered(WebhookAnswer, { hints: naming('webhook_id') })
  async get(@Param('id') text: string): Promise<Envelope> {
    const webhook = await this.desk.mustFind(uuidAt(text, '/id'));
    return success('Webhook retrieved', webhook, { webhook_id: webhook.id });
  }

  @Put(':id')
  @ApiOperation({ summary: 'Change a webhook. Fields that are absent stay as they are; masked secrets do, too.' })
  @ApiBody({ schema: { ...WEBHOOK_BODY, required: [] } })
  @Answered(WebhookAnswer, { hints: naming('webhook_id') })
  async update(@Param('id') text: string, @Body() body: unknown): Promise<Envelope> {
    const id = uuidAt(text, '/id');
    const webhook = await (await this.desk.of(id)).update(id, plainJson(body, ''));
    return success('Webhook updated', webhook, { webhook_id: id });
  }

  @Delete(':id')
  @ApiOperation({
    summary:
      'Delete a webhook with its own secrets. What it has accepted is still delivered; what it was to send is not.',
  })
  @AnsweredEmpty()
  async remove(@Param('id') text: string): Promise<Envelope> {
    const id = uuidAt(text, '/id');
    if (!(await (await this.desk.of(id)).remove(id))) throw new HarmoniaError('webhook_not_found', { id });
    return success('Webhook deleted', null);
  }

  @Post(':id/deliver')
  @HttpCode(202)
  @ApiOperation({ summary: 'Act as if it had been called with this body; of one that is sent, send it now.' })
  @Keyed()
  @ApiBody({ schema: { description: 'Any JSON: the payload.', anyOf: [{}] } })
  @Answered(DeliveredNowAnswer, { status: 202, hints: naming('delivery_id') })
  async deliver(
    @Param('id') text: string,
    @Body() body: unknown,
    @KeyOfCaller() header: CallerKey | undefined,
  ): Promise<Envelope> {
    const id = uuidAt(text, '/id');
    const delivery = await (await this.desk.of(id)).deliver(id, plainJson(body, ''), header?.kept);
    return success('Webhook delivered', delivery, { delivery_id: delivery.id });
  }

  @Get(':id/events')
  @ApiOperation({ summary: 'What came in, newest first, with payload and headers.' })
  @AnsweredList('events', WebhookEventAnswer)
  async events(@Param('id') text: string, @Query() query: PageQueryDto): Promise<Envelope> {
    const id = uuidAt(text, '/id');
    const page = pageOf(query);
    const { items, total } = await (await this.desk.of(id)).events(id, page);
    return listing('events', items, { ...page, total });
  }

  @Post(':id/redeliver-dead')
  @HttpCode(202)
  @ApiOperation({ summary: 'Send every dead delivery of a webhook again, with all its attempts.' })
  @ApiResponse({ status: 409, description: 'conflict: it comes in, and has none.' })
  @Answered(RedeliveredAnswer, { status: 202, hints: naming('webhook_id') })
  async redeliverDead(@Param('id') text: string): Promise<Envelope> {
    const id = uuidAt(text, '/id');
    const redelivered = await this.desk.redeliverDead(id);
    return success('Sent again', { webhook_id: id, redelivered }, { webhook_id: id });
  }

  @Get(':id/deliveries')
  @ApiOperation({ summary: 'How it stands with what came in, or was sent; newest first.' })
  @AnsweredList('deliveries', DeliveryAnswer)
  async deliveries(@Param('id') text: string, @Query() query: DeliveryQueryDto): Promise<Envelope> {
    const id = uuidAt(text, '/id');
    const page = pageOf(query);
    const { status } = query;
    const { items, total } = await (await this.desk.of(id)).deliveries(id, { ...page, ...(status && { status }) });
    return listing('deliveries', items, { ...page, total });
  }
}
