import { Nested, OneOf, Strict, Text, Texts, Whole } from '../dto/fields.js';
import { LLM_CHOICES, SuggestBudgetDto } from '../suggestions/suggestion-bodies.js';

/** What is wanted, in words. */
@Strict()
export class GenerateDto {
  @Text(4000, { required: true, description: 'What the workflow is to do, in words.' })
  goal!: string;

  @Texts(200, 128, { description: 'Only these task types may be used. Default: all that are installed.' })
  types?: string[];

  @Texts(200, 128, { description: 'Only these components may be called. Default: all.' })
  components?: string[];

  @Texts(20, 500, { description: 'What must hold, in words. Templates know nothing of it: it is for a model.' })
  constraints?: string[];

  @Text(4000, { description: 'What else a model should know, in words.' })
  context?: string;

  @Whole(1, 5, { description: 'Candidates made of templates, and as many of a model. Default 3.' })
  most?: number;

  @OneOf(LLM_CHOICES, {
    description: '`auto`: a model is asked when there is one; `require`: without one the answer is 503.',
  })
  llm?: (typeof LLM_CHOICES)[number];

  @Nested(SuggestBudgetDto)
  budget?: SuggestBudgetDto;
}
