import { ApiProperty } from '@nestjs/swagger';

const time = { type: String, format: 'date-time' } as const;
const id = { type: String, format: 'uuid' } as const;
const orNull = { nullable: true } as const;

const Given = (options: object): PropertyDecorator => ApiProperty(options);

class DstAnswer {
  @Given({ enum: ['skip', 'after'] }) gap!: string;
  @Given({ enum: ['first', 'both'] }) overlap!: string;
}

const dst = {
  anyOf: [{ $ref: '#/components/schemas/DstAnswer' }, { type: 'object', nullable: true, enum: [null] }],
};

/** A schedule with its defaults filled in. */
export class ScheduleAnswer {
  @Given(id) id!: string;
  @Given(id) schedule_id!: string;
  @Given({ type: String }) name!: string;
  @Given({ type: String }) description!: string;
  @Given({ enum: ['active', 'paused', 'ended'] }) state!: string;
  @Given(id) workflow_id!: string;
  @Given({ type: String, ...orNull }) version!: string | null;
  @Given({ description: 'Any JSON.', anyOf: [{}] }) input!: unknown;
  @Given({ type: 'object', additionalProperties: true, ...orNull, description: 'What each execution may use.' })
  budget!: object | null;
  @Given({ type: String, ...orNull }) cron!: string | null;
  @Given({ type: 'integer', ...orNull }) interval!: number | null;
  @Given({ ...time, ...orNull }) once!: string | null;
  @Given({ type: String }) time_zone!: string;
  @Given(dst) dst!: DstAnswer | null;
  @Given({ ...time, ...orNull }) start!: string | null;
  @Given({ ...time, ...orNull }) end!: string | null;
  @Given({ type: 'integer' }) jitter!: number;
  @Given({ type: Number }) grace!: number;
  @Given({ anyOf: [{ type: 'string' }, { type: 'object', additionalProperties: true }] }) catch_up!: unknown;
  @Given({ type: String }) overlap!: string;
  @Given({ ...time, ...orNull, description: 'The next tick; while paused, the one that would be.' })
  next_tick!: string | null;
  @Given({ ...time, ...orNull, description: 'When it is started: with the jitter. Null while paused.' })
  next_due!: string | null;
  @Given(time) created_at!: string;
  @Given(time) updated_at!: string;
}

/** What became of a tick. */
export class TickAnswer {
  @Given({ type: String, description: 'Names it among the ticks of its schedule.' }) tick!: string;
  @Given(time) scheduled_at!: string;
  @Given({ ...time, ...orNull, description: 'The row stands for all ticks from scheduled_at to here.' })
  until!: string | null;
  @Given({ ...time, description: 'With the jitter.' }) due_at!: string;
  @Given({ enum: ['schedule', 'backfill', 'trigger'] }) origin!: string;
  @Given({ enum: ['pending', 'queued', 'started', 'skipped', 'failed'] }) status!: string;
  @Given({ type: String, ...orNull, description: 'missed, limit, overlap, paused, or the code of an error.' })
  reason!: string | null;
  @Given({ type: String, ...orNull }) message!: string | null;
  @Given({ ...id, ...orNull }) execution_id!: string | null;
  @Given({ type: String, ...orNull, description: 'How the execution ended: completed, failed, canceled, or gone.' })
  ended!: string | null;
  @Given(time) created_at!: string;
  @Given(time) updated_at!: string;
}

/** A tick to come. */
export class UpcomingAnswer {
  @Given(time) scheduled_at!: string;
  @Given({ ...time, ...orNull, description: 'With the jitter; null in a preview.' }) due_at!: string | null;
  @Given({ type: String, description: 'What the clock on the wall shows.' }) local!: string;
  @Given({
    type: String,
    ...orNull,
    description: 'What daylight saving time does to it: after_gap, first_of_two, second_of_two.',
  })
  dst!: string | null;
}

export class SchedulePreviewAnswer {
  @Given(dst) dst!: DstAnswer | null;
  @Given({ type: [UpcomingAnswer] }) upcoming!: UpcomingAnswer[];
}

export class BackfillAnswer {
  @Given({ type: 'integer' }) started!: number;
  @Given({ type: 'integer', description: 'Had been started, or are about to be.' }) already!: number;
  @Given({ type: 'integer', description: 'Their rows were cleared away, so they are left alone.' }) forgotten!: number;
}

/** Schemas that others refer to by name. */
export const NAMED = [DstAnswer];
