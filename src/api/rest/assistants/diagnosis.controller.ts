import { Body, Controller, HttpCode, Inject, Param, Post } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { Clock } from '../../../kernel/index.js';
import type { Assistants } from '../../../llm/ports/index.js';
import { ASSISTANTS, CLOCK } from '../../tokens.js';
import { Answered } from '../dto/answered.js';
import { Faulty } from '../dto/described.js';
import { success, type Envelope } from '../envelope.js';
import { uuidAt } from '../validation.js';
import { DiagnoseDto } from './assistant-bodies.js';
import { DiagnosisAnswer } from './diagnosis-answers.js';
import { givenBudget } from './given-budget.js';

/** Why an execution failed, or does not go on. */
@ApiTags('assistants')
@Controller(['api/v1/executions', 'api/executions'])
export class DiagnosisController {
  constructor(
    @Inject(ASSISTANTS) private readonly assistants: Assistants,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @Post(':id/diagnose')
  @HttpCode(200)
  @ApiOperation({
    summary:
      'Why an execution failed, waits or stands still: causes with evidence from its journal, and what can be done.',
  })
  @ApiResponse({ status: 404, description: 'execution_not_found' })
  @ApiResponse({ status: 410, description: 'journal_gone' })
  @ApiResponse({ status: 503, description: 'llm_unavailable' })
  @Answered(DiagnosisAnswer)
  @Faulty()
  async diagnose(@Param('id') id: string, @Body() { llm, budget }: DiagnoseDto): Promise<Envelope> {
    const diagnosis = await this.assistants.diagnose({
      ...{ execution: uuidAt(id, '/id'), now: this.clock.now(), budget: givenBudget(budget) },
      ...(llm !== undefined && { llm }),
    });
    return success('Diagnosed', diagnosis);
  }
}
