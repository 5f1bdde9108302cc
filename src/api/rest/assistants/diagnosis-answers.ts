import { ApiExtraModels, ApiProperty } from '@nestjs/swagger';
import { orNull } from '../suggestions/impact-answers.js';
import { SuggestUsageAnswer } from '../suggestions/suggestion-answers.js';
import { DegradedAnswer } from './model-answers.js';

const text = { type: String, nullable: true } as const;
const anObject = { type: 'object', nullable: true, additionalProperties: true } as const;

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

  @ApiProperty({ ...anObject, description: '{method, path, body}' })
  request!: object | null;

  @ApiProperty({ ...text, description: 'The same on the command line.' })
  command!: string | null;

  @ApiProperty({
    ...anObject,
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

  @ApiProperty({ enum: ['certain', 'likely'], description: '`certain`: the record says so; `likely`: it fits.' })
  likelihood!: string;

  @ApiProperty({ type: String, description: 'Why it is as likely as that.' })
  because!: string;

  @ApiProperty({ type: Number, nullable: true, description: 'A share that was counted, 0 to 1; null: nothing was.' })
  figure!: number | null;

  @ApiProperty(anObject)
  details!: object | null;

  @ApiProperty({ type: [EvidenceAnswer] })
  evidence!: EvidenceAnswer[];

  @ApiProperty({ type: [FixAnswer] })
  fixes!: FixAnswer[];
}

/** A cause in the words of a model. It names facts that it was told; whether it is right nobody has checked. */
export class SaidCauseAnswer {
  @ApiProperty({ type: String })
  text!: string;

  @ApiProperty({ enum: ['high', 'medium', 'low'], description: 'As the model says.' })
  likelihood!: string;

  @ApiProperty(text)
  cure!: string | null;

  @ApiProperty({ type: [EvidenceAnswer] })
  evidence!: EvidenceAnswer[];
}

export class DiagnosisNarrativeAnswer {
  @ApiProperty({ type: [SaidCauseAnswer] })
  causes!: SaidCauseAnswer[];

  @ApiProperty({ type: Boolean, description: 'Always true.' })
  untrusted!: boolean;

  @ApiProperty({ type: String })
  provider!: string;

  @ApiProperty({ type: String })
  model!: string;

  @ApiProperty({ type: String })
  prompt_version!: string;
}

/** Why an execution failed, or does not go on. */
@ApiExtraModels(DiagnosisNarrativeAnswer, DegradedAnswer)
export class DiagnosisAnswer {
  @ApiProperty({ type: String, format: 'uuid' })
  execution_id!: string;

  @ApiProperty({ enum: ['running', 'paused', 'completed', 'failed', 'canceled'] })
  status!: string;

  @ApiProperty({
    type: [CauseAnswer],
    description: 'The likeliest first; of equally likely ones the first that happened. A model has no part in them.',
  })
  causes!: CauseAnswer[];

  @ApiProperty({ ...orNull(DiagnosisNarrativeAnswer), description: "A model's own words; null: there are none." })
  narrative!: DiagnosisNarrativeAnswer | null;

  @ApiProperty({ ...orNull(DegradedAnswer), description: 'Null: all was done that was asked for.' })
  degraded!: DegradedAnswer | null;

  @ApiProperty({ type: SuggestUsageAnswer })
  usage!: SuggestUsageAnswer;
}
