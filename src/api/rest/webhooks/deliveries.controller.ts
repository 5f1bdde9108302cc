import { Controller, HttpCode, Param, Post } from '@nestjs/common';
import { KeyOfCaller, type CallerKey } from '../../access/caller-key.js';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { Answered, naming } from '../dto/answered.js';
import { Keyed, Missing } from '../dto/described.js';
import { success, type Envelope } from '../envelope.js';
import { uuidAt } from '../validation.js';
import { DeliveredNowAnswer, OccurrenceDeliveredNowAnswer } from './delivery-answers.js';
import { WebhookDesk } from './webhook-desk.js';

@ApiTags('webhooks')
@Controller(['api/v1/deliveries', 'api/deliveries'])
export class DeliveriesController {
  constructor(private readonly desk: WebhookDesk) {}

  @Post(':id/redeliver')
  @HttpCode(202)
  @ApiOperation({
    summary: 'Deliver once more what was delivered or failed: a new delivery, by the webhook or trigger of today.',
  })
  @Keyed()
  @ApiResponse({ status: 409, description: 'conflict: it is still on its way.' })
  @Missing('delivery_not_found')
  @Answered([DeliveredNowAnswer, OccurrenceDeliveredNowAnswer], { status: 202, hints: naming('delivery_id') })
  async redeliver(@Param('id') text: string, @KeyOfCaller() header: CallerKey | undefined): Promise<Envelope> {
    const delivery = await this.desk.redeliver(uuidAt(text, '/id'), header?.kept);
    return success('Delivered again', delivery, { delivery_id: delivery.id });
  }
}
