import { ApiExtraModels, ApiProperty } from '@nestjs/swagger';
import { DegradedAnswer } from '../assistants/model-answers.js';
import { PlannedRunAnswer } from '../assistants/plan-answers.js';
import { orNull } from '../suggestions/impact-answers.js';
import { SuggestUsageAnswer } from '../suggestions/suggestion-answers.js';

const GATES = ['parse', 'schema', 'validate', 'referents', 'plan'];
const SOURCES = ['template', 'llm'];
const document = { type: 'object', nullable: true, additionalProperties: true } as const;
const anything = { anyOf: [{}] };
const text = { type: String, nullable: true } as const;

export class CandidateGateAnswer {
  @ApiProperty({ enum: GATES })
  id!: string;

  @ApiProperty({ type: Boolean })
  ok!: boolean;

  @ApiProperty({ type: String })
  detail!: string;
}

export class CandidateFlagAnswer {
  @ApiProperty({
    enum: ['runs_code', 'component_unknown', 'credential_unknown', 'address_open', 'changes_something', 'warning'],
  })
  code!: string;

  @ApiProperty({ type: String })
  detail!: string;

  @ApiProperty({ type: String, description: 'Task, or place in the definition.' })
  pointer!: string;
}

/** What the words did not say. */
export class OpenQuestionAnswer {
  @ApiProperty({ type: String })
  parameter!: string;

  @ApiProperty(text)
  description!: string | null;

  @ApiProperty({ type: 'object', additionalProperties: true, description: 'JSON Schema of the value.' })
  schema!: object;

  @ApiProperty({ type: Boolean, description: 'Nothing is taken while nobody says more.' })
  required!: boolean;

  @ApiProperty({ ...anything, description: 'What is taken while nobody says more; null: nothing.' })
  default!: unknown;

  @ApiProperty({ type: Boolean, description: 'The definition asks for it: it is an input of that name.' })
  asInput!: boolean;
}

export class CandidateSlotAnswer {
  @ApiProperty({ type: String })
  parameter!: string;

  @ApiProperty(anything)
  value!: unknown;

  @ApiProperty({ type: String, description: 'The words that it was taken from.' })
  text!: string;
}

export class CandidateTemplateAnswer {
  @ApiProperty({ type: String, format: 'uuid' })
  id!: string;

  @ApiProperty({ type: String })
  name!: string;

  @ApiProperty({ type: String })
  version!: string;

  @ApiProperty({ type: Number, description: 'How near its words are, 0 to 1.' })
  nearness!: number;
}

/** A workflow that might be what was meant. It is kept nowhere: `POST /workflows` keeps its definition. */
@ApiExtraModels(CandidateTemplateAnswer, PlannedRunAnswer)
export class CandidateAnswer {
  @ApiProperty({ type: String, pattern: '^[0-9a-f]{64}$', description: 'Content hash.' })
  id!: string;

  @ApiProperty({ enum: SOURCES })
  source!: string;

  @ApiProperty({ type: String })
  title!: string;

  @ApiProperty({ ...document, description: 'Null: it can only be made with what is asked, a secret say.' })
  definition!: object | null;

  @ApiProperty({ enum: ['behaviour-change'], description: 'Nothing is promised of it.' })
  equivalence!: string;

  @ApiProperty({ enum: ['low', 'medium', 'high'] })
  risk!: string;

  @ApiProperty({ type: [CandidateGateAnswer] })
  gates!: readonly CandidateGateAnswer[];

  @ApiProperty({ type: [CandidateFlagAnswer], description: 'What a person should look at before running it.' })
  flags!: readonly CandidateFlagAnswer[];

  @ApiProperty(orNull(PlannedRunAnswer))
  plan!: PlannedRunAnswer | null;

  @ApiProperty({ type: [OpenQuestionAnswer], description: 'What is needed first.' })
  questions!: readonly OpenQuestionAnswer[];

  @ApiProperty({ type: [CandidateSlotAnswer], description: 'What the words gave.' })
  slots!: readonly CandidateSlotAnswer[];

  @ApiProperty(orNull(CandidateTemplateAnswer))
  template!: CandidateTemplateAnswer | null;

  @ApiProperty({ type: String, required: false, description: "The model's own words: not to be trusted." })
  why?: string;

  @ApiProperty({ type: String, required: false })
  provider?: string;

  @ApiProperty({ type: String, required: false })
  model?: string;

  @ApiProperty({ type: String, required: false })
  promptVersion?: string;
}

export class RejectedCandidateAnswer {
  @ApiProperty({ enum: SOURCES })
  source!: string;

  @ApiProperty({ enum: GATES })
  gate!: string;

  @ApiProperty({ type: String, description: 'A code of the validator, or `address_made_up`, `literal_credential`, …' })
  reason!: string;

  @ApiProperty({ type: String })
  detail!: string;

  @ApiProperty({ ...text, description: 'Where in the definition.' })
  pointer!: string | null;
}

/** Why nothing is near enough, and what there is. */
export class NothingNearAnswer {
  @ApiProperty({ type: String })
  message!: string;

  @ApiProperty({ type: [String] })
  templates!: readonly string[];

  @ApiProperty({ type: [String] })
  types!: readonly string[];
}

/** What the words were held against. */
@ApiExtraModels(NothingNearAnswer)
export class GenerateAnalysisAnswer {
  @ApiProperty({ type: 'integer' })
  templates!: number;

  @ApiProperty({ type: 'integer' })
  types!: number;

  @ApiProperty({ ...orNull(NothingNearAnswer), description: 'Null: a template is near enough.' })
  nothingNear!: NothingNearAnswer | null;
}

export class CandidatesAnswer {
  @ApiProperty({ type: [CandidateAnswer], description: 'Of templates, the nearest first; then those of a model.' })
  candidates!: readonly CandidateAnswer[];

  @ApiProperty({ type: GenerateAnalysisAnswer })
  analysis!: GenerateAnalysisAnswer;

  @ApiProperty({ type: [RejectedCandidateAnswer] })
  rejected!: readonly RejectedCandidateAnswer[];

  @ApiProperty({ type: DegradedAnswer, required: false })
  degraded?: DegradedAnswer;

  @ApiProperty({ type: SuggestUsageAnswer })
  usage!: SuggestUsageAnswer;
}
