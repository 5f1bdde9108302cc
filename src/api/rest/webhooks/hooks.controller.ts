import { All, Controller, Inject, Param, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { HookReceiver } from '../../../integration/ports/index.js';
import { HOOKS } from '../../tokens.js';
import { Answered, naming } from '../dto/answered.js';
import { success, type Envelope } from '../envelope.js';
import { HookAnswer } from './webhook-answers.js';

const HINTS = naming('delivery_id');
const EMPTY = new Uint8Array();

const searchOf = (url: string): string => {
  const at = url.indexOf('?');
  return at === -1 ? '' : url.slice(at + 1);
};

/** Where others call webhooks. The body comes as bytes: see `readHookBodies`. */
@ApiTags('webhooks')
@Controller('hooks')
export class HooksController {
  constructor(@Inject(HOOKS) private readonly hooks: HookReceiver) {}

  @All(':endpoint')
  @ApiOperation({ summary: 'Call a webhook. Answered when the delivery is durable.' })
  @Answered(HookAnswer, { status: 202, description: 'Accepted.', hints: HINTS })
  @Answered(HookAnswer, { status: 200, description: 'This delivery id was accepted before.', hints: HINTS })
  @ApiResponse({ status: 401, description: 'hook_unverified, hook_stale' })
  @ApiResponse({ status: 404, description: 'hook_not_found' })
  @ApiResponse({ status: 405, description: 'hook_method' })
  @ApiResponse({ status: 410, description: 'hook_disabled' })
  @ApiResponse({ status: 413, description: 'payload_too_large' })
  @ApiResponse({ status: 503, description: 'hook_unready, backlog_full, storage_unavailable: send it again later.' })
  async receive(
    @Param('endpoint') endpoint: string,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Envelope> {
    const { delivery, isNew, status, executions, messageId } = await this.hooks.receive({
      endpoint,
      method: request.method,
      rawHeaders: request.raw.rawHeaders,
      search: searchOf(request.raw.url ?? ''),
      body: Buffer.isBuffer(request.body) ? request.body : EMPTY,
      from: request.ip,
    });
    void reply.status(isNew ? 202 : 200);
    const execution = executions[0] ?? null;
    const words = { delivery_id: delivery, execution_id: execution, status, message_id: messageId };
    return success(isNew ? 'Accepted' : 'Accepted before', words, { delivery_id: delivery, execution_id: execution });
  }
}
