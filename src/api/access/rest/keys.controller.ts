import { Body, Controller, Delete, Get, Inject, Param, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Access } from '../../../access/ports/index.js';
import type { Clock } from '../../../kernel/index.js';
import { CallerOf } from '../seen-by.js';
import { ACCESS, CLOCK } from '../../tokens.js';
import { Answered, AnsweredList } from '../../rest/dto/answered.js';
import { Faulty, Missing } from '../../rest/dto/described.js';
import { PageQueryDto } from '../../rest/dto/queries.js';
import { listing, pageOf, success, type Envelope } from '../../rest/envelope.js';
import { ApiKeyAnswer, NewKeyAnswer, shownKey } from './access-answers.js';
import { NewKeyDto } from './access-bodies.js';

const NAMES_IT = { hints: { key_id: { type: 'string' } } };

/** Keys with which others call. */
@ApiTags('access')
@Controller(['api/v1/keys', 'api/keys'])
export class KeysController {
  constructor(
    @Inject(ACCESS) private readonly access: Access,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @Post()
  @ApiOperation({ summary: 'Make an API key. It is told this once.' })
  @Faulty()
  @Answered(NewKeyAnswer, { status: 201, ...NAMES_IT })
  async create(@Body() body: NewKeyDto, @CallerOf() by: string): Promise<Envelope> {
    const { name, owner, permissions, workflows, expires_in: life } = body;
    const expiresAt = life === undefined ? undefined : this.clock.now() + life * 1000;
    const { secret, key } = await this.access.keys.create({ name, owner, permissions, workflows, expiresAt }, by);
    return success('Key created; it is not shown again', { ...shownKey(key), key: secret }, { key_id: key.id });
  }

  @Get()
  @ApiOperation({ summary: 'List API keys, newest first, without what is secret.' })
  @AnsweredList('keys', ApiKeyAnswer)
  list(@Query() query: PageQueryDto): Envelope {
    const all = this.access.keys.list();
    const page = pageOf(query);
    const items = all.slice(page.offset, page.offset + page.limit).map(shownKey);
    return listing('keys', items, { ...page, total: all.length });
  }

  @Delete(':id')
  @ApiOperation({ summary: 'Revoke an API key: from now on it opens nothing, and its streams end.' })
  @Missing('api_key_not_found')
  @Answered(ApiKeyAnswer, NAMES_IT)
  async revoke(@Param('id') id: string): Promise<Envelope> {
    return success('Key revoked', shownKey(await this.access.keys.revoke(id)), { key_id: id });
  }
}
