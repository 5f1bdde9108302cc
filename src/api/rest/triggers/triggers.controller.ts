import { Body, Controller, Delete, Get, HttpCode, Inject, Param, Post, Put, Query, Res } from '@nestjs/common';
import { KeyOfCaller, type CallerKey } from '../../access/caller-key.js';
import { ApiBody, ApiExtraModels, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { JsonObject } from '../../../kernel/index.js';
import type { Triggers } from '../../../integration/ports/index.js';
import { TRIGGERS } from '../../tokens.js';
import { isFor } from '../../access/owners.js';
import { SeenBy, seenPage } from '../../access/seen-by.js';
import type { Sight } from '../../access/sight.js';
import { Answered, AnsweredEmpty, AnsweredList, naming } from '../dto/answered.js';
import { Faulty, Keyed, Missing } from '../dto/described.js';
import { PageQueryDto } from '../dto/queries.js';
import { listing, pageOf, success, type Envelope, type Page } from '../envelope.js';
import { Idempotency } from '../idempotency.js';
import { plainJson, uuidAt } from '../validation.js';
import { OccurrenceAnswer } from '../webhooks/delivery-answers.js';
import { TRIGGER_BODY, TRIGGER_WORDS, TriggerAnswer, TriggerKindAnswer } from './trigger-answers.js';

const NAMES_IT = { hints: naming('trigger_id') };

const shown = (message: string, trigger: JsonObject): Envelope => success(message, trigger, { trigger_id: trigger.id });

/** Workflows that start when something happens. Bodies are read by the triggers themselves. */
@ApiTags('triggers')
@ApiExtraModels(...TRIGGER_WORDS)
@Controller(['api/v1/triggers', 'api/triggers'])
export class TriggersController {
  constructor(
    @Inject(TRIGGERS) private readonly triggers: Triggers,
    private readonly idempotency: Idempotency,
  ) {}

  @Post()
  @ApiOperation({ summary: 'Keep a trigger; it runs at once, unless it is not enabled.' })
  @Keyed()
  @ApiBody({ schema: TRIGGER_BODY })
  @Faulty()
  @Answered(TriggerAnswer, { status: 201, ...NAMES_IT })
  async create(
    @Body() body: unknown,
    @KeyOfCaller() header: CallerKey | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Envelope> {
    const { trigger } = await this.idempotency.createById({ scope: 'triggers', header, reply }, (id) =>
      this.triggers.create(plainJson(body, ''), id),
    );
    return shown('Trigger created', trigger);
  }

  @Get()
  @ApiOperation({ summary: 'List triggers, oldest first.' })
  @AnsweredList('triggers', TriggerAnswer)
  async list(@Query() query: PageQueryDto, @SeenBy() sight: Sight | undefined): Promise<Envelope> {
    const page = pageOf(query);
    const list = (wanted: Page): ReturnType<Triggers['list']> => this.triggers.list(wanted);
    const { items, total } = await seenPage(sight, page, { list, isSeen: isFor });
    return listing('triggers', items, { ...page, total });
  }

  @Get(':id')
  @ApiOperation({ summary: 'Show a trigger, how it fares, and what it said last.' })
  @Missing('trigger_not_found')
  @Answered(TriggerAnswer, NAMES_IT)
  async get(@Param('id') id: string): Promise<Envelope> {
    return shown('Trigger', await this.triggers.get(uuidAt(id, '/id')));
  }

  @Put(':id')
  @ApiOperation({ summary: 'Replace a trigger. It runs anew, with what it remembers unless its type is another.' })
  @ApiBody({ schema: TRIGGER_BODY })
  @Missing('trigger_not_found')
  @Faulty()
  @Answered(TriggerAnswer, NAMES_IT)
  async replace(@Param('id') id: string, @Body() body: unknown): Promise<Envelope> {
    return shown('Trigger replaced', await this.triggers.replace(uuidAt(id, '/id'), plainJson(body, '')));
  }

  @Delete(':id')
  @ApiOperation({ summary: 'Delete a trigger. What it has told of still has its effect.' })
  @Missing('trigger_not_found')
  @AnsweredEmpty()
  async remove(@Param('id') id: string): Promise<Envelope> {
    await this.triggers.remove(uuidAt(id, '/id'));
    return success('Trigger deleted', null);
  }

  @Post(':id/enable')
  @HttpCode(200)
  @ApiOperation({ summary: 'Run it, from where it was when it was disabled.' })
  @Missing('trigger_not_found')
  @Faulty()
  @Answered(TriggerAnswer, NAMES_IT)
  async enable(@Param('id') id: string): Promise<Envelope> {
    return shown('Trigger enabled', await this.triggers.enable(uuidAt(id, '/id'), true));
  }

  @Post(':id/disable')
  @HttpCode(200)
  @ApiOperation({ summary: 'Let it rest until it is enabled.' })
  @Missing('trigger_not_found')
  @Answered(TriggerAnswer, NAMES_IT)
  async disable(@Param('id') id: string): Promise<Envelope> {
    return shown('Trigger disabled', await this.triggers.enable(uuidAt(id, '/id'), false));
  }

  @Get(':id/deliveries')
  @ApiOperation({ summary: 'What it told of and what became of it, newest first.' })
  @Missing('trigger_not_found')
  @AnsweredList('deliveries', OccurrenceAnswer)
  async deliveries(@Param('id') id: string, @Query() query: PageQueryDto): Promise<Envelope> {
    const page = pageOf(query);
    const { items, total } = await this.triggers.deliveries(uuidAt(id, '/id'), page);
    return listing('deliveries', items, { ...page, total });
  }
}

/** What there is to be noticed. */
@ApiTags('triggers')
@Controller(['api/v1/trigger-types', 'api/trigger-types'])
export class TriggerTypesController {
  constructor(@Inject(TRIGGERS) private readonly triggers: Triggers) {}

  @Get()
  @ApiOperation({ summary: 'List the types of triggers that the plugins offer.' })
  @AnsweredList('trigger_types', TriggerKindAnswer)
  list(): Envelope {
    const items = this.triggers.types();
    return listing('trigger_types', items, { page: 1, limit: Math.max(1, items.length), total: items.length });
  }
}
