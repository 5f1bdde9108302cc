import { Body, Controller, HttpCode, Inject, Post } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { Clock } from '../../../kernel/index.js';
import type { Assistants } from '../../../llm/ports/index.js';
import { ASSISTANTS, CLOCK } from '../../tokens.js';
import { Answered } from '../dto/answered.js';
import { Faulty } from '../dto/described.js';
import { success, type Envelope } from '../envelope.js';
import { ExpressionHelpDto } from './assistant-bodies.js';
import { ExpressionHelpAnswer } from './expression-help-answers.js';
import { expressionRequest } from './expression-request.js';

/** Help with expressions. */
@ApiTags('assistants')
@Controller(['api/v1/expressions', 'api/expressions'])
export class ExpressionHelpController {
  constructor(
    @Inject(ASSISTANTS) private readonly assistants: Assistants,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @Post('help')
  @HttpCode(200)
  @ApiOperation({
    summary:
      'What an expression reads, gives and lacks where it is to stand; or expressions that do what words say, each compiled and tried.',
  })
  @ApiResponse({ status: 404, description: 'workflow_not_found, version_not_found' })
  @ApiResponse({ status: 503, description: 'llm_unavailable' })
  @Answered(ExpressionHelpAnswer)
  @Faulty()
  async help(@Body() body: ExpressionHelpDto): Promise<Envelope> {
    const helped = await this.assistants.expression(expressionRequest(body, this.clock.now()));
    return success('Looked at', helped);
  }
}
