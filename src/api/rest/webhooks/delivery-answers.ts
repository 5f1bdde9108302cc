import { ApiProperty } from '@nestjs/swagger';

const Given = (options: object): PropertyDecorator => ApiProperty(options);
const anyObject = { type: 'object', additionalProperties: true } as const;
const anyJson = { description: 'Any JSON.', anyOf: [{}] };
const orNull = { nullable: true } as const;
const time = { type: String, format: 'date-time' } as const;
const id = { type: String, format: 'uuid' } as const;
export const DELIVERY_STATUSES = ['pending', 'delivered', 'failed', 'dead'];

class DeliveryFailureWords {
  @Given({ type: String }) code!: string;
  @Given({ type: String }) message!: string;
}

/** How it stands with a delivery, whoever it is of. */
class DeliveryWords {
  @Given(id) id!: string;
  @Given(id) delivery_id!: string;
  @Given({ type: String, ...orNull, description: 'The id that the sender gave.' }) message_id!: string | null;
  @Given({ enum: DELIVERY_STATUSES }) status!: string;
  @Given({ type: Boolean }) success!: boolean;
  @Given({ type: 'integer' }) attempts!: number;
  @Given({ type: 'integer' }) retry_count!: number;
  @Given({ ...id, ...orNull }) execution_id!: string | null;
  @Given({ type: [String], description: 'What it started or reached.' }) executions!: string[];
  @Given({
    anyOf: [{ $ref: '#/components/schemas/DeliveryFailureWords' }, { type: 'object', nullable: true, enum: [null] }],
  })
  error!: DeliveryFailureWords | null;
  @Given({ ...id, ...orNull, description: 'The delivery that it repeats on request.' }) redelivery_of!: string | null;
  @Given(time) timestamp!: string;
  @Given({ ...time, ...orNull }) settled_at!: string | null;
}

/** A delivery of a webhook. */
export class DeliveryAnswer extends DeliveryWords {
  @Given(id) webhook_id!: string;
  @Given({ ...id, required: false, description: 'Of what is sent, from here on.' }) subscription_id?: string;
  @Given({ type: String, ...orNull, required: false }) event_type?: string | null;
  @Given({ type: 'integer', ...orNull, required: false, description: 'Commit position of its event.' })
  position?: number | null;
  @Given({ type: 'integer', ...orNull, required: false, description: 'Of the last answer.' })
  status_code?: number | null;
  @Given({ type: String, ...orNull, required: false, description: 'Its first KiB, masked.' }) response?: string | null;
  @Given({ type: 'number', ...orNull, required: false }) duration_ms?: number | null;
  @Given({ ...time, ...orNull, required: false }) attempted_at?: string | null;
  @Given({ ...time, ...orNull, required: false }) next_attempt_at?: string | null;
}

const REPEATED = { type: Boolean, description: 'It was there already, under this key.' };

/** What was delivered on request. */
export class DeliveredNowAnswer extends DeliveryAnswer {
  @Given(REPEATED) repeated!: boolean;
}

/** What came in, or what is sent is made of. */
export class WebhookEventAnswer extends DeliveryAnswer {
  @Given(anyJson) payload!: unknown;
  @Given({ ...anyObject, description: 'Without those that carry secrets.' }) headers!: object;
  @Given(anyObject) query!: object;
  @Given({ type: String, ...orNull }) method!: string | null;
  @Given({ type: String, ...orNull }) source_ip!: string | null;
}

/** Something that a trigger told of. */
export class OccurrenceAnswer extends DeliveryWords {
  @Given(id) trigger_id!: string;
  @Given({ type: String, ...orNull, description: 'The id that the trigger gave.' }) occurrence_id!: string | null;
  @Given(anyJson) payload!: unknown;
}

/** Something that a trigger told of, delivered on request. */
export class OccurrenceDeliveredNowAnswer extends OccurrenceAnswer {
  @Given(REPEATED) repeated!: boolean;
}

/** Schemas that others refer to by name. */
export const DELIVERY_WORDS = [DeliveryFailureWords];
