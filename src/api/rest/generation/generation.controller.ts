import { Body, Controller, Headers, HttpCode, Inject, Post, Res } from '@nestjs/common';
import { ApiHeader, ApiOperation, ApiResponse, ApiTags, getSchemaPath } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { Generation } from '../../../llm/ports/index.js';
import { Clients } from '../../streams/clients.js';
import type { StreamLimits } from '../../streams/stream-limits.js';
import { sendTold } from '../../streams/told-stream.js';
import { GENERATION, STREAMS } from '../../tokens.js';
import { Answered } from '../dto/answered.js';
import { Faulty, Streamed } from '../dto/described.js';
import { success, type Envelope } from '../envelope.js';
import { generateRequest } from './generate-request.js';
import { CandidateAnswer, CandidatesAnswer } from './generation-answers.js';
import { GenerateDto } from './generation-bodies.js';

const NO_MODEL = { status: 503, description: 'llm_unavailable: `llm: require`, and no model can be asked.' };

/** Workflows from words. */
@ApiTags('assistants')
@Controller(['api/v1/workflows', 'api/workflows'])
export class GenerationController {
  constructor(
    @Inject(GENERATION) private readonly generation: Generation,
    @Inject(STREAMS) private readonly limits: StreamLimits,
    private readonly clients: Clients,
  ) {}

  @Post('generate')
  @HttpCode(200)
  @ApiOperation({
    summary:
      'Make workflows of words: the nearest templates with what the words say filled in, and what a model writes, all checked. Keeps nothing, starts nothing.',
  })
  @Faulty()
  @ApiResponse(NO_MODEL)
  @Answered(CandidatesAnswer, {
    hints: { candidates: { type: 'array', items: { $ref: getSchemaPath(CandidateAnswer) } } },
  })
  async generate(@Body() body: GenerateDto): Promise<Envelope> {
    const answer = await this.generation.generate(generateRequest(body));
    const { candidates } = answer;
    return success(`${candidates.length} candidate(s); nothing was kept`, answer, { candidates });
  }

  @Post('generate/stream')
  @HttpCode(200)
  @ApiOperation({
    summary:
      'The same as it comes, as server-sent events: analysis, candidate, rejected, usage, degraded, and done or error at the end.',
  })
  @ApiHeader({
    name: 'Last-Event-ID',
    required: false,
    description: 'Go on behind this event. One that is not known any more: from the beginning.',
  })
  @Streamed()
  @Faulty()
  @ApiResponse(NO_MODEL)
  async stream(
    @Body() body: GenerateDto,
    @Headers('last-event-id') after: string | undefined,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const events = await this.generation.stream(generateRequest(body), after);
    const { limits, clients } = this;
    await sendTold(reply, { events, limits, clients });
  }
}
