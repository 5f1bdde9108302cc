import { Controller, Get, Inject } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { isoInstant } from '../../../kernel/index.js';
import type { LlmBoard, LlmTransportStatus } from '../../../llm/ports/index.js';
import { LLM } from '../../tokens.js';
import { Answered } from '../dto/answered.js';
import { success, type Envelope } from '../envelope.js';
import { LlmStatusAnswer, type LlmTransportAnswer } from './llm-answers.js';

const shown = ({ id, address, state, failures, detail, structured }: LlmTransportStatus): LlmTransportAnswer => ({
  ...{ id, address, state: state.is, failures, detail: detail ?? null, structured: structured ?? null },
  until: 'until' in state ? isoInstant(state.until) : null,
});

/** Language models, and how they can be reached. */
@ApiTags('llm')
@Controller(['api/v1', 'api'])
export class LlmController {
  constructor(@Inject(LLM) private readonly llm: LlmBoard) {}

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
}
