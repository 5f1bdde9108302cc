import { ApiExtraModels, ApiProperty } from '@nestjs/swagger';
import { ImpactAnswer, orNull } from './impact-answers.js';
import { objects, SuggestionAnswer } from './suggestion-answers.js';

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

  @ApiProperty({
    type: String,
    description: 'The new version. It is the current one now, unless it was applied as a canary.',
  })
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

@ApiExtraModels(AppliedAnswer, SuggestionAnswer)
export class BundleAppliedAnswer {
  @ApiProperty({ ...orNull(AppliedAnswer), description: 'Null: there was nothing to apply.' })
  applied!: AppliedAnswer | null;

  @ApiProperty({ ...orNull(SuggestionAnswer), description: 'What was applied, as one.' })
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
