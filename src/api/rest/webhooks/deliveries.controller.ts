import { Controller, Headers, HttpCode, Param, Post } from '@nestjs/common';
import { ApiHeader, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { Answered, naming } from '../dto/answered.js';
import { success, type Envelope } from '../envelope.js';
import { uuidAt } from '../validation.js';
import { DeliveredNowAnswer } from './webhook-answers.js';
import { WebhookDesk } from './webhook-desk.js';
import { keyOf } from './webhooks.controller.js';

const KEY = { name: 'Idempotency-Key', required: false, description: 'Makes the request safe to repeat.' };

@ApiTags('webhooks')
@Controller(['api/v1/deliveries', 'api/deliveries'])
export class DeliveriesController {
  constructor(private readonly desk: WebhookDesk) {}

  @Post(':id/redeliver')
  @HttpCode(202)
  @ApiOperation({ summary: 'Deliver once more what was delivered or failed: a new delivery, by the webhook of today.' })
  @ApiHeader(KEY)
  @ApiResponse({ status: 409, description: 'conflict: it is still on its way.' })
  @Answered(DeliveredNowAnswer, { status: 202, hints: naming('delivery_id') })
  async redeliver(
    @Param('id') text: string,
    @Headers('idempotency-key') header: string | undefined,
  ): Promise<Envelope> {
    const delivery = await this.desk.redeliver(uuidAt(text, '/id'), keyOf(header));
    return success('Delivered again', delivery, { delivery_id: delivery.id });
  }
}
