import { Body, Controller, Delete, Get, HttpCode, Inject, Param, Post, Put, Query, Res } from '@nestjs/common';
import { KeyOfCaller, type CallerKey } from '../../access/caller-key.js';
import { ApiBody, ApiExtraModels, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { contentHash } from '../../../kernel/index.js';
import type { Schedule, Schedules } from '../../../integration/ports/index.js';
import { SCHEDULES } from '../../tokens.js';
import { SeenBy, seenPage } from '../../access/seen-by.js';
import type { Sight } from '../../access/sight.js';
import { Answered, AnsweredEmpty, AnsweredList, naming } from '../dto/answered.js';
import { Faulty, Keyed, Missing } from '../dto/described.js';
import { listing, pageOf, success, type Envelope } from '../envelope.js';
import { Idempotency } from '../idempotency.js';
import { plainJson, uuidAt } from '../validation.js';
import { BackfillAnswer, NAMED, SchedulePreviewAnswer, ScheduleAnswer, TickAnswer, UpcomingAnswer } from './answers.js';
import {
  BackfillBody,
  CountQueryDto,
  PreviewBody,
  ScheduleBody,
  ScheduleQueryDto,
  TickQueryDto,
  TriggerBody,
} from './bodies.js';
import { dstOf, scheduleItem, tickItem, upcomingItem } from './present.js';

const NAMES_IT = { hints: naming('schedule_id') };
const SHOWN = 10;

const shown = (message: string, schedule: Schedule): Envelope =>
  success(message, scheduleItem(schedule), { schedule_id: schedule.id });

/** Workflows that start by the clock. Bodies are read by the schedules themselves, which refuse what they do not know. */
@ApiTags('schedules')
@ApiExtraModels(...NAMED)
@Controller(['api/v1/schedules', 'api/schedules'])
export class SchedulesController {
  constructor(
    @Inject(SCHEDULES) private readonly schedules: Schedules,
    private readonly idempotency: Idempotency,
  ) {}

  @Post()
  @ApiOperation({ summary: 'Keep a schedule.' })
  @Keyed()
  @ApiBody({ type: ScheduleBody })
  @Faulty()
  @Answered(ScheduleAnswer, { status: 201, ...NAMES_IT })
  async create(
    @Body() body: unknown,
    @KeyOfCaller() header: CallerKey | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Envelope> {
    const { schedule } = await this.idempotency.createById({ scope: 'schedules', header, reply }, (id) =>
      this.schedules.create(plainJson(body, ''), id),
    );
    return shown('Schedule created', schedule);
  }

  @Post('preview')
  @HttpCode(200)
  @ApiOperation({ summary: 'When the ticks of a schedule would be, and what daylight saving time does to them.' })
  @ApiBody({ type: PreviewBody })
  @Faulty()
  @Answered(SchedulePreviewAnswer)
  preview(@Body() body: unknown, @Query() { count = SHOWN }: CountQueryDto): Envelope {
    const { timing, upcoming } = this.schedules.preview(body, count);
    return success('Preview', { dst: dstOf(timing), upcoming: upcoming.map(upcomingItem) });
  }

  @Get()
  @ApiOperation({ summary: 'List schedules, newest first.' })
  @AnsweredList('schedules', ScheduleAnswer)
  async list(@Query() query: ScheduleQueryDto, @SeenBy() sight: Sight | undefined): Promise<Envelope> {
    const { state, workflow_id: workflow } = query;
    const page = pageOf(query);
    const filter = {
      ...(state !== undefined && { state }),
      ...(workflow !== undefined && { workflow: uuidAt(workflow, '/workflow_id') }),
    };
    const { items, total } = await seenPage(sight, page, {
      list: ({ offset, limit }) => this.schedules.list({ ...filter, offset, limit }),
      isSeen: ({ spec }, seen) => seen.has(spec.workflow),
    });
    return listing('schedules', items.map(scheduleItem), { ...page, total });
  }

  @Get(':id')
  @ApiOperation({ summary: 'Get a schedule.' })
  @Missing('schedule_not_found')
  @Answered(ScheduleAnswer, NAMES_IT)
  async get(@Param('id') id: string): Promise<Envelope> {
    return shown('Schedule', await this.schedules.get(uuidAt(id, '/id')));
  }

  @Put(':id')
  @ApiOperation({ summary: 'Replace a schedule. Ticks that are due are settled before; none comes again.' })
  @ApiBody({ type: ScheduleBody })
  @Missing('schedule_not_found')
  @Faulty()
  @Answered(ScheduleAnswer, NAMES_IT)
  async replace(@Param('id') id: string, @Body() body: unknown): Promise<Envelope> {
    return shown('Schedule replaced', await this.schedules.replace(uuidAt(id, '/id'), body));
  }

  @Delete(':id')
  @ApiOperation({ summary: 'Delete a schedule and its ticks. Executions that it started stay.' })
  @Missing('schedule_not_found')
  @AnsweredEmpty()
  async remove(@Param('id') id: string): Promise<Envelope> {
    await this.schedules.remove(uuidAt(id, '/id'));
    return success('Schedule deleted', null);
  }

  @Post(':id/pause')
  @HttpCode(200)
  @ApiOperation({ summary: 'Start nothing by the clock until it is resumed.' })
  @Missing('schedule_not_found')
  @Answered(ScheduleAnswer, NAMES_IT)
  async pause(@Param('id') id: string): Promise<Envelope> {
    return shown('Schedule paused', await this.schedules.pause(uuidAt(id, '/id')));
  }

  @Post(':id/resume')
  @HttpCode(200)
  @ApiOperation({ summary: 'Go on. The ticks that came meanwhile are recorded as skipped.' })
  @Missing('schedule_not_found')
  @Answered(ScheduleAnswer, NAMES_IT)
  async resume(@Param('id') id: string): Promise<Envelope> {
    return shown('Schedule resumed', await this.schedules.resume(uuidAt(id, '/id')));
  }

  @Post(':id/trigger')
  @HttpCode(200)
  @ApiOperation({ summary: 'A tick now, also while paused.' })
  @Keyed()
  @ApiBody({ type: TriggerBody, required: false })
  @Missing('schedule_not_found')
  @Answered(TickAnswer, NAMES_IT)
  async trigger(
    @Param('id') text: string,
    @Body() body: unknown,
    @KeyOfCaller() header: CallerKey | undefined,
  ): Promise<Envelope> {
    const id = uuidAt(text, '/id');
    const key = header?.kept;
    const tick = await this.schedules.trigger(id, body, key === undefined ? undefined : contentHash(key));
    return success(`Tick ${tick.status}`, tickItem(tick), { schedule_id: id });
  }

  @Post(':id/backfill')
  @HttpCode(200)
  @ApiOperation({ summary: 'Start the ticks between two times that are past, but those that had been started.' })
  @ApiBody({ type: BackfillBody })
  @Missing('schedule_not_found')
  @Faulty()
  @Answered(BackfillAnswer, NAMES_IT)
  async backfill(@Param('id') text: string, @Body() body: unknown): Promise<Envelope> {
    const id = uuidAt(text, '/id');
    const found = await this.schedules.backfill(id, body);
    return success(`${found.started} tick(s) are started`, found, { schedule_id: id });
  }

  @Get(':id/ticks')
  @ApiOperation({ summary: 'List what became of its ticks, the latest first.' })
  @Missing('schedule_not_found')
  @AnsweredList('ticks', TickAnswer)
  async ticks(@Param('id') id: string, @Query() query: TickQueryDto): Promise<Envelope> {
    const page = pageOf(query);
    const { items, total } = await this.schedules.ticks(uuidAt(id, '/id'), {
      ...(query.status !== undefined && { status: query.status }),
      descending: query.sort_order !== 'asc',
      offset: page.offset,
      limit: page.limit,
    });
    return listing('ticks', items.map(tickItem), { ...page, total });
  }

  @Get(':id/upcoming')
  @ApiOperation({ summary: 'The next ticks by the pattern.' })
  @Missing('schedule_not_found')
  @AnsweredList('upcoming', UpcomingAnswer)
  async upcoming(@Param('id') id: string, @Query() { count = SHOWN }: CountQueryDto): Promise<Envelope> {
    const items = (await this.schedules.upcoming(uuidAt(id, '/id'), count)).map(upcomingItem);
    return listing('upcoming', items, { page: 1, limit: count, total: items.length });
  }
}
