import { ApiProperty } from '@nestjs/swagger';

const time = { type: String, format: 'date-time', nullable: true } as const;
const whole = { type: 'integer' } as const;

/** How requests to one destination fare. */
export class DestinationAnswer {
  @ApiProperty({ type: String, description: 'An origin, `https://api.example`, or `component:<name>`.' })
  destination!: string;

  @ApiProperty({
    enum: ['closed', 'open', 'half_open'],
    description: '`open`: requests are refused; `half_open`: the next one finds out whether it works again.',
  })
  state!: string;

  @ApiProperty({ ...time, description: 'When an open circuit opened.' })
  since!: string | null;

  @ApiProperty({ ...time, description: 'Until when requests are refused.' })
  until!: string | null;

  @ApiProperty({ ...whole, description: 'In a row, up to now.' })
  failures!: number;

  @ApiProperty({ ...whole, description: 'Requests under way.' })
  in_flight!: number;

  @ApiProperty({ ...whole, description: 'Requests that wait for their turn.' })
  queued!: number;

  @ApiProperty({ ...whole, description: 'Requests at once.' })
  limit!: number;
}
