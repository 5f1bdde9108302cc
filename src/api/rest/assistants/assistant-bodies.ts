import { LLM_CHOICES, SuggestBudgetDto } from '../suggestions/suggestion-bodies.js';
import { AnObject, Nested, OneOf, Strict, Text } from '../dto/fields.js';

const AUDIENCES = ['operator', 'author', 'newcomer'] as const;

/** What a plan is wanted for. */
@Strict()
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

/** What is asked about an expression. */
@Strict()
export class ExpressionHelpDto {
  @Text(16_384, { description: 'To be looked at: `size(input.rows)`, or a text with `${…}`.' })
  expression?: string;

  @Text(4000, { description: 'What is wanted, in words. One of the two, or both.' })
  words?: string;

  @Text(64, { description: 'Id of the workflow in which it is to stand.' })
  workflow_id?: string;

  @Text(128, { description: 'Version of the workflow; the current one when absent.' })
  version?: string;

  @AnObject({ description: 'In place of `workflow_id`: a definition.' })
  definition?: Record<string, unknown>;

  @Text(2048, {
    description: 'Path of the task: `/each/fetch`, `/guard/catch/mend`; the output of the workflow when absent.',
  })
  task?: string;

  @AnObject({
    description:
      'Values on which it is worked out: {"input": {…}, "tasks": {"fetch": {"output": {…}}}, "row": {…}}. They are told to no model.',
  })
  sample?: Record<string, unknown>;

  @OneOf(LLM_CHOICES, { description: 'Whether a model is asked for candidates, where there are `words`.' })
  llm?: (typeof LLM_CHOICES)[number];

  @Nested(SuggestBudgetDto)
  budget?: SuggestBudgetDto;
}

/** How an execution is to be diagnosed. */
@Strict()
export class DiagnoseDto {
  @OneOf(LLM_CHOICES, {
    description: '`auto`: a model is asked for its words when there is one; `require`: without one the answer is 503.',
  })
  llm?: (typeof LLM_CHOICES)[number];

  @Nested(SuggestBudgetDto)
  budget?: SuggestBudgetDto;
}
