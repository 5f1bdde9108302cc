import { ApiProperty } from '@nestjs/swagger';
import { SuggestQuestionAnswer } from './question-answer.js';
import { GOALS, KINDS, STATUSES } from './suggestion-bodies.js';

const time = { type: String, format: 'date-time' } as const;
const objects = { type: 'array', items: { type: 'object', additionalProperties: true } } as const;
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

/** A figure before and after; `change` is after minus before, with the interval that holds it with 95 %. */
export class ImpactFigureAnswer {
  @ApiProperty({ type: Number })
  before!: number;

  @ApiProperty({ type: Number })
  after!: number;

  @ApiProperty({ type: Number })
  change!: number;

  @ApiProperty({ type: [Number], minItems: 2, maxItems: 2 })
  ci95!: readonly [number, number];
}

const figure = { type: ImpactFigureAnswer, nullable: true } as const;

export class MakespanImpactAnswer {
  @ApiProperty(figure)
  p50!: ImpactFigureAnswer | null;

  @ApiProperty(figure)
  p95!: ImpactFigureAnswer | null;
}

export class CostImpactAnswer {
  @ApiProperty({ ...figure, description: 'Time that all attempts take together, mean per run.' })
  busy!: ImpactFigureAnswer | null;

  @ApiProperty({ ...figure, description: 'As it was recorded; null when none was.' })
  recorded!: ImpactFigureAnswer | null;
}

export class ReliabilityImpactAnswer {
  @ApiProperty({ ...figure, description: 'Share of runs that do not complete.' })
  failure!: ImpactFigureAnswer | null;
}

export class ImpactBasisAnswer {
  @ApiProperty({ type: 'integer', description: 'Executions of the workflow that it rests on.' })
  runs!: number;

  @ApiProperty({ type: Number })
  windowDays!: number;

  @ApiProperty({ type: 'integer' })
  resamples!: number;

  @ApiProperty({ type: [String], description: 'Tasks of which only others of their type were seen, or none.' })
  priorsUsed!: readonly string[];
}

/** What a change is expected to do. */
export class ImpactAnswer {
  @ApiProperty({ enum: ['seconds', 'weights'], description: '`weights`: without history, every task weighs 1.' })
  unit!: string;

  @ApiProperty({ type: MakespanImpactAnswer })
  makespan!: MakespanImpactAnswer;

  @ApiProperty({ type: CostImpactAnswer })
  cost!: CostImpactAnswer;

  @ApiProperty({ type: ReliabilityImpactAnswer })
  reliability!: ReliabilityImpactAnswer;

  @ApiProperty({ type: ImpactBasisAnswer })
  basis!: ImpactBasisAnswer;
}

/** A change of a workflow that is proved. */
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

  @ApiProperty({ type: ImpactAnswer, nullable: true })
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

/** Less was done than was asked for. */
export class SuggestDegradedAnswer {
  @ApiProperty({ type: String })
  from!: string;

  @ApiProperty({ type: String })
  to!: string;

  @ApiProperty({ type: String })
  reason!: string;
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

  @ApiProperty({ type: SuggestDegradedAnswer, required: false })
  degraded?: SuggestDegradedAnswer;

  @ApiProperty({ type: SuggestUsageAnswer })
  usage!: SuggestUsageAnswer;

  @ApiProperty({ type: Boolean, description: 'It was worked out before.' })
  cached!: boolean;
}

/** A bar of a Gantt chart: one attempt, or one wait. */
export class SuggestionBarAnswer {
  @ApiProperty({ type: String })
  step!: string;

  @ApiProperty({ type: 'integer' })
  attempt!: number;

  @ApiProperty({ type: Number })
  start!: number;

  @ApiProperty({ type: Number })
  end!: number;

  @ApiProperty({ enum: ['completed', 'failed', 'stopped', 'waited'] })
  outcome!: string;
}

export class SuggestionSimulationAnswer {
  @ApiProperty({ enum: ['seconds', 'weights'], description: 'Of the rows.' })
  unit!: string;

