import { ApiProperty } from '@nestjs/swagger';

/** A fact that a model asks for. Whoever knows may state it; what the model thinks of it is no fact. */
export class SuggestQuestionAnswer {
  @ApiProperty({
    enum: ['effects', 'order'],
    description:
      '`effects`: what an action does to the world; `order`: whether the order of two siblings is of no consequence.',
  })
  about!: string;

  @ApiProperty({ type: String, required: false, description: 'Of `effects`: a task that does it.' })
  task?: string;

  @ApiProperty({ type: String, required: false, description: 'Of `effects`: as `PUT /optimizer/facts` takes it.' })
  action?: string;

  @ApiProperty({
    enum: ['pure', 'read', 'idempotent'],
    required: false,
    description: 'Of `effects`: what it seems to be.',
  })
  effects?: string;

  @ApiProperty({ type: String, required: false, description: 'Of `order`.' })
  scope?: string;

  @ApiProperty({ type: [String], required: false, description: 'Of `order`: two ids.' })
  tasks?: readonly string[];

  @ApiProperty({ type: String, required: false, description: "The model's own words: not to be trusted." })
  narrative?: string;
}
