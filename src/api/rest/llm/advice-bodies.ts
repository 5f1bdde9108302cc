import { Anything, Nested, Strict, Text, Texts } from '../dto/fields.js';
import { SuggestBudgetDto } from '../suggestions/suggestion-bodies.js';

const CONTEXT = { description: 'What else a model should know, in words.' };
const STATE = {
  required: true,
  description: 'Values by name, or a text. Secrets are left out of what a model is told.',
};

/** What a model may take to answer. */
class AdviceDto {
  @Nested(SuggestBudgetDto, { description: 'At the end of `ms` the answer is 503 with the reason `deadline`.' })
  budget?: SuggestBudgetDto;
}

/** A goal that is to become a plan. */
@Strict()
export class CreateWorkflowDto extends AdviceDto {
  @Text(4000, { required: true, description: 'What the workflow is to do, in words.' })
  goal!: string;

  @Texts(200, 128, { description: 'Components that there are.' })
  components?: string[];

  @Texts(20, 500, { description: 'What must hold, in words.' })
  constraints?: string[];

  @Text(4000, CONTEXT)
  context?: string;
}

/** A run that failed. */
@Strict()
export class TroubleshootDto extends AdviceDto {
  @Anything({ required: true, description: 'The definition, or what is known of it in words.' })
  workflow!: unknown;

  @Anything(STATE)
  state!: unknown;

  @Anything({ required: true, description: 'What was said of the failure.' })
  error!: unknown;

  @Anything({ description: 'What happened before.' })
  execution_history?: unknown;
}

/** An expression and what it is to be read with. */
@Strict()
export class EvaluateWithModelDto extends AdviceDto {
  @Text(16_384, { required: true, description: 'What stands inside `${…}`.' })
  expression!: string;

  @Anything(STATE)
  state!: unknown;

  @Text(4000, CONTEXT)
  context?: string;
}

/** A step that has ended. */
@Strict()
export class TransitionAdviceDto extends AdviceDto {
  @Anything(STATE)
  current_state!: unknown;

  @Text(256, { required: true })
  completed_step!: string;

  @Anything({ description: 'What the step gave; null when absent.' })
  step_output?: unknown;

  @Texts(100, 256, { description: 'Those that there are: an answer with another one is not shown.' })
  next_steps?: string[];
}

/** A text with places. */
@Strict()
export class ExpandDto extends AdviceDto {
  @Text(16_384, { required: true, description: 'A text with `${name}` or `${function(a, b)}` in it.' })
  template!: string;

  @Anything(STATE)
  state!: unknown;

  @Anything({ description: 'Functions that may stand in it: names, or what each does.' })
  functions?: unknown;
}
