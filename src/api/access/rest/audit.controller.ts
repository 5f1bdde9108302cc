import { Controller, Get, Inject, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Access } from '../../../access/ports/index.js';
import { Recorder } from '../recorder.js';
import { ACCESS } from '../../tokens.js';
import { Answered, AnsweredList } from '../../rest/dto/answered.js';
import { Faulty } from '../../rest/dto/described.js';
import { listing, pageOf, success, type Envelope } from '../../rest/envelope.js';
import { timeOf } from '../../rest/execution/execution-filter.js';
import { AuditEntryAnswer, AuditProofAnswer, shownEntry, shownProof } from './access-answers.js';
import { AuditQueryDto } from './access-bodies.js';

/** What was done, by whom. */
@ApiTags('access')
@Controller(['api/v1/audit', 'api/audit'])
export class AuditController {
  constructor(
    @Inject(ACCESS) private readonly access: Access,
    private readonly recorder: Recorder,
  ) {}

  @Get()
  @ApiOperation({ summary: 'List changes, and attempts that were refused, newest first.' })
  @Faulty()
  @AnsweredList('records', AuditEntryAnswer)
  async list(@Query() query: AuditQueryDto): Promise<Envelope> {
    this.recorder.flush();
    const page = pageOf(query);
    const { items, total } = await this.access.audit.list({
      ...{ actor: query.actor, outcome: query.outcome, offset: page.offset, limit: page.limit },
      from: query.from === undefined ? undefined : timeOf(query.from, '/from'),
      to: query.to === undefined ? undefined : timeOf(query.to, '/to'),
    });
    return listing('records', items.map(shownEntry), { ...page, total });
  }

  @Get('verify')
  @ApiOperation({ summary: 'Prove that the records are what was written, by computing their chain anew.' })
  @Answered(AuditProofAnswer)
  async verify(): Promise<Envelope> {
    const proof = await this.access.audit.verify();
    const message =
      proof.brokenAt === undefined ? `${proof.records} records are as they were written` : 'The chain is broken';
    return success(message, shownProof(proof));
  }
}
