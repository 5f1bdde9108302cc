import { Body, Controller, HttpCode, Inject, Param, Post } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { Clock } from '../../../kernel/index.js';
import type { Assistants } from '../../../llm/ports/index.js';
import { ASSISTANTS, CLOCK } from '../../tokens.js';
import { Answered } from '../dto/answered.js';
import { Faulty } from '../dto/described.js';
import { success, type Envelope } from '../envelope.js';
import { uuidAt } from '../validation.js';
import { ExplainDto } from './assistant-bodies.js';
import { ExplainAnswer } from './explain-answers.js';
import { givenBudget } from './given-budget.js';

/** What a workflow does, in words. */
@ApiTags('assistants')
@Controller(['api/v1/workflows', 'api/workflows'])
export class ExplainController {
  constructor(
    @Inject(ASSISTANTS) private readonly assistants: Assistants,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @Post(':id/explain')
  @HttpCode(200)
  @ApiOperation({
    summary:
      'What a workflow does, in words: order, what runs at the same time, what it touches, what a failure leads to. Starts nothing.',
  })
  @ApiResponse({ status: 404, description: 'workflow_not_found, version_not_found' })
  @ApiResponse({ status: 503, description: 'llm_unavailable' })
  @Answered(ExplainAnswer)
  @Faulty()
  async explain(@Param('id') id: string, @Body() { version, audience, llm, budget }: ExplainDto): Promise<Envelope> {
    const explained = await this.assistants.explain({
      ...{ workflow: uuidAt(id, '/id'), now: this.clock.now(), budget: givenBudget(budget) },
      ...(version !== undefined && { version }),
      ...(audience !== undefined && { audience }),
      ...(llm !== undefined && { llm }),
    });
    return success('Explained', explained);
  }
}
