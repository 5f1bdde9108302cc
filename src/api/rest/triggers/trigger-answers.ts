import { ApiProperty } from '@nestjs/swagger';
import { BUDGET_WORDS } from '../dto/bodies.js';

const Given = (options: object): PropertyDecorator => ApiProperty(options);
const anyObject = { type: 'object', additionalProperties: true } as const;
const orNull = { nullable: true } as const;
const time = { type: String, format: 'date-time' } as const;
const id = { type: String, format: 'uuid' } as const;
const text = { type: String, ...orNull } as const;
const schema = { type: 'object', additionalProperties: true, ...orNull } as const;
const failure = {
  anyOf: [{ $ref: '#/components/schemas/TriggerFailureWords' }, { type: 'object', nullable: true, enum: [null] }],
};

class TriggerFailureWords {
  @Given({ type: String }) code!: string;
  @Given({ type: String }) message!: string;
  @Given(time) timestamp!: string;
}

class TriggerLogEntry {
  @Given(time) timestamp!: string;
  @Given({ enum: ['debug', 'info', 'warn', 'error'] }) level!: string;
  @Given({ type: String }) message!: string;
  @Given({ description: 'Any JSON.', anyOf: [{}] }) details!: unknown;
}

/** A trigger, and how it fares. */
export class TriggerAnswer {
  @Given(id) id!: string;
  @Given(id) trigger_id!: string;
  @Given({ type: String }) name!: string;
  @Given(text) description!: string | null;
  @Given({ type: String, description: 'See GET /trigger-types.' }) type!: string;
  @Given(anyObject) params!: object;
  @Given({ ...anyObject, description: 'Names of credentials, by place.' }) credentials!: object;
  @Given({ enum: ['start', 'event'] }) action!: string;
  @Given({ ...text, description: 'Id or name.' }) workflow!: string | null;
  @Given(text) version!: string | null;
  @Given({ ...anyObject, ...orNull, description: 'What each execution may use.' }) budget!: object | null;
  @Given(text) event!: string | null;
  @Given(text) match!: string | null;
  @Given(anyObject) input_mapping!: object;
  @Given(anyObject) metadata!: object;
  @Given({ type: Boolean }) enabled!: boolean;
  @Given({ enum: ['running', 'waiting', 'stopped'], description: 'waiting: it is run again at next_run.' })
  state!: string;
  @Given({
    ...text,
    description: 'Why it is stopped: disabled, type_missing (no plugin offers its type), unusable, shutting_down.',
  })
  reason!: string | null;
  @Given({ ...time, ...orNull }) since!: string | null;
  @Given({ ...time, ...orNull }) next_run!: string | null;
  @Given({ type: 'integer', description: 'How often it failed since the service began.' }) failures!: number;
  @Given(failure) last_error!: TriggerFailureWords | null;
  @Given({ type: 'integer', description: 'What it told of and is still kept.' }) emitted!: number;
  @Given({ ...time, ...orNull }) last_emitted!: string | null;
  @Given({ type: [TriggerLogEntry], description: 'The last 50 lines since the service began.' })
  log!: TriggerLogEntry[];
  @Given(time) created_at!: string;
  @Given(time) updated_at!: string;
}

/** A kind of trigger, with the plugin that offers it. */
export class TriggerKindAnswer {
  @Given({ type: String }) type!: string;
  @Given({ type: String }) plugin!: string;
  @Given({ type: String }) title!: string;
  @Given({ type: String }) description!: string;
  @Given(text) icon!: string | null;
  @Given({ ...schema, description: 'JSON Schema of `params`.' }) params!: object | null;
  @Given({ ...schema, description: 'JSON Schema of what it tells.' }) payload!: object | null;
  @Given({ ...schema, description: 'Places for credentials.' }) credentials!: object | null;
}

/** Schemas that others refer to by name. */
export const TRIGGER_WORDS = [TriggerFailureWords, TriggerLogEntry];

const string = { type: 'string' };

/** For the contract; the feature checks it itself, since one field decides about others. */
export const TRIGGER_BODY = {
  type: 'object',
  required: ['name', 'type'],
  properties: {
    name: { ...string, maxLength: 255 },
    description: { ...string, maxLength: 4000 },
    type: { ...string, description: 'One of GET /trigger-types: `harmonia/event`.' },
    params: { ...anyObject, description: 'As the type has them.' },
    credentials: { ...anyObject, description: 'Names of credentials, by place of the type.' },
    workflow: { ...string, description: 'Id or name; `workflow_id` is the same.' },
    workflow_id: string,
    version: { ...string, description: 'A version or a range; the current one when absent.' },
    budget: { ...anyObject, description: `action start: ${BUDGET_WORDS}` },
    action: { enum: ['start', 'event'], description: 'start when absent.' },
    event: { ...string, description: 'action event: its name, or an expression over `payload`.' },
    match: { ...string, description: 'Expression over `payload`: only what it is true for counts.' },
    input_mapping: { ...anyObject, description: 'Expressions over `payload`; the whole payload when absent.' },
    metadata: anyObject,
    enabled: { type: 'boolean', description: 'true when absent; of one that is replaced, as it is.' },
  },
};
