import { Controller, Get, HttpCode, Inject, Param, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { DestinationBoard, DestinationState } from '../../../integration/ports/index.js';
import { HarmoniaError, isoInstant, type Instant } from '../../../kernel/index.js';
import { DESTINATIONS } from '../../tokens.js';
import { Answered, AnsweredList } from '../dto/answered.js';
import { PageQueryDto } from '../dto/queries.js';
import { listing, pageOf, success, type Envelope } from '../envelope.js';
import { DestinationAnswer } from './destination-answer.js';

const timeOf = (time: Instant | undefined): string | null => (time === undefined ? null : isoInstant(time));

const shown = ({ destination, state, failures, queued, limit, ...more }: DestinationState): DestinationAnswer => ({
  ...{ destination, state, since: timeOf(more.since), until: timeOf(more.until) },
  ...{ failures, in_flight: more.inFlight, queued, limit },
});

/** Where requests of tasks go, and how they fare there. */
@ApiTags('destinations')
@Controller(['api/v1', 'api'])
export class DestinationsController {
  constructor(@Inject(DESTINATIONS) private readonly destinations: DestinationBoard) {}

  @Get('destinations')
  @ApiOperation({ summary: 'List the destinations that were asked of late, and those whose circuit is open, by name.' })
  @AnsweredList('destinations', DestinationAnswer)
  list(@Query() query: PageQueryDto): Envelope {
    const all = this.destinations.list();
    const page = pageOf(query);
    const items = all.slice(page.offset, page.offset + page.limit).map(shown);
    return listing('destinations', items, { ...page, total: all.length });
  }

  @Post('destinations/:destination/reset')
  @HttpCode(200)
  @ApiOperation({ summary: 'Close the circuit of a destination (its name encoded for a URL) and forget its failures.' })
  @ApiResponse({ status: 404, description: 'destination_not_found' })
  @Answered(DestinationAnswer)
  reset(@Param('destination') destination: string): Envelope {
    const found =
      this.destinations.reset(destination) && this.destinations.list().find((one) => one.destination === destination);
    if (!found) throw new HarmoniaError('destination_not_found', { destination });
    return success('Circuit closed', shown(found));
  }
}
