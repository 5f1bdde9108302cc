import { Body, Controller, HttpCode, Inject, Param, Post } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { Clock, JsonObject } from '../../../kernel/index.js';
import type { Assistants } from '../../../llm/ports/index.js';
import { SeenBy } from '../../access/seen-by.js';
import type { Sight } from '../../access/sight.js';
import { ASSISTANTS, CLOCK } from '../../tokens.js';
import { Answered } from '../dto/answered.js';
import { Faulty } from '../dto/described.js';
import { success, type Envelope } from '../envelope.js';
import { plainJson, uuidAt } from '../validation.js';
import { PlanDto } from './assistant-bodies.js';
import { assumedResults } from './assumed-results.js';
import { PlanAnswer } from './plan-answers.js';

/** What an execution will do, before it is started. */
@ApiTags('assistants')
@Controller(['api/v1/workflows', 'api/workflows'])
export class PlanController {
  constructor(
    @Inject(ASSISTANTS) private readonly assistants: Assistants,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @Post(':id/plan')
  @HttpCode(200)
  @ApiOperation({
    summary:
      'What an execution will do: what runs, may run or can not, hosts, credentials, effects, waits, time and money. Starts nothing.',
  })
  @ApiResponse({ status: 404, description: 'workflow_not_found, version_not_found' })
  @Answered(PlanAnswer)
  @Faulty()
  async plan(
    @Param('id') id: string,
    @Body() { input, version, assume }: PlanDto,
    @SeenBy() sight: Sight | undefined,
  ): Promise<Envelope> {
    const plan = await this.assistants.plan({
      workflow: uuidAt(id, '/id'),
      now: this.clock.now(),
      ...(sight && { sees: (started) => sight.has(started) }),
      ...(version !== undefined && { version }),
      ...(input !== undefined && { input: plainJson(input, '/input') as JsonObject }),
      ...(assume !== undefined && { assume: assumedResults(assume) }),
    });
    return success('Planned; nothing was started', plan);
  }
}
