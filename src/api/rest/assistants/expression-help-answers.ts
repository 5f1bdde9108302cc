import { ApiExtraModels, ApiProperty } from '@nestjs/swagger';
import { orNull } from '../suggestions/impact-answers.js';
import { SuggestUsageAnswer } from '../suggestions/suggestion-answers.js';
import { DegradedAnswer } from './model-answers.js';

const anyJson = { anyOf: [{}] };
const text = { type: String, nullable: true } as const;
const texts = { type: 'array', items: { type: 'string' } } as const;
const result = {
  type: 'object',
  nullable: true,
  description:
    '{value, fails}: what it gives on the sample, or why it fails; `too_large`: characters of a value that is not shown.',
  additionalProperties: true,
} as const;

export class ExpressionFaultAnswer {
  @ApiProperty({ type: String })
  code!: string;

  @ApiProperty({ type: String })
  message!: string;

  @ApiProperty({ type: String })
  cure!: string;

  @ApiProperty({
    type: 'object',
    nullable: true,
    properties: { start: { type: 'integer' }, end: { type: 'integer' } },
    description: 'Where in what was given, from 0, without `end`; null: nobody can say.',
  })
  position!: object | null;

  @ApiProperty({ ...texts, description: 'Names that there are, the nearest first.' })
  did_you_mean!: string[];
}

export class ExpressionReadAnswer {
  @ApiProperty({ type: String, description: '`tasks.fetch.output.total`' })
  path!: string;

  @ApiProperty({ type: String })
  type!: string;
}

export class ExpressionNullAnswer {
  @ApiProperty({ type: String })
  path!: string;

  @ApiProperty({ ...anyJson, description: 'What the expression gives when null is there.' })
  value!: unknown;

  @ApiProperty({ ...text, description: 'Why it fails then; null: it does not.' })
  fails!: string | null;

  @ApiProperty({ type: 'integer', required: false, description: 'Characters of a value that is not shown.' })
  too_large?: number;
}

export class ExaminedExpressionAnswer {
  @ApiProperty({ type: String })
  source!: string;

  @ApiProperty({ type: [ExpressionFaultAnswer], description: 'With one of these a workflow is not saved.' })
  errors!: ExpressionFaultAnswer[];

  @ApiProperty({ type: [ExpressionFaultAnswer] })
  warnings!: ExpressionFaultAnswer[];

  @ApiProperty({ ...text, description: 'Null: there are errors.' })
  type!: string | null;

  @ApiProperty({ type: [ExpressionReadAnswer] })
  reads!: ExpressionReadAnswer[];

  @ApiProperty(result)
  result!: object | null;

  @ApiProperty({ ...texts, description: 'What it reads and the sample has not.' })
  missing_in_sample!: string[];

  @ApiProperty({ type: [ExpressionNullAnswer], description: 'Tried on the sample, one place after the other.' })
  when_null!: ExpressionNullAnswer[];
}

export class ExpressionFieldAnswer {
  @ApiProperty({ type: String })
  name!: string;

  @ApiProperty({ type: String })
  type!: string;
}

export class ExpressionNameAnswer {
  @ApiProperty({ type: String })
  name!: string;

  @ApiProperty({ type: String })
  type!: string;

  @ApiProperty({ type: [ExpressionFieldAnswer], description: 'That schemas name.' })
  fields!: ExpressionFieldAnswer[];
}

export class ExpressionShapeAnswer {
  @ApiProperty({ type: String })
  type!: string;

  @ApiProperty({ type: [ExpressionFieldAnswer] })
  fields!: ExpressionFieldAnswer[];
}

export class ExpressionTaskAnswer {
  @ApiProperty({ type: String })
  id!: string;

  @ApiProperty({ type: ExpressionShapeAnswer })
  output!: ExpressionShapeAnswer;

  @ApiProperty({ type: Boolean, description: 'It may be skipped, or fail, and what reads it run all the same.' })
  may_have_none!: boolean;
}

export class ExpressionContextAnswer {
  @ApiProperty(text)
  task!: string | null;

  @ApiProperty({ type: [ExpressionNameAnswer] })
  names!: ExpressionNameAnswer[];

  @ApiProperty({ type: [ExpressionTaskAnswer], description: 'At most 200.' })
  tasks!: ExpressionTaskAnswer[];

  @ApiProperty({ ...texts, description: 'Tasks that wait for this one: to read them would go round.' })
  out_of_reach!: string[];
}

export class ExpressionCandidateAnswer {
  @ApiProperty({ enum: ['snippet', 'function', 'llm'] })
  source!: string;

  @ApiProperty({ ...text, description: 'Of kept examples.' })
  does!: string | null;

  @ApiProperty({ type: String, description: 'Of kept examples: over the data of docs/expressions.md.' })
  expression!: string;

  @ApiProperty({ ...anyJson, description: 'Of kept examples: what it gives there.' })
  gives!: unknown;

  @ApiProperty({ ...text, description: 'Of candidates of a model.' })
  type!: string | null;

  @ApiProperty({ ...text, description: "A model's own words: not to be trusted." })
  narrative!: string | null;

  @ApiProperty(result)
  result!: object | null;

  @ApiProperty(texts)
  warnings!: string[];
}

export class RejectedExpressionAnswer {
  @ApiProperty({ type: String })
  expression!: string;

  @ApiProperty({ type: String })
  reason!: string;
}

/** Help with an expression. */
@ApiExtraModels(ExaminedExpressionAnswer, DegradedAnswer)
export class ExpressionHelpAnswer {
  @ApiProperty({ ...orNull(ExaminedExpressionAnswer), description: 'Null: none was given.' })
  expression!: ExaminedExpressionAnswer | null;

  @ApiProperty({ type: ExpressionContextAnswer })
  context!: ExpressionContextAnswer;

  @ApiProperty({
    type: [ExpressionCandidateAnswer],
    description:
      'For `words`: those of a model first, each compiled here and worked out on the sample; then kept examples.',
  })
  candidates!: ExpressionCandidateAnswer[];

  @ApiProperty({ type: [RejectedExpressionAnswer], description: 'What a model proposed and what failed.' })
  rejected!: RejectedExpressionAnswer[];

  @ApiProperty(orNull(DegradedAnswer))
  degraded!: DegradedAnswer | null;

  @ApiProperty({ type: SuggestUsageAnswer })
  usage!: SuggestUsageAnswer;
}
