import { Body, Controller, Headers, HttpCode, Inject, Post, Req, Res } from '@nestjs/common';
import { ApiHeader, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { CONTEXT_HEADERS } from '../../../tekton/utilities/context/index.js';
import type { MessageDesk } from '../../../tekton/ports/index.js';
import { MESSAGES } from '../../tokens.js';
import { Answered } from '../dto/answered.js';
import { Faulty, Missing } from '../dto/described.js';
import { success, type Envelope } from '../envelope.js';
import { MessageReplyAnswer } from './caller-answers.js';
import { MessageDto } from './caller-bodies.js';
import { mayIn } from './may.js';
import { Talks } from './talks.js';

/** What people write to Harmonia from aish. */
@ApiTags('platform')
@Controller(['api/v1', 'api'])
export class MessageController {
  constructor(
    @Inject(MESSAGES) private readonly messages: MessageDesk,
    private readonly talks: Talks,
  ) {}

  @Post('message')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Answer a command, or words; `help` tells what it knows. A model is asked only about words.',
    description: 'What a message asks for needs the permission that it needs elsewhere: read, run, or write to create.',
  })
  @ApiHeader({
    name: 'X-Context-ID',
    required: false,
    description:
      'The talk that it belongs to, 1 to 128 letters, digits or any of `_.:@+~-`; `it` then means what was talked about.',
  })
  @Answered(MessageReplyAnswer, { hints: { response: { type: 'string' } } })
  @Faulty()
  @Missing('workflow_not_found, execution_not_found')
  async answer(
    @Body() { message }: MessageDto,
    @Headers(CONTEXT_HEADERS.context) talk: string | undefined,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Envelope> {
    const actor = request.caller?.actor ?? '';
    const before = talk === undefined ? {} : this.talks.about(talk, actor);
    const { intent, response, data, about } = await this.messages.answer(message, {
      may: mayIn(request),
      about: before,
    });
    if (talk !== undefined && this.talks.keep(talk, actor, { message, response, about }))
      void reply.header(CONTEXT_HEADERS.context, talk);
    return success('Answered', { intent, response, details: data }, { response });
  }
}
