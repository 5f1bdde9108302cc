import { Body, Controller, HttpCode, Inject, Param, Post, Req, UseFilters } from '@nestjs/common';
import { inWordsOf, KeyOfCaller, type CallerKey } from '../../access/caller-key.js';
import { ApiBody, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import type { JsonObject } from '../../../kernel/index.js';
import type { OwnActions } from '../../../tekton/ports/index.js';
import { OWN_ACTIONS } from '../../tokens.js';
import { Faulty, Keyed, Missing } from '../dto/described.js';
import { plainJson } from '../validation.js';
import { ActionErrorFilter } from './action-error.filter.js';
import { mayIn } from './may.js';

const ANY = { schema: { type: 'object', additionalProperties: true } } as const;

/** What the platform's client in Python calls: bare params, bare answers. */
@ApiTags('platform')
@UseFilters(ActionErrorFilter)
@Controller(['api/v1/capabilities', 'api/capabilities', 'capabilities'])
export class CapabilitiesController {
  constructor(@Inject(OWN_ACTIONS) private readonly actions: OwnActions) {}

  @Post(':capability')
  @HttpCode(200)
  @ApiOperation({ summary: 'Call an action with its params as the body; the answer has no envelope.' })
  @Keyed()
  @ApiBody(ANY)
  @ApiResponse({ status: 200, description: 'What the action answers.', content: { 'application/json': ANY } })
  @Faulty()
  @Missing('action_not_found, workflow_not_found, execution_not_found, …')
  call(
    @Param('capability') capability: string,
    @Body() body: unknown,
    @KeyOfCaller() key: CallerKey | undefined,
    @Req() request: FastifyRequest,
  ): Promise<JsonObject> {
    mayIn(request)(this.actions.needed(capability));
    const params = plainJson(body ?? {}, '');
    return this.actions
      .call({ action: capability, params, ...(key !== undefined && { key: key.kept }) })
      .catch(inWordsOf(key));
  }
}
