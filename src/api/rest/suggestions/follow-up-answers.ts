import { ApiExtraModels, ApiProperty } from '@nestjs/swagger';
import { ImpactAnswer, orNull, time } from './impact-answers.js';

const UNJUDGED = ['promoted', 'abandoned', 'rolled_back', 'replaced'];
const ENDS = [...UNJUDGED, 'no_difference'];

/** A figure of the runs of two versions. Less is better. */
export class ObservedFigureAnswer {
  @ApiProperty({ type: Number, description: 'Median; of failures, the share.' })
  before!: number;

  @ApiProperty({ type: Number })
  after!: number;

  @ApiProperty({ type: Number, description: 'The typical difference of two runs; of failures, of the shares.' })
  change!: number;

  @ApiProperty({ type: [Number], minItems: 2, maxItems: 2, description: 'Holds the change with 95 %.' })
  ci95!: readonly [number, number];

  @ApiProperty({ enum: ['better', 'worse', 'same'], description: '`same`: neither can be told.' })
  verdict!: string;
}

export class ObservedRunsAnswer {
  @ApiProperty({ type: 'integer' })
  before!: number;

  @ApiProperty({ type: 'integer' })
  after!: number;
}

const figure = orNull(ObservedFigureAnswer);

/** What runs of two versions came to. */
@ApiExtraModels(ObservedFigureAnswer)
export class ObservedAnswer {
  @ApiProperty({ type: ObservedRunsAnswer })
  runs!: ObservedRunsAnswer;

  @ApiProperty({ ...figure, description: 'Seconds, of runs that completed; null: too few did.' })
  makespan!: ObservedFigureAnswer | null;

  @ApiProperty({ ...figure, description: 'Seconds that the last attempts of all steps took together.' })
  busy!: ObservedFigureAnswer | null;

  @ApiProperty({ type: ObservedFigureAnswer, description: 'Share of runs that did not complete.' })
  failure!: ObservedFigureAnswer;

  @ApiProperty({ ...figure, description: 'Of language models, of runs that completed; null: nobody told of any.' })
  tokens!: ObservedFigureAnswer | null;

  @ApiProperty({ ...figure, description: 'Money likewise; runs of which it is not known do not count.' })
  cost!: ObservedFigureAnswer | null;

  @ApiProperty({ type: String, nullable: true, description: 'Of the cost.' })
  currency!: string | null;
}

export class TrialEndAnswer {
  @ApiProperty(time)
  at!: string;

  @ApiProperty({ enum: ENDS, description: '`no_difference`: a canary that was judged so, and gets no further runs.' })
  because!: string;
}

export class FollowedRunsAnswer {
  @ApiProperty({ type: 'integer', description: 'That have ended, and count.' })
  seen!: number;

  @ApiProperty({ type: 'integer', description: 'After so many the version is judged.' })
  of!: number;
}

/** What is followed of a version that was made of a suggestion. */
@ApiExtraModels(ImpactAnswer, ObservedAnswer, TrialEndAnswer)
export class FollowUpAnswer {
  @ApiProperty({ enum: ['applied', 'canary'], description: '`canary`: it runs beside the current version.' })
  way!: string;

  @ApiProperty({ type: String })
  version!: string;

  @ApiProperty({ type: String, description: 'What it is compared with.' })
  baseVersion!: string;

  @ApiProperty({
    type: Number,
    nullable: true,
    description: 'Of new executions that run it; null: `way` is `applied`.',
  })
  share!: number | null;

  @ApiProperty(time)
  since!: string;

  @ApiProperty({ type: FollowedRunsAnswer })
  runs!: FollowedRunsAnswer;

  @ApiProperty({ ...orNull(ImpactAnswer), description: 'When it was applied.' })
  predicted!: ImpactAnswer | null;

  @ApiProperty({ ...orNull(TrialEndAnswer), description: 'Null: it still gets runs.' })
  end!: TrialEndAnswer | null;

  @ApiProperty({
    enum: ['waiting', 'confirmed', 'no_difference', 'regressed', 'ended'],
    description: '`ended`: it was gone before it was judged, or there is nothing to compare it with.',
  })
  state!: string;

  @ApiProperty({ enum: [...UNJUDGED, 'nothing_before'], required: false, description: 'Of `ended`.' })
  because?: string;

  @ApiProperty({ type: ObservedAnswer, required: false, description: 'Once it was judged.' })
  observed?: ObservedAnswer;

  @ApiProperty({ ...time, required: false })
  settledAt?: string;

  @ApiProperty({
    type: String,
    nullable: true,
    required: false,
    description: 'Of `regressed`: the suggestion to go back; null: it is a canary, which gets no further runs.',
  })
  rollback?: string | null;
}

export class CanaryEndedAnswer {
  @ApiProperty({ type: String, format: 'uuid' })
  workflowId!: string;

  @ApiProperty({ type: String, description: 'The current version.' })
  version!: string;
}

export class AccuracyAnswer {
  @ApiProperty({ type: 'integer' })
  compared!: number;

  @ApiProperty({ type: Number, description: 'Median of |predicted − observed| / observed, after the change.' })
  medianError!: number;

  @ApiProperty({ type: Number, description: 'Share of the observed 95 % intervals that hold the predicted change.' })
  coverage!: number;
}

export class FailureAccuracyAnswer {
  @ApiProperty({ type: 'integer' })
  compared!: number;

  @ApiProperty({ type: Number, description: 'Mean share after the change.' })
  predicted!: number;

  @ApiProperty({ type: Number })
  observed!: number;

  @ApiProperty({ type: Number })
  coverage!: number;
}

export class OutcomesAnswer {
  @ApiProperty({ type: 'integer' })
  confirmed!: number;

  @ApiProperty({ type: 'integer' })
  no_difference!: number;

  @ApiProperty({ type: 'integer' })
  regressed!: number;
}

/** What predictions were worth. */
@ApiExtraModels(AccuracyAnswer, FailureAccuracyAnswer)
export class CalibrationAnswer {
  @ApiProperty({ type: 'integer', description: 'Versions that were judged.' })
  followed!: number;

  @ApiProperty({ type: OutcomesAnswer })
  outcomes!: OutcomesAnswer;

  @ApiProperty({ ...orNull(AccuracyAnswer), description: 'Of the median; null: nothing was predicted in seconds.' })
  makespan!: AccuracyAnswer | null;

  @ApiProperty(orNull(AccuracyAnswer))
  busy!: AccuracyAnswer | null;

  @ApiProperty({ ...orNull(AccuracyAnswer), description: 'Of money, in one currency.' })
  cost!: AccuracyAnswer | null;

  @ApiProperty(orNull(FailureAccuracyAnswer))
  failure!: FailureAccuracyAnswer | null;
}
