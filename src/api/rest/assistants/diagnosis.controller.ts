import { Controller, HttpCode, Inject, Param, Post } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { Clock } from '../../../kernel/index.js';
import type { Assistants } from '../../../llm/ports/index.js';
import { ASSISTANTS, CLOCK } from '../../tokens.js';
import { Answered } from '../dto/answered.js';
import { success, type Envelope } from '../envelope.js';
import { uuidAt } from '../validation.js';
import { DiagnosisAnswer } from './diagnosis-answers.js';

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
  @Answered(DiagnosisAnswer)
  async diagnose(@Param('id') id: string): Promise<Envelope> {
    const diagnosis = await this.assistants.diagnose(uuidAt(id, '/id'), this.clock.now());
    return success('Diagnosed', diagnosis);
  }
}
