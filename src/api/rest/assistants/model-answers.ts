import { ApiProperty } from '@nestjs/swagger';
import { DEGRADED_REASONS, type DegradedReason } from '../../../llm/ports/index.js';

/** What every answer of a language model tells beside what it says. */
export class OfModelAnswer {
  @ApiProperty({ type: Boolean, description: 'Always true: nobody has checked it, and nothing here rests on it.' })
  untrusted!: boolean;

  @ApiProperty({ type: String })
  provider!: string;

  @ApiProperty({ type: String })
  model!: string;

  @ApiProperty({ type: String, description: 'Name, version and hash of the prompt.' })
  prompt_version!: string;
}

/** What a language model said in its own words. */
export class NarrativeAnswer extends OfModelAnswer {
  @ApiProperty({ type: String, description: 'Without control characters, links, mark-up and addresses.' })
  text!: string;
}

/** Less was done than was asked for; what needs no model was done. */
export class DegradedAnswer {
  @ApiProperty({ type: String, description: 'What should have answered: `llm+rules`, or a way to a model.' })
  from!: string;

  @ApiProperty({ type: String, description: 'What did: `rules`, `templates`, or another way to a model.' })
  to!: string;

  @ApiProperty({ enum: DEGRADED_REASONS, description: 'The guide to language models says what each of them means.' })
  reason!: DegradedReason;
}
