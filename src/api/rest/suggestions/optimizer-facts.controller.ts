import { Body, Controller, Get, HttpCode, Inject, Param, Put } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Confirmation, Suggestions } from '../../../llm/ports/index.js';
import { SUGGESTIONS } from '../../tokens.js';
import { Answered, AnsweredList } from '../dto/answered.js';
import { Faulty, Missing } from '../dto/described.js';
import { listing, success, type Envelope } from '../envelope.js';
import { plainJson, uuidAt } from '../validation.js';
import { ConfirmationAnswer, FACTS_BODY, OptimizerFactsAnswer } from './suggestion-outcomes.js';
import { UnorderedPairsDto } from './suggestion-bodies.js';

/** What is known of actions and tasks beyond what their types say. */
@ApiTags('suggestions')
@Controller(['api/v1', 'api'])
export class OptimizerFactsController {
  constructor(@Inject(SUGGESTIONS) private readonly suggestions: Suggestions) {}

  @Get('optimizer/facts')
  @ApiOperation({ summary: 'What the operator states of actions: their effects, and which commute.' })
  @Answered(OptimizerFactsAnswer)
  async get(): Promise<Envelope> {
    return success('Facts', await this.suggestions.facts());
  }

  @Put('optimizer/facts')
  @HttpCode(200)
  @ApiOperation({ summary: 'State what actions do, for all workflows. Replaces what was stated before.' })
  @ApiBody({ schema: FACTS_BODY })
  @Faulty()
  @Answered(OptimizerFactsAnswer)
  async put(@Body() body: unknown): Promise<Envelope> {
    await this.suggestions.stateFacts(plainJson(body, ''));
    return success('Facts stated', await this.suggestions.facts());
  }

  @Get('workflows/:id/unordered')
  @ApiOperation({ summary: 'Pairs of tasks that somebody lets run at the same time.' })
  @Missing('workflow_not_found')
  @AnsweredList('unordered', ConfirmationAnswer)
  async confirmations(@Param('id') id: string): Promise<Envelope> {
    return this.shown(await this.suggestions.confirmations(uuidAt(id, '/id')));
  }

  @Put('workflows/:id/unordered')
  @HttpCode(200)
  @ApiOperation({
    summary:
      'Let pairs of tasks of the current version run at the same time. Replaces what was said before; holds until one of the two says something else.',
  })
  @Missing('workflow_not_found')
  @Faulty()
  @AnsweredList('unordered', ConfirmationAnswer)
  async confirm(@Param('id') id: string, @Body() { unordered }: UnorderedPairsDto): Promise<Envelope> {
    const workflow = uuidAt(id, '/id');
    const pairs = unordered.map(({ scope = '', tasks: [one = '', other = ''] }) => ({
      scope,
      tasks: [one, other] as const,
    }));
    await this.suggestions.confirm(workflow, pairs);
    return this.shown(await this.suggestions.confirmations(workflow));
  }

  private shown(pairs: readonly Confirmation[]): Envelope {
    return listing('unordered', pairs, { page: 1, limit: Math.max(1, pairs.length), total: pairs.length });
  }
}
