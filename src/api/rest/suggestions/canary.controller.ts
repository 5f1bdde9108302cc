import { Body, Controller, Delete, Get, Headers, HttpCode, Inject, Param, Post } from '@nestjs/common';
import { ApiHeader, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { CanaryEnded, Suggestions } from '../../../llm/ports/index.js';
import { SUGGESTIONS } from '../../tokens.js';
import { Answered } from '../dto/answered.js';
import { Missing } from '../dto/described.js';
import { success, type Envelope } from '../envelope.js';
import { uuidAt } from '../validation.js';
import { CalibrationAnswer, CanaryEndedAnswer } from './follow-up-answers.js';
import { versionOf } from './if-match.js';
import { suggestionIdOf } from './suggestion-id.js';
import { PromoteDto } from './suggestion-bodies.js';
import { AppliedAnswer } from './suggestion-outcomes.js';

const over = (ended: CanaryEnded): Envelope => success(`Version ${ended.version} runs alone`, ended);

/** Versions that are tried beside the current one, and what predictions were worth. */
@ApiTags('suggestions')
@Controller(['api/v1', 'api'])
export class CanaryController {
  constructor(@Inject(SUGGESTIONS) private readonly suggestions: Suggestions) {}

  @Post('suggestions/:id/promote')
  @HttpCode(200)
  @ApiOperation({ summary: 'Make the version that a canary has tried the current one, once it is proved again.' })
  @ApiHeader({ name: 'If-Match', required: false, description: 'The current version that was seen.' })
  @Missing('suggestion_not_found, canary_not_found')
  @ApiResponse({ status: 409, description: 'suggestion_stale: the workflow has another version by now.' })
  @ApiResponse({ status: 422, description: 'suggestion_unproved, or every fault of the body.' })
  @Answered(AppliedAnswer)
  async promote(
    @Param('id') id: string,
    @Body() body: PromoteDto,
    @Headers('if-match') match: string | undefined,
  ): Promise<Envelope> {
    const ifMatch = versionOf(match);
    const seen = ifMatch === undefined ? {} : { ifMatch };
    const applied = await this.suggestions.promote(suggestionIdOf(id), { ...body, ...seen });
    return success(`Version ${applied.version} is the current one`, applied);
  }

  @Post('suggestions/:id/abandon')
  @HttpCode(200)
  @ApiOperation({ summary: 'End the canary of a suggestion: new executions run the current version only.' })
  @Missing('suggestion_not_found, canary_not_found')
  @Answered(CanaryEndedAnswer)
  async abandon(@Param('id') id: string): Promise<Envelope> {
    return over(await this.suggestions.abandon(suggestionIdOf(id)));
  }

  @Delete('workflows/:id/canary')
  @ApiOperation({ summary: 'End the canary of a workflow, whatever it is made of.' })
  @Missing('workflow_not_found, canary_not_found')
  @Answered(CanaryEndedAnswer)
  async end(@Param('id') id: string): Promise<Envelope> {
    return over(await this.suggestions.endCanary(uuidAt(id, '/id')));
  }

  @Get('optimizer/calibration')
  @ApiOperation({
    summary: 'Predictions held against what was observed, over all suggestions that were followed to their end.',
  })
  @Answered(CalibrationAnswer)
  async calibration(): Promise<Envelope> {
    return success('Calibration', await this.suggestions.calibration());
  }
}
