import { ApiExtraModels, ApiProperty } from '@nestjs/swagger';
import { DegradedAnswer } from '../assistants/model-answers.js';
import { FollowUpAnswer } from './follow-up-answers.js';
import { ImpactAnswer, orNull, time } from './impact-answers.js';
import { SuggestQuestionAnswer } from './question-answer.js';
import { GOALS, KINDS, STATUSES } from './suggestion-bodies.js';

export const objects = { type: 'array', items: { type: 'object', additionalProperties: true } } as const;
const LEVELS = ['identical', 'success-equivalent', 'policy-change', 'fix', 'behaviour-change'];

/** What a gate said. */
export class GateAnswer {
  @ApiProperty({ type: String, description: '`parse`, …, `dependence`, `value`, `differential`, `benefit`.' })
  id!: string;

  @ApiProperty({ type: Boolean })
  ok!: boolean;

  @ApiProperty({ type: String })
  detail!: string;
}

export class VerificationAnswer {
  @ApiProperty({ enum: ['proved', 'unproved'], description: '`unproved`: nothing is promised (`behaviour-change`).' })
  status!: string;

  @ApiProperty({ type: String })
  checkerVersion!: string;

  @ApiProperty({ type: String })
  certificateHash!: string;

  @ApiProperty({ type: [GateAnswer] })
  gates!: readonly GateAnswer[];
}

/** A change of a workflow that is proved. */
@ApiExtraModels(ImpactAnswer, FollowUpAnswer)
export class SuggestionAnswer {
  @ApiProperty({
    type: String,
    pattern: '^[0-9a-f]{64}$',
    description: 'Content hash: the same change has the same id.',
  })
  id!: string;

  @ApiProperty({ type: String, format: 'uuid' })
  workflowId!: string;

  @ApiProperty({ type: String })
  baseVersion!: string;

  @ApiProperty({ type: String, description: 'Content hash of the document that it changes.' })
  baseHash!: string;

  @ApiProperty({ enum: STATUSES })
  status!: string;

  @ApiProperty({ enum: KINDS })
  kind!: string;

  @ApiProperty({ type: String })
  title!: string;

  @ApiProperty({ type: String, description: 'Rendered from what was proved.' })
  rationale!: string;

  @ApiProperty({ type: String, required: false, description: "A model's own words: not to be trusted." })
  narrative?: string;

  @ApiProperty({ ...objects, description: 'Changes of the graph.' })
  ops!: readonly object[];

  @ApiProperty({ ...objects, description: 'RFC 6902, from the base to the candidate; begins with tests.' })
  patch!: readonly object[];

  @ApiProperty({ ...objects, description: 'RFC 6902, back again.' })
  inverse!: readonly object[];

  @ApiProperty({ enum: LEVELS })
  equivalence!: string;

  @ApiProperty({ type: VerificationAnswer })
  verification!: VerificationAnswer;

  @ApiProperty({ ...objects, description: 'What may be different when something fails.' })
  changesOnFailure!: readonly object[];

  @ApiProperty(orNull(ImpactAnswer))
  impact!: ImpactAnswer | null;

  @ApiProperty({ enum: ['low', 'medium', 'high'] })
  risk!: string;

  @ApiProperty({ type: Number, minimum: 0, maximum: 1, description: 'Of the impact; at most 0.3 without history.' })
  confidence!: number;

  @ApiProperty({ type: Number })
  score!: number;

  @ApiProperty({ type: [String], description: 'Ids of those that touch the same.' })
  conflictsWith!: readonly string[];

  @ApiProperty({ type: [String], description: 'Ids of those that a bundle holds.' })
  requires!: readonly string[];

  @ApiProperty({ enum: ['rules', 'llm', 'llm+rules'] })
  source!: string;

  @ApiProperty({ type: String, required: false })
  provider?: string;

  @ApiProperty({ type: String, required: false })
  model?: string;

  @ApiProperty({ type: String, required: false })
  promptVersion?: string;

  @ApiProperty(time)
  createdAt!: string;

  @ApiProperty({ ...time, description: 'It is forgotten then, unless it was applied or dismissed.' })
  expiresAt!: string;

  @ApiProperty({
    type: 'object',
    nullable: true,
    properties: {
      reason: { type: 'string' },
      note: { type: 'string' },
      version: { type: 'string' },
      at: { type: 'string', format: 'date-time' },
    },
  })
  feedback!: object | null;

  @ApiProperty({ ...orNull(FollowUpAnswer), description: 'Of the last version that was made of it; null: none was.' })
  followUp!: FollowUpAnswer | null;
}

export class RejectedAnswer {
  @ApiProperty({ enum: ['rules', 'llm'] })
  source!: string;

  @ApiProperty({ enum: KINDS })
  kind!: string;

  @ApiProperty({ type: String })
  gate!: string;

  @ApiProperty({ type: String })
  reason!: string;

  @ApiProperty({ type: String })
  detail!: string;
}

/** What was looked at. */
export class AnalysisAnswer {
  @ApiProperty({ type: String, format: 'uuid' })
  workflowId!: string;

  @ApiProperty({ type: String })
  version!: string;

  @ApiProperty({ type: String })
  baseHash!: string;

  @ApiProperty({ type: String })
  factsHash!: string;

  @ApiProperty({ type: String })
  rulesVersion!: string;

  @ApiProperty({ type: String })
  checkerVersion!: string;

  @ApiProperty({ enum: GOALS })
  goal!: string;

  @ApiProperty({ type: 'integer' })
  tasks!: number;

  @ApiProperty({
    type: 'object',
    description: 'How many edges there are of each kind.',
    additionalProperties: { type: 'integer' },
  })
  edges!: object;

  @ApiProperty({
    ...objects,
    description: 'Declared edges that stay only because the effects of their ends are not known to commute.',
  })
  held!: readonly object[];

  @ApiProperty({
    type: 'object',
    nullable: true,
    description: 'Of a run as it is now, in seconds; null without history.',
    properties: { p50: { type: 'number' }, p95: { type: 'number' }, failure: { type: 'number' } },
  })
  prediction!: object | null;

  @ApiProperty({ type: 'object', properties: { runs: { type: 'integer' }, windowDays: { type: 'number' } } })
  history!: object;
}

export class SuggestUsageAnswer {
  @ApiProperty({ type: 'integer' })
  calls!: number;

  @ApiProperty({ type: 'integer' })
  prompt!: number;

  @ApiProperty({ type: 'integer' })
  completion!: number;

  @ApiProperty({ type: 'integer' })
  cached!: number;

  @ApiProperty({ type: 'integer' })
  total!: number;

  @ApiProperty({ type: Boolean })
  estimated!: boolean;

  @ApiProperty({ type: Number, nullable: true, description: 'Null: unknown.' })
  cost!: number | null;
}

export class SuggestionsAnswer {
  @ApiProperty({ type: [SuggestionAnswer], description: 'The best first.' })
  suggestions!: SuggestionAnswer[];

  @ApiProperty({ type: AnalysisAnswer })
  analysis!: AnalysisAnswer;

  @ApiProperty({ type: [RejectedAnswer] })
  rejected!: readonly RejectedAnswer[];

  @ApiProperty({ type: [SuggestQuestionAnswer], description: 'What is not known, and would make more possible.' })
  questions!: readonly SuggestQuestionAnswer[];

  @ApiProperty({ type: DegradedAnswer, required: false })
  degraded?: DegradedAnswer;

  @ApiProperty({ type: SuggestUsageAnswer })
  usage!: SuggestUsageAnswer;

  @ApiProperty({ type: Boolean, description: 'It was worked out before.' })
  cached!: boolean;
}
