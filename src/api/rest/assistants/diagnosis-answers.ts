import { ApiProperty } from '@nestjs/swagger';

const text = { type: String, nullable: true } as const;
const orNull = { type: 'object', nullable: true, additionalProperties: true } as const;

export class EvidenceAnswer {
  @ApiProperty({ type: 'integer', nullable: true, description: 'Position in the journal; null: it is no event.' })
  seq!: number | null;

  @ApiProperty(text)
  step!: string | null;

  @ApiProperty({ type: String })
  text!: string;
}

export class FixAnswer {
  @ApiProperty({
    enum: ['operation', 'request', 'change', 'advice'],
    description:
      '`operation`: a re-execution, planned; `request`: another request; `change`: ops that pass the gates; `advice`: something for a person.',
  })
  is!: string;

  @ApiProperty({ type: String })
  text!: string;

  @ApiProperty({ ...orNull, description: '{method, path, body}' })
  request!: object | null;

  @ApiProperty({ ...text, description: 'The same on the command line.' })
  command!: string | null;

  @ApiProperty({
    ...orNull,
    description: 'What it would do: how many steps are kept and created, and which are reset.',
  })
  plan!: object | null;

  @ApiProperty({ type: 'array', nullable: true, items: { type: 'object', additionalProperties: true } })
  ops!: object[] | null;

  @ApiProperty({ ...text, description: 'What the checker proved of the ops.' })
  level!: string | null;

  @ApiProperty({ ...text, description: 'Where in the document.' })
  pointer!: string | null;
}

export class CauseAnswer {
  @ApiProperty({ type: String, description: 'The code of the failure, or `paused`, `waits_for_approval`, `queued`, …' })
  code!: string;

  @ApiProperty({ ...text, description: 'Address of the step; null: it is the execution itself.' })
  step!: string | null;

  @ApiProperty({ type: String })
  text!: string;

  @ApiProperty({ enum: ['certain', 'likely'] })
  likelihood!: string;

  @ApiProperty(orNull)
  details!: object | null;

  @ApiProperty({ type: [EvidenceAnswer] })
  evidence!: EvidenceAnswer[];

  @ApiProperty({ type: [FixAnswer] })
  fixes!: FixAnswer[];
}

/** Why an execution failed, or does not go on. */
export class DiagnosisAnswer {
  @ApiProperty({ type: String, format: 'uuid' })
  execution_id!: string;

  @ApiProperty({ enum: ['running', 'paused', 'completed', 'failed', 'canceled'] })
  status!: string;

  @ApiProperty({ type: [CauseAnswer], description: 'The first that happened first.' })
  causes!: CauseAnswer[];
}
