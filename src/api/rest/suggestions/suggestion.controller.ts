import { Body, Controller, Get, Headers, HttpCode, Inject, Param, Post } from '@nestjs/common';
import { ApiHeader, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { Suggestions } from '../../../llm/ports/index.js';
import { SUGGESTIONS } from '../../tokens.js';
import { Answered } from '../dto/answered.js';
import { Faulty, Missing } from '../dto/described.js';
import { success, type Envelope } from '../envelope.js';
import { versionOf } from './if-match.js';
import { shownSuggestion } from './present-suggestion.js';
import { applyRequest } from './suggestion-requests.js';
import { suggestionIdOf } from './suggestion-id.js';
import { SuggestionAnswer } from './suggestion-answers.js';
import { AppliedAnswer, SuggestionPreviewAnswer } from './suggestion-outcomes.js';
import { ApplySuggestionDto, DismissSuggestionDto } from './suggestion-bodies.js';

/** One suggestion. */
@ApiTags('suggestions')
@Controller(['api/v1/suggestions', 'api/suggestions'])
export class SuggestionController {
  constructor(@Inject(SUGGESTIONS) private readonly suggestions: Suggestions) {}

  @Get(':id')
  @ApiOperation({ summary: 'Show a suggestion.' })
  @Missing('suggestion_not_found')
  @Answered(SuggestionAnswer)
  async get(@Param('id') id: string): Promise<Envelope> {
    return success('Suggestion', shownSuggestion(await this.suggestions.get(suggestionIdOf(id))));
  }

  @Post(':id/preview')
  @HttpCode(200)
  @ApiOperation({ summary: 'The document as it would be, and a simulated run before and after. Changes nothing.' })
  @Missing('suggestion_not_found')
  @ApiResponse({ status: 422, description: 'suggestion_unproved' })
  @Answered(SuggestionPreviewAnswer)
  async preview(@Param('id') id: string): Promise<Envelope> {
    return success('Preview', await this.suggestions.preview(suggestionIdOf(id)));
  }

  @Post(':id/apply')
  @ApiOperation({
    summary:
      'Make a new version of it, once it is proved again: the current one, or (canary) one that a share of the new executions run.',
  })
  @ApiHeader({ name: 'If-Match', required: false, description: 'The version that was seen.' })
  @Missing('suggestion_not_found')
  @ApiResponse({
    status: 409,
    description:
      'suggestion_stale: the workflow has another version by now; details.rebased is the same change of that one, or null. suggestion_closed: it is applied, tried, dismissed or superseded. canary_running: another one is tried.',
  })
  @ApiResponse({ status: 422, description: 'suggestion_unproved, or every fault of the body.' })
  @ApiResponse({ status: 428, description: 'suggestion_unconfirmed: it may change what executions do.' })
  @Answered(AppliedAnswer, { status: 201 })
  async apply(
    @Param('id') id: string,
    @Body() body: ApplySuggestionDto,
    @Headers('if-match') match: string | undefined,
  ): Promise<Envelope> {
    const ifMatch = versionOf(match);
    const seen = ifMatch === undefined ? {} : { ifMatch };
    const applied = await this.suggestions.apply(suggestionIdOf(id), { ...applyRequest(body), ...seen });
    return success(`Version ${applied.version}`, applied);
  }

  @Post(':id/dismiss')
  @HttpCode(200)
  @ApiOperation({ summary: 'It is not offered again.' })
  @Missing('suggestion_not_found')
  @ApiResponse({ status: 409, description: 'suggestion_closed' })
  @Faulty()
  @Answered(SuggestionAnswer)
  async dismiss(@Param('id') id: string, @Body() { reason }: DismissSuggestionDto): Promise<Envelope> {
    return success('Suggestion dismissed', shownSuggestion(await this.suggestions.dismiss(suggestionIdOf(id), reason)));
  }
}