  @ApiProperty({ type: [SuggestionBarAnswer], description: 'Of the run of median length, as it is.' })
  before!: readonly SuggestionBarAnswer[];

  @ApiProperty({ type: [SuggestionBarAnswer], description: 'Of the run of median length, as it would be.' })
  after!: readonly SuggestionBarAnswer[];

  @ApiProperty({ type: ImpactAnswer })
  impact!: ImpactAnswer;
}

export class SuggestionPreviewAnswer {
  @ApiProperty({ type: 'object', additionalProperties: true, description: 'The document as it would be.' })
  workflow!: object;

  @ApiProperty(objects)
  patch!: readonly object[];

  @ApiProperty({ type: SuggestionSimulationAnswer })
  simulation!: SuggestionSimulationAnswer;
}

export class AppliedFromAnswer {
  @ApiProperty({ type: [String] })
  suggestions!: readonly string[];

  @ApiProperty({ type: String })
  version!: string;
}

export class AppliedAnswer {
  @ApiProperty({ type: String, format: 'uuid' })
  workflowId!: string;

  @ApiProperty({ type: String, description: 'The new version, which is the current one now.' })
  version!: string;

  @ApiProperty({ type: String, description: 'Content hash of its document.' })
  definition!: string;

  @ApiProperty({ type: AppliedFromAnswer })
  appliedFrom!: AppliedFromAnswer;

  @ApiProperty({ ...objects, description: 'RFC 6902, from the new document to the base, byte for byte.' })
  inverse!: readonly object[];
}

export class LeftOutAnswer {
  @ApiProperty({ type: String })
  id!: string;

  @ApiProperty({ type: String })
  reason!: string;
}

export class BundleAppliedAnswer {
  @ApiProperty({ type: AppliedAnswer, nullable: true, description: 'Null: there was nothing to apply.' })
  applied!: AppliedAnswer | null;

  @ApiProperty({ type: SuggestionAnswer, nullable: true, description: 'What was applied, as one.' })
  bundle!: SuggestionAnswer | null;

  @ApiProperty({ type: [LeftOutAnswer] })
  left!: readonly LeftOutAnswer[];
}

export class RolledBackAnswer {
  @ApiProperty({ type: String, format: 'uuid' })
  workflowId!: string;

  @ApiProperty({ type: String, description: 'The current version now.' })
  version!: string;

  @ApiProperty({ type: String, description: 'The current version before.' })
  from!: string;

  @ApiProperty({ type: String })
  definition!: string;
}

const EFFECTS = ['pure', 'read', 'idempotent', 'write'];

const effects = {
  type: 'object' as const,
  additionalProperties: { type: 'string', enum: [...EFFECTS] },
  description: 'By action: `http/request`, `tekton/action rhetor.generate_text`.',
};
const commuting = {
  type: 'array' as const,
  items: { type: 'array', items: { type: 'string' }, minItems: 2, maxItems: 2 },
  description: 'Pairs of actions whose order is of no consequence.',
};

/** What is stated of actions. */
export class StatedFactsAnswer {
  @ApiProperty(effects)
  effects!: object;

  @ApiProperty(commuting)
  commuting!: readonly (readonly string[])[];
}

export class OptimizerFactsAnswer {
  @ApiProperty({ type: StatedFactsAnswer, description: 'Over the API. Goes before what is configured.' })
  stated!: StatedFactsAnswer;

  @ApiProperty({ type: StatedFactsAnswer, description: 'In the file that HARMONIA_OPTIMIZER_FACTS names.' })
  configured!: StatedFactsAnswer;
}

export const FACTS_BODY = { type: 'object' as const, properties: { effects, commuting } };

/** Two tasks that a person lets run at the same time. */
export class ConfirmationAnswer {
  @ApiProperty({ type: String })
  scope!: string;

  @ApiProperty({ type: [String] })
  tasks!: readonly string[];
}
