import { LLM_CHOICES, SuggestBudgetDto } from '../suggestions/suggestion-bodies.js';
import { AnObject, Nested, OneOf, Strict, Text } from '../dto/fields.js';

const AUDIENCES = ['operator', 'author', 'newcomer'] as const;

/** What a plan is wanted for. */
export class PlanDto {
  @AnObject({ description: 'Input of the workflow; absent: what depends on it is open.' })
  input?: Record<string, unknown>;

  @Text(128, { description: 'Version of the workflow; the current one when absent.' })
  version?: string;

  @AnObject({
    description:
      'How tasks are taken to end, by address or pattern: {"/ask": {"output": {…}}, "/each[*]/fetch": {"failure": {"code": "busy"}}}.',
  })
  assume?: Record<string, unknown>;
}

/** How a workflow is to be explained. */
@Strict()
export class ExplainDto {
  @Text(128, { description: 'Version of the workflow; the current one when absent.' })
  version?: string;

  @OneOf(AUDIENCES, {
    description: 'Who reads it: who runs it, who is about to change it, who has never seen one. Default `newcomer`.',
  })
  audience?: (typeof AUDIENCES)[number];

  @OneOf(LLM_CHOICES, {
    description: '`auto`: a model is asked when there is one; `require`: without one the answer is 503.',
  })
  llm?: (typeof LLM_CHOICES)[number];

  @Nested(SuggestBudgetDto)
  budget?: SuggestBudgetDto;
}
