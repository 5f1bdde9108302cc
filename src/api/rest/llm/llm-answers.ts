import { ApiProperty } from '@nestjs/swagger';

const time = { type: String, format: 'date-time', nullable: true } as const;

/** One way to a language model. */
export class LlmTransportAnswer {
  @ApiProperty({ type: String, description: '`rhetor/generate-v1`, `openai-compatible`.' })
  id!: string;

  @ApiProperty({ type: String, description: 'Without user, password and query.' })
  address!: string;

  @ApiProperty({
    enum: ['unknown', 'ready', 'absent', 'resting', 'trying', 'barred'],
    description:
      '`ready`: it is there, and the next request finds out whether a model answers; `absent`: nothing there speaks this dialect; `resting`: it failed too often, or asked for a pause; `trying`: one request finds out whether it works again; `barred`: it refused our credentials.',
  })
  state!: string;

  @ApiProperty({ ...time, description: 'Until when it is not asked.' })
  until!: string | null;

  @ApiProperty({ type: 'integer', description: 'In a row, up to now.' })
  failures!: number;

  @ApiProperty({ type: String, nullable: true, description: 'What the last look or the last failure said.' })
  detail!: string | null;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'How answers that fit a schema are asked for: `json_schema`, `json_object`, `text`; null: by words.',
  })
  structured!: string | null;
}

/** A purpose for which no model is asked for a while. */
export class LlmRestAnswer {
  @ApiProperty({ type: String })
  purpose!: string;

  @ApiProperty({ type: String, format: 'date-time' })
  until!: string;
}

const whole = { type: 'integer' } as const;

class LlmSums {
  @ApiProperty(whole)
  calls!: number;

  @ApiProperty({ ...whole, description: 'Of what was asked, those in the cache of the provider included.' })
  prompt_tokens!: number;

  @ApiProperty({ ...whole, description: 'Of answers.' })
  completion_tokens!: number;

  @ApiProperty({ ...whole, description: 'Of the prompts, those that the provider had in its cache.' })
  cached_tokens!: number;

  @ApiProperty({ ...whole, description: 'As the providers counted them.' })
  total_tokens!: number;

  @ApiProperty({ ...whole, description: 'Calls whose provider reported no tokens: theirs are guesses.' })
  estimated_calls!: number;

  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'number' },
    description: 'By currency. What calls without a known price cost is not in here.',
  })
  costs!: Record<string, number>;

  @ApiProperty({ ...whole, description: 'Calls of models without a known price.' })
  unpriced_calls!: number;

  @ApiProperty({ ...whole, description: 'Of all calls together.' })
  latency_ms!: number;

  @ApiProperty({ ...whole, description: 'Things in answers that were taken, such as proposals that were proved.' })
  accepted!: number;
}

/** Calls that have something in common. */
export class LlmUsageGroupAnswer extends LlmSums {
  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'string', nullable: true },
    description: 'What they have in common, by the words of `group_by`.',
  })
  key!: Record<string, string | null>;
}

/** Null: there is no such limit. */
export class LlmBudgetAnswer {
  @ApiProperty({ type: 'number', nullable: true })
  tokens!: number | null;

  @ApiProperty({ type: 'number', nullable: true })
  cost!: number | null;
}

/** What may be spent. */
export class LlmBudgetsAnswer {
  @ApiProperty({ type: LlmBudgetAnswer })
  request!: LlmBudgetAnswer;

  @ApiProperty({ type: LlmBudgetAnswer })
  workflow_day!: LlmBudgetAnswer;

  @ApiProperty({ type: LlmBudgetAnswer })
  tenant_day!: LlmBudgetAnswer;
}

/** What language models took. */
export class LlmUsageAnswer extends LlmSums {
  @ApiProperty({ type: String, format: 'date-time' })
  from!: string;

  @ApiProperty({ type: String, format: 'date-time' })
  until!: string;

  @ApiProperty({ type: [LlmUsageGroupAnswer], description: 'Those with most tokens first; at most 1000.' })
  groups!: LlmUsageGroupAnswer[];

  @ApiProperty({ type: Boolean, description: 'Whether there are groups that are not shown.' })
  has_more!: boolean;

  @ApiProperty({ type: LlmBudgetsAnswer })
  budgets!: LlmBudgetsAnswer;
}

/** The ways to a language model. */
export class LlmStatusAnswer {
  @ApiProperty({ enum: ['auto', 'rhetor', 'openai', 'off'] })
  mode!: string;

  @ApiProperty({ type: Boolean, description: 'Whether a request would be sent anywhere.' })
  available!: boolean;

  @ApiProperty({ type: [LlmTransportAnswer], description: 'In the order in which they are tried.' })
  transports!: LlmTransportAnswer[];

  @ApiProperty({ type: [LlmRestAnswer], description: 'What models answered too badly to be asked again now.' })
  resting!: LlmRestAnswer[];
}
