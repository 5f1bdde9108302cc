import { ApiProperty } from '@nestjs/swagger';
import { FromText, Id, OneOf, Whole } from '../dto/fields.js';
import { BUDGET_WORDS } from '../dto/bodies.js';
import { PageQueryDto } from '../dto/queries.js';

const time = { type: String, format: 'date-time' } as const;
const OVERLAPS = ['allow', 'skip', 'queue', 'cancel_other'];
const maybe = { required: false } as const;
const catchUp = {
  anyOf: [
    { type: 'string', enum: ['none', 'latest'] },
    { type: 'object', properties: { all: { type: 'integer', minimum: 1, maximum: 1000 } }, required: ['all'] },
  ],
};

const Given = (options: object): PropertyDecorator => ApiProperty({ ...maybe, ...options });

class DstBody {
  @Given({
    enum: ['skip', 'after'],
    description: 'A time that the clock skips: not at all, or right after. Default: after.',
  })
  gap?: string;
  @Given({
    enum: ['first', 'both'],
    description: 'A time that it shows twice. Default: both for patterns of every hour, else first.',
  })
  overlap?: string;
}

/** When the ticks are. The service checks it: every fault in one report, unknown fields included. */
export class PreviewBody {
  @Given({ type: String, maxLength: 256, description: 'Five fields, or six with seconds first. One of the three.' })
  cron?: string;
  @Given({ type: 'integer', minimum: 1, description: 'Seconds between ticks, counted from start. One of the three.' })
  interval?: number;
  @Given({ ...time, description: 'One tick. One of the three.' })
  once?: string;
  @Given({ type: String, description: 'IANA name. Default: UTC.' })
  time_zone?: string;
  @Given({ type: DstBody, description: 'Patterns only.' })
  dst?: DstBody;
  @Given({ ...time, description: 'No tick before.' })
  start?: string;
  @Given({ ...time, description: 'No tick after.' })
  end?: string;
}

/** A schedule as it is sent. */
export class ScheduleBody extends PreviewBody {
  @ApiProperty({ type: String, maxLength: 255 }) name!: string;
  @Given({ type: String, maxLength: 4000 }) description?: string;
  @Given({ type: String, description: 'Id or name of the workflow. workflow_id is as good.' }) workflow?: string;
  @Given({ type: String, format: 'uuid' }) workflow_id?: string;
  @Given({ type: String, maxLength: 128, description: 'A version or a range. Default: the current one at each tick.' })
  version?: string;
  @Given({ anyOf: [{}], description: 'May hold ${schedule.id}, ${tick.scheduled_at} and their like. Default: {}.' })
  input?: unknown;
  @Given({ type: 'object', additionalProperties: true, description: BUDGET_WORDS })
  budget?: object;
  @Given({
    type: 'integer',
    minimum: 0,
    maximum: 86_400,
    description: 'Seconds that a tick may be put off. Default: 0.',
  })
  jitter?: number;
  @Given({ type: Number, minimum: 1, description: 'Seconds after which a tick counts as missed. Default: 60.' })
  grace?: number;
  @Given({ ...catchUp, description: 'Default: latest.' })
  catch_up?: unknown;
  @Given({ enum: OVERLAPS, description: 'Default: allow.' })
  overlap?: string;
  @Given({ type: Boolean, description: 'Begin paused. Default: false.' })
  paused?: boolean;
}

export class TriggerBody {
  @Given({ enum: OVERLAPS, description: 'Default: that of the schedule.' }) overlap?: string;
}

export class BackfillBody {
  @ApiProperty(time) from!: string;
  @ApiProperty(time) to!: string;
  @Given({ enum: OVERLAPS, description: 'Default: allow.' }) overlap?: string;
}

export class ScheduleQueryDto extends PageQueryDto {
  @OneOf(['active', 'paused', 'ended'])
  state?: 'active' | 'paused' | 'ended';

  @Id()
  workflow_id?: string;
}

export class TickQueryDto extends PageQueryDto {
  @OneOf(['pending', 'queued', 'started', 'skipped', 'failed'])
  status?: 'pending' | 'queued' | 'started' | 'skipped' | 'failed';
}

export class CountQueryDto {
  @Whole(1, 1000, { description: '10 when absent.' })
  @FromText()
  count?: number;
}
