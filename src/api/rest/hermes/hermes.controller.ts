import { Controller, Get, HttpCode, Inject, Post } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { HermesDesk, HermesStatus } from '../../../hermes/ports/index.js';
import { HarmoniaError, isoInstant, type Instant } from '../../../kernel/index.js';
import { HERMES_STATE } from '../../tokens.js';
import { Answered } from '../dto/answered.js';
import { success, type Envelope } from '../envelope.js';
import { HermesAnswer } from './hermes-answer.js';

const timeOf = (time: Instant | undefined): string | null => (time === undefined ? null : isoInstant(time));

const OFF: HermesAnswer = {
  ...{ configured: false, registered: false, state: 'off', url: null, component_id: null, endpoint: null },
  ...{ registered_at: null, last_heartbeat: null, next: null, trouble: null, tools: [], peers: [] },
};

const shown = (status: HermesStatus): HermesAnswer => {
  if (!status.configured) return OFF;
  const { state, url, componentId, endpoint, since, lastHeard, next, trouble, tools, peers } = status;
  return {
    ...{ configured: true, registered: state === 'registered', state, url, component_id: componentId },
    ...{ endpoint: endpoint ?? null, registered_at: timeOf(since), last_heartbeat: timeOf(lastHeard) },
    ...{ next: timeOf(next), trouble: trouble ?? null, tools: [...tools] },
    peers: peers.map(({ name, endpoint: address, use }) => ({ name, endpoint: address, use })),
  };
};

/** How it stands with Hermes. Every answer is made from memory: no request waits for it. */
@ApiTags('service')
@Controller(['api/v1', 'api'])
export class HermesController {
  constructor(@Inject(HERMES_STATE) private readonly hermes: HermesDesk) {}

  @Get('hermes')
  @ApiOperation({ summary: 'How it stands with Hermes: the registration, our tools there, other components.' })
  @Answered(HermesAnswer)
  status(): Envelope {
    const answer = shown(this.hermes.status());
    return success(answer.registered ? 'Registered with Hermes' : 'Not registered with Hermes', answer);
  }

  @Post('hermes/register')
  @HttpCode(202)
  @ApiOperation({
    summary: 'Register with Hermes now rather than when it is due. GET /api/v1/hermes tells what comes of it.',
  })
  @ApiResponse({ status: 409, description: 'hermes_not_configured, hermes_not_now' })
  @Answered(HermesAnswer, { status: 202 })
  register(): Envelope {
    const { configured } = this.hermes.status();
    if (!configured) throw new HarmoniaError('hermes_not_configured');
    if (!this.hermes.registerNow()) throw new HarmoniaError('hermes_not_now');
    return success('Registering', shown(this.hermes.status()));
  }
}
