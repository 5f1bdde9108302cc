import { ApiProperty, getSchemaPath } from '@nestjs/swagger';

export class VersionAnswer {
  @ApiProperty({ type: String })
  version!: string;

  @ApiProperty({ type: String, description: 'Content hash of its document.' })
  definition_hash!: string;

  @ApiProperty({ type: String, format: 'date-time' })
  created_at!: string;

  @ApiProperty({ type: Boolean, description: 'It was made for a canary, and was never the current one.' })
  candidate!: boolean;
}

/** A version that a share of the new executions run which name none. */
export class CanaryAnswer {
  @ApiProperty({ type: String })
  version!: string;

  @ApiProperty({ type: String, description: 'Content hash of its document.' })
  definition_hash!: string;

  @ApiProperty({ type: Number })
  share!: number;

  @ApiProperty({ enum: ['running', 'paused'], description: '`paused`: it is worse, and gets no further executions.' })
  status!: string;

  @ApiProperty({ type: String })
  suggestion_id!: string;

  @ApiProperty({ type: String, format: 'date-time' })
  since!: string;
}

export const CANARY_OR_NULL = {
  description: 'A version that is tried beside the current one. Null: there is none.',
  anyOf: [{ $ref: getSchemaPath(CanaryAnswer) }, { type: 'object', nullable: true, enum: [null] }],
};
