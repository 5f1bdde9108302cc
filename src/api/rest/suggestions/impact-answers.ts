import { ApiExtraModels, ApiProperty, getSchemaPath } from '@nestjs/swagger';

export const time = { type: String, format: 'date-time' } as const;

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

/** One of that class, or null. */
export const orNull = (of: new () => object): { anyOf: object[] } => ({
  anyOf: [{ $ref: getSchemaPath(of) }, { type: 'object', nullable: true, enum: [null] }],
});

const figure = orNull(ImpactFigureAnswer);

@ApiExtraModels(ImpactFigureAnswer)
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

  @ApiProperty({ type: String, nullable: true, description: 'Of what was recorded.' })
  currency!: string | null;
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
