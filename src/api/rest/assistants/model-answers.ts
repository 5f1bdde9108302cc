import { ApiProperty } from '@nestjs/swagger';

/** What a language model said in its own words. */
export class NarrativeAnswer {
  @ApiProperty({ type: String, description: 'Without control characters, links, mark-up and addresses.' })
  text!: string;

  @ApiProperty({ type: Boolean, description: 'Always true: nobody has checked it, and nothing here rests on it.' })
  untrusted!: boolean;

  @ApiProperty({ type: String })
  provider!: string;

  @ApiProperty({ type: String })
  model!: string;

  @ApiProperty({ type: String, description: 'Name, version and hash of the prompt.' })
  prompt_version!: string;
}

/** Less was done than was asked for; what needs no model was done. */
export class DegradedAnswer {
  @ApiProperty({ type: String })
  from!: string;

  @ApiProperty({ type: String })
  to!: string;

  @ApiProperty({
    type: String,
    description: '`not_configured`, `unavailable`, `payloads_not_allowed`, `budget`, `deadline`, `unusable`, …',
  })
  reason!: string;
}
