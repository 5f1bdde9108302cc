import { Body, Controller, HttpCode, Inject, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { MessageDesk } from '../../../tekton/ports/index.js';
import { MESSAGES } from '../../tokens.js';
import { Answered } from '../dto/answered.js';
import { Faulty, Missing } from '../dto/described.js';
import { success, type Envelope } from '../envelope.js';
import { MessageReplyAnswer } from './caller-answers.js';
import { MessageDto } from './caller-bodies.js';

/** What people write to Harmonia from aish. */
@ApiTags('platform')
@Controller(['api/v1', 'api'])
export class MessageController {
  constructor(@Inject(MESSAGES) private readonly messages: MessageDesk) {}

  @Post('message')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Answer a command, or words; `help` tells what it knows. A model is asked only about words.',
  })
  @Answered(MessageReplyAnswer, { hints: { response: { type: 'string' } } })
  @Faulty()
  @Missing('workflow_not_found, execution_not_found')
  async answer(@Body() { message }: MessageDto): Promise<Envelope> {
    const { intent, response, data } = await this.messages.answer(message);
    return success('Answered', { intent, response, details: data }, { response });
  }
}
