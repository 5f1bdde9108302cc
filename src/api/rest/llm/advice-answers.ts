import { ApiExtraModels, ApiProperty } from '@nestjs/swagger';
import { DegradedAnswer, OfModelAnswer } from '../assistants/model-answers.js';
import { orNull } from '../suggestions/impact-answers.js';
import { SuggestUsageAnswer } from '../suggestions/suggestion-answers.js';

const text = { type: String, nullable: true } as const;

/** The same, with what it took. */
@ApiExtraModels(DegradedAnswer)
class AdviceAnswer extends OfModelAnswer {
  @ApiProperty({ ...orNull(DegradedAnswer), description: 'Null: all was done that was asked for.' })
  degraded!: DegradedAnswer | null;

  @ApiProperty({ type: SuggestUsageAnswer })
  usage!: SuggestUsageAnswer;
}

/** Words of a model. */
export class AdviceInWordsAnswer extends AdviceAnswer {
  @ApiProperty({ type: String, description: 'Without control characters, links, mark-up and addresses.' })
  text!: string;
}

/** A text whose places a model has filled. */
export class ExpandedAnswer extends AdviceAnswer {
  @ApiProperty({ type: String, description: 'To the letter, but for signs that nobody sees.' })
  text!: string;
}

/** What a model thinks that an expression gives. */
export class GuessedResultAnswer extends AdviceAnswer {
  @ApiProperty({ anyOf: [{}], description: 'Null as well when it can not be worked out.' })
  result!: unknown;

  @ApiProperty({ type: String })
  reasoning!: string;
}

export class NextStepAnswer {
  @ApiProperty({ type: String, description: 'One of `next_steps`, where there were some.' })
  step!: string;

  @ApiProperty({ ...text, description: 'The condition under which it should come, in words.' })
  when!: string | null;
}

/** What a model thinks that should come next. */
export class TransitionAdviceAnswer extends AdviceAnswer {
  @ApiProperty({ type: 'object', additionalProperties: true, description: 'Of the state, by field.' })
  updates!: object;

  @ApiProperty({ type: [NextStepAnswer], description: 'None: the process is over.' })
  next!: NextStepAnswer[];

  @ApiProperty(text)
  why!: string | null;
}
