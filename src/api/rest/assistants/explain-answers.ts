import { ApiExtraModels, ApiProperty } from '@nestjs/swagger';
import { orNull } from '../suggestions/impact-answers.js';
import { SuggestUsageAnswer } from '../suggestions/suggestion-answers.js';
import { DegradedAnswer, NarrativeAnswer } from './model-answers.js';

export class ExplainedWorkflowAnswer {
  @ApiProperty({ type: String })
  name!: string;

  @ApiProperty({ type: String })
  version!: string;
}

export class ExplainSectionAnswer {
  @ApiProperty({
    enum: ['about', 'input', 'steps', 'output', 'touches', 'failures', 'order', 'limits', 'starts'],
  })
  id!: string;

  @ApiProperty({ type: String })
  title!: string;

  @ApiProperty({ type: 'array', items: { type: 'string' }, description: 'Indented where something is inside.' })
  lines!: string[];
}

/** What a workflow does, in words. */
@ApiExtraModels(NarrativeAnswer, DegradedAnswer)
export class ExplainAnswer {
  @ApiProperty({ type: ExplainedWorkflowAnswer })
  workflow!: ExplainedWorkflowAnswer;

  @ApiProperty({ enum: ['operator', 'author', 'newcomer'] })
  audience!: string;

  @ApiProperty({
    type: [ExplainSectionAnswer],
    description: 'Rendered from the definition; a model has no part in it.',
  })
  sections!: ExplainSectionAnswer[];

  @ApiProperty({ type: String, description: 'The sections as one text.' })
  text!: string;

  @ApiProperty({ ...orNull(NarrativeAnswer), description: "A model's own words; null: there are none." })
  narrative!: NarrativeAnswer | null;

  @ApiProperty({ ...orNull(DegradedAnswer), description: 'Null: all was done that was asked for.' })
  degraded!: DegradedAnswer | null;

  @ApiProperty({ type: SuggestUsageAnswer })
  usage!: SuggestUsageAnswer;
}
