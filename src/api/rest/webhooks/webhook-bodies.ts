import { BUDGET_WORDS } from '../dto/bodies.js';
import { PageQueryDto } from '../dto/queries.js';
import { OneOf } from '../dto/fields.js';

export class WebhookQueryDto extends PageQueryDto {
  @OneOf(['inbound', 'outbound'], { description: 'Both when absent.' })
  direction?: 'inbound' | 'outbound';
}

export class DeliveryQueryDto extends PageQueryDto {
  @OneOf(['pending', 'delivered', 'failed', 'dead'], {
    description: 'Only those. `failed` is of what came in, `dead` of what is sent.',
  })
  status?: 'pending' | 'delivered' | 'failed' | 'dead';
}

const text = { type: 'string' };
const whole = { type: 'integer' };
const anyObject = { type: 'object', additionalProperties: true };

/** For the contract; the feature checks it itself, since one field decides about others. */
export const WEBHOOK_BODY = {
  type: 'object',
  required: ['name'],
  properties: {
    name: { ...text, maxLength: 255 },
    description: { ...text, maxLength: 4000 },
    endpoint: { ...text, pattern: '^/?[A-Za-z0-9_-]{1,128}$', description: 'A random one when absent.' },
    workflow_id: { ...text, description: 'Id or name; `workflow` is the same.' },
    workflow: text,
    version: { ...text, description: 'A version or a range; the current one when absent.' },
    budget: { ...anyObject, description: `action start: ${BUDGET_WORDS}` },
    action: { enum: ['start', 'event'], description: 'start when absent.' },
    event: { ...text, description: 'action event: its name, or an expression.' },
    execution: { ...text, description: 'action event: only this execution gets it; an expression.' },
    methods: { type: 'array', items: { enum: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] } },
    trigger_type: {
      enum: ['http_post', 'http_get', 'component_callback', 'manual', 'scheduled', 'event_triggered'],
      description:
        'What may call it; of one that is sent: manual, by request only. scheduled: a schedule, by the cron of ' +
        '`metadata.schedule`; event_triggered: a trigger on `event`.',
    },
    auth: { ...anyObject, description: '`type` and what it needs; see docs/guides/webhooks.md.' },
    auth_type: { ...text, description: 'The type, beside `auth_config`.' },
    auth_config: anyObject,
    input_mapping: { ...anyObject, description: 'Expressions over payload, headers, query.' },
    delivery_id: { ...text, description: 'Expression of the id of a delivery.' },
    deduplicate: { type: 'boolean', description: 'Equal bodies without an id are one delivery.' },
    enabled: { type: 'boolean' },
    max_bytes: { ...whole, minimum: 1, description: '1 MiB when absent.' },
    metadata: anyObject,
    url: { ...text, description: 'Where Harmonia is to send: then it is a subscription.' },
    events: {
      type: 'array',
      items: text,
      description: 'With `url`: names of events, or patterns such as execution_*. How executions end when absent.',
    },
    filter: { ...text, description: 'With `url`: an expression over `event`; only what it is true for is sent.' },
    headers: { ...anyObject, description: 'With `url`: sent along.' },
    payload_template: {
      description: 'With `url`: what is sent, with expressions over `event` and `execution`; the event when absent.',
      anyOf: [{}],
    },
    retries: {
      type: 'object',
      additionalProperties: false,
      description: 'With `url`; `retry_config` is the same. Seconds; the delay doubles.',
      properties: {
        max_attempts: { ...whole, minimum: 1, maximum: 50, default: 8 },
        first_delay: { ...whole, minimum: 1, default: 5 },
        max_delay: { ...whole, minimum: 1, default: 3600 },
      },
    },
    timeout: { ...whole, minimum: 1, maximum: 60, description: 'With `url`: seconds to an answer; 15 when absent.' },
    concurrency: { ...whole, minimum: 1, maximum: 16, description: 'With `url`: requests at once; 1 when absent.' },
  },
};
