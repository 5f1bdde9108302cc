import { Body, Controller, Get, Headers, HttpCode, Inject, Param, Post, Query, Res } from '@nestjs/common';
import { ApiHeader, ApiOperation, ApiResponse, ApiTags, getSchemaPath } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { Suggestions } from '../../../llm/ports/index.js';
import { Clients } from '../../streams/clients.js';
import type { StreamLimits } from '../../streams/stream-limits.js';
import { sendTold } from '../../streams/told-stream.js';
import { STREAMS, SUGGESTIONS } from '../../tokens.js';
import { Answered, AnsweredList } from '../dto/answered.js';
import { Faulty, Missing, Streamed } from '../dto/described.js';
import { listing, pageOf, success, type Envelope } from '../envelope.js';
import { uuidAt } from '../validation.js';
import { versionOf } from './if-match.js';
import { shownEvent, shownSuggestion, shownSuggestions } from './present-suggestion.js';
import { SuggestionAnswer, SuggestionsAnswer } from './suggestion-answers.js';
import { BundleAppliedAnswer, RolledBackAnswer } from './suggestion-outcomes.js';
import { suggestRequest } from './suggestion-requests.js';
import { ApplySafeDto, SuggestDto, SuggestionQueryDto } from './suggestion-bodies.js';

/** Changes that would make a workflow better, each proved. */
@ApiTags('suggestions')
@Controller(['api/v1/workflows/:id', 'api/workflows/:id'])
export class SuggestionsController {
  constructor(
    @Inject(SUGGESTIONS) private readonly suggestions: Suggestions,
    @Inject(STREAMS) private readonly limits: StreamLimits,
    private readonly clients: Clients,
  ) {}

  @Post('suggestions')
  @HttpCode(200)
  @ApiOperation({ summary: 'Find what would make the current version of a workflow better, and keep it.' })
  @Missing('workflow_not_found')
  @Faulty()
  @ApiResponse({ status: 503, description: 'llm_unavailable: `llm: require`, and no model can be asked.' })
  @Answered(SuggestionsAnswer, {
    hints: { suggestions: { type: 'array', items: { $ref: getSchemaPath(SuggestionAnswer) } } },
  })
  async suggest(@Param('id') id: string, @Body() body: SuggestDto): Promise<Envelope> {
    const answer = shownSuggestions(await this.suggestions.suggest(uuidAt(id, '/id'), suggestRequest(body)));
    const { suggestions } = answer;
    return success(`${suggestions.length} suggestion(s)`, answer, { suggestions });
  }

  @Post('suggestions/stream')
  @HttpCode(200)
  @ApiOperation({
    summary:
      'The same as it comes, as server-sent events: analysis, suggestion, progress, rejected, question, usage, degraded, and done or error at the end.',
  })
  @ApiHeader({
    name: 'Last-Event-ID',
    required: false,
    description: 'Go on behind this event. One that is not known any more: from the beginning.',
  })
  @Streamed()
  @Missing('workflow_not_found')
  @Faulty()
  async stream(
    @Param('id') id: string,
    @Body() body: SuggestDto,
    @Headers('last-event-id') after: string | undefined,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const events = await this.suggestions.stream(uuidAt(id, '/id'), suggestRequest(body), after);
    const { limits, clients } = this;
    await sendTold(reply, { events, shown: shownEvent, limits, clients });
  }

  @Get('suggestions')
  @ApiOperation({ summary: 'List the suggestions that are kept for a workflow, the best first.' })
  @Missing('workflow_not_found')
  @AnsweredList('suggestions', SuggestionAnswer)
  async list(@Param('id') id: string, @Query() query: SuggestionQueryDto): Promise<Envelope> {
    const page = pageOf(query);
    const { status, version } = query;
    const { items, total } = await this.suggestions.list({
      ...{ workflow: uuidAt(id, '/id'), offset: page.offset, limit: page.limit },
      ...(status !== undefined && { status }),
      ...(version !== undefined && { version }),
    });
    return listing('suggestions', items.map(shownSuggestion), { ...page, total });
  }

  @Post('suggestions/apply-safe')
  @HttpCode(200)
  @ApiOperation({
    summary:
      'Apply the best open suggestions after which results are the same and that touch nothing in common, proved and simulated as one, in one new version.',
  })
  @ApiHeader({ name: 'If-Match', required: false, description: 'The version that was seen.' })
  @ApiResponse({ status: 409, description: 'suggestion_stale' })
  @ApiResponse({ status: 422, description: 'Every fault, with its JSON pointer; suggestion_unproved.' })
  @Missing('workflow_not_found, suggestion_not_found')
  @Answered(BundleAppliedAnswer)
  async applySafe(
    @Param('id') id: string,
    @Body() body: ApplySafeDto,
    @Headers('if-match') match: string | undefined,
  ): Promise<Envelope> {
    const ifMatch = versionOf(match);
    const { applied, bundle, left } = await this.suggestions.applySafe(uuidAt(id, '/id'), {
      ...body,
      ...(ifMatch !== undefined && { ifMatch }),
    });
    const answer: BundleAppliedAnswer = { applied, bundle: bundle && shownSuggestion(bundle), left };
    return success(applied ? `Version ${applied.version}` : 'Nothing to apply', answer);
  }

  @Post('versions/:version/rollback')
  @HttpCode(200)
  @ApiOperation({ summary: 'Make a stored version the current one again, byte for byte.' })
  @ApiResponse({ status: 409, description: 'version_changed: somebody else changed the workflow meanwhile.' })
  @ApiResponse({ status: 422, description: 'It is not valid with the task types of today.' })
  @Missing('workflow_not_found, version_not_found')
  @Answered(RolledBackAnswer)
  async rollback(@Param('id') id: string, @Param('version') version: string): Promise<Envelope> {
    const answer = await this.suggestions.rollback(uuidAt(id, '/id'), version);
    return success(`Version ${answer.version} is the current one`, answer);
  }
}
