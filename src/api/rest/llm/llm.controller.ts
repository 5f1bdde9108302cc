import { Controller, Get, Inject, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { isoInstant, type Clock } from '../../../kernel/index.js';
import type { LlmBoard, LlmTransportStatus, LlmUsageBoard } from '../../../llm/ports/index.js';
import { CLOCK, LLM, LLM_USAGE } from '../../tokens.js';
import { Answered } from '../dto/answered.js';
import { success, type Envelope } from '../envelope.js';
import { LlmStatusAnswer, LlmUsageAnswer, type LlmTransportAnswer } from './llm-answers.js';
import { LlmUsageQueryDto, shownUsage, usageQueryOf } from './llm-usage.js';

const shown = ({ id, address, state, failures, detail, structured }: LlmTransportStatus): LlmTransportAnswer => ({
  ...{ id, address, state: state.is, failures, detail: detail ?? null, structured: structured ?? null },
  until: 'until' in state ? isoInstant(state.until) : null,
});

/** Language models, and how they can be reached. */
@ApiTags('llm')
@Controller(['api/v1', 'api'])
export class LlmController {
  constructor(
    @Inject(LLM) private readonly llm: LlmBoard,
    @Inject(LLM_USAGE) private readonly ledger: LlmUsageBoard,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @Get('llm/status')
  @ApiOperation({
    summary:
      'The ways to a language model, and whether they would be used. Looks whether they are there; asks no model.',
  })
  @Answered(LlmStatusAnswer)
  async status(): Promise<Envelope> {
    const { mode, available, transports, resting } = await this.llm.status();
    const answer: LlmStatusAnswer = {
      ...{ mode, available, transports: transports.map(shown) },
      resting: resting.map(({ purpose, until }) => ({ purpose, until: isoInstant(until) })),
    };
    return success(available ? 'A language model can be asked' : 'No language model can be asked', answer);
  }

  @Get('llm/usage')
  @ApiOperation({ summary: 'Tokens that calls of language models took and what they cost, together and in groups.' })
  @Answered(LlmUsageAnswer)
  async usage(@Query() query: LlmUsageQueryDto): Promise<Envelope> {
    const asked = usageQueryOf(query, this.clock.now());
    const answer = shownUsage(await this.ledger.usage(asked), asked, this.ledger.budgets());
    return success(`${answer.calls} calls`, answer);
  }
}
