import { ApiProperty } from '@nestjs/swagger';
import { DELIVERY_STATUSES } from './delivery-answers.js';

const Given = (options: object): PropertyDecorator => ApiProperty(options);
const anyObject = { type: 'object', additionalProperties: true } as const;
const anyJson = { description: 'Any JSON.', anyOf: [{}] };
const orNull = { nullable: true } as const;
const time = { type: String, format: 'date-time' } as const;
const id = { type: String, format: 'uuid' } as const;

class RetriesWords {
  @Given({ type: 'integer' }) max_attempts!: number;
  @Given({ type: 'number', description: 'Seconds; it doubles.' }) first_delay!: number;
  @Given({ type: 'number', description: 'Seconds.' }) max_delay!: number;
}

class GapWords {
  @Given({ type: 'integer' }) after!: number;
  @Given({ type: 'integer' }) up_to!: number;
  @Given(time) noticed_at!: string;
}

const maybe = (name: string, description: string) => ({
  required: false,
  description,
  anyOf: [{ $ref: `#/components/schemas/${name}` }, { type: 'object', nullable: true, enum: [null] }],
});

/** A webhook; the fields of its direction. */
export class WebhookAnswer {
  @Given(id) id!: string;
  @Given(id) webhook_id!: string;
  @Given({ ...id, required: false, description: 'It is this schedule.' }) schedule_id?: string;
  @Given({ ...id, required: false, description: 'It is this trigger.' }) trigger_id?: string;
  @Given({ enum: ['inbound', 'outbound'] }) direction!: string;
  @Given({ type: String }) name!: string;
  @Given({ type: String, ...orNull }) description!: string | null;
  @Given({ type: String, description: 'Where it is sent to.' }) url!: string;
  @Given({ type: String, required: false, description: 'The last segment of its address.' }) endpoint?: string;
  @Given({ type: String, required: false }) trigger_type?: string;
  @Given({ enum: ['start', 'event'], required: false }) action?: string;
  @Given({ type: String, ...orNull, required: false, description: 'Id or name.' }) workflow?: string | null;
  @Given({ ...id, ...orNull, required: false }) workflow_id?: string | null;
  @Given({ type: String, ...orNull, required: false }) version?: string | null;
  @Given({ ...anyObject, ...orNull, required: false, description: 'What each execution may use.' })
  budget?: object | null;
  @Given({ type: String, ...orNull, required: false }) event?: string | null;
  @Given({ type: String, ...orNull, required: false }) execution?: string | null;
  @Given({ type: [String], required: false }) methods?: string[];
  @Given({ type: String }) auth_type!: string;
  @Given({ ...anyObject, required: false, description: 'Secrets are masked.' }) auth?: object;
  @Given({ ...anyObject, required: false }) input_mapping?: object;
  @Given({ type: String, ...orNull, required: false, description: 'Expression of the id of a delivery.' })
  delivery_id?: string | null;
  @Given({ type: Boolean, required: false }) deduplicate?: boolean;
  @Given({ type: Boolean }) enabled!: boolean;
  @Given({ type: 'integer', required: false }) max_bytes?: number;
  @Given(anyObject) metadata!: object;
  @Given({
    type: 'object',
    additionalProperties: { type: 'integer' },
    required: false,
    description: 'How often requests were refused since the service began, by code.',
  })
  refused?: object;
  @Given({ type: [String], required: false, description: 'Sent of these.' }) events?: string[];
  @Given({ type: String, ...orNull, required: false }) filter?: string | null;
  @Given({ ...anyObject, required: false }) headers?: object;
  @Given({ ...anyJson, required: false }) payload_template?: unknown;
  @Given({ required: false, $ref: '#/components/schemas/RetriesWords' }) retries?: RetriesWords;
  @Given({ type: 'number', required: false, description: 'Seconds.' }) timeout?: number;
  @Given({ type: 'integer', required: false }) concurrency?: number;
  @Given({ type: String, ...orNull, required: false, description: 'gone: the receiver answered 410.' })
  disabled_reason?: string | null;
  @Given({ type: 'integer', required: false, description: 'Commit position up to which events were looked at.' })
  position?: number;
  @Given({ type: 'integer', required: false, description: 'Waits to be sent.' }) pending?: number;
  @Given(maybe('GapWords', 'Events that were deleted before they could be read.')) gap?: GapWords | null;
  @Given({ type: 'integer', required: false, description: 'Events that its filter failed on since the service began.' })
  filter_errors?: number;
  @Given({ type: String, ...orNull, required: false }) last_filter_error?: string | null;
  @Given(time) created_at!: string;
  @Given(time) updated_at!: string;
}

/** How many are sent again. */
export class RedeliveredAnswer {
  @Given(id) webhook_id!: string;
  @Given({ type: 'integer' }) redelivered!: number;
}

/** What a sender hears. */
export class HookAnswer {
  @Given(id) delivery_id!: string;
  @Given({ ...id, ...orNull, description: 'Null while it is not known.' }) execution_id!: string | null;
  @Given({ enum: DELIVERY_STATUSES }) status!: string;
  @Given({ type: String, ...orNull }) message_id!: string | null;
}

/** Schemas that others refer to by name. */
export const WEBHOOK_WORDS = [RetriesWords, GapWords];
