import { ApiProperty } from '@nestjs/swagger';

const amounts = { type: 'object', additionalProperties: { type: 'number' } } as const;

class TokenCounts {
  @ApiProperty({ type: 'integer' }) input!: number;
  @ApiProperty({ type: 'integer' }) output!: number;
  @ApiProperty({ type: 'integer' }) total!: number;
}

/** What an execution has used. */
export class UsageWords {
  @ApiProperty({ type: TokenCounts }) tokens!: TokenCounts;
  @ApiProperty({ type: 'integer' }) calls!: number;
  @ApiProperty({ type: 'integer', description: 'Calls of which nobody knows the price.' }) unpriced_calls!: number;
  @ApiProperty({ ...amounts, description: 'By currency.' }) cost!: object;
  @ApiProperty({ type: Number, description: 'Time in which it was not paused, up to its last event.' })
  seconds!: number;
}

class LimitWords {
  @ApiProperty({ type: Number }) used!: number;
  @ApiProperty({ type: Number }) limit!: number;
  @ApiProperty({ type: Boolean }) reached!: boolean;
}

/** How far the budget of an execution is used up. */
export class BudgetWords {
  @ApiProperty({
    type: 'object',
    additionalProperties: { $ref: '#/components/schemas/LimitWords' },
    description: 'By name: tokens, calls, seconds, cost.USD.',
  })
  limits!: object;
  @ApiProperty({ type: Boolean, description: 'A limit is reached: it goes on only with a higher one.' })
  exhausted!: boolean;
  @ApiProperty({ type: String, format: 'date-time', nullable: true, description: 'When the time will be used up.' })
  time_up_at!: string | null;
  @ApiProperty({ type: [String], description: 'Who may raise it; empty: anybody.' }) raised_by!: string[];
}

export const BUDGET_WORDS = [UsageWords, LimitWords, BudgetWords];

const orNull = (name: string): PropertyDecorator =>
  ApiProperty({
    anyOf: [{ $ref: `#/components/schemas/${name}` }, { type: 'object', nullable: true, enum: [null] }],
  });
export const UsageOrNull = (): PropertyDecorator => orNull('UsageWords');
export const BudgetOrNull = (): PropertyDecorator => orNull('BudgetWords');
