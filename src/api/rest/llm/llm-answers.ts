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
