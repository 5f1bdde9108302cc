import { Body, Controller, Get, HttpCode, Inject, Param, Post, Req, UseFilters } from '@nestjs/common';
import { callerKey, inWordsOf, KeyOfCaller, type CallerKey } from '../../access/caller-key.js';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { HarmoniaError } from '../../../kernel/index.js';
import type { OwnActions } from '../../../tekton/ports/index.js';
import { OWN_ACTIONS } from '../../tokens.js';
import { AnsweredBare, AnsweredWith } from '../dto/answered.js';
import { Faulty, Keyed, Missing } from '../dto/described.js';
import { success, type Envelope } from '../envelope.js';
import { CAPABILITIES } from '../infrastructure/component-card.js';
import { plainJson } from '../validation.js';
import { ActionErrorFilter } from './action-error.filter.js';
import { OfferedActionsAnswer, OwnActionSchemaAnswer } from './caller-answers.js';
import { ActionCallDto } from './caller-bodies.js';
import { mayIn } from './may.js';

const ANY = { type: 'object', additionalProperties: true };

/** Harmonia as a component that others orchestrate: what `tekton/action` of another Harmonia asks for. */
@ApiTags('platform')
@UseFilters(ActionErrorFilter)
@Controller(['api/v1', 'api'])
export class ActionsController {
  constructor(@Inject(OWN_ACTIONS) private readonly actions: OwnActions) {}

  @Get('capabilities')
  @ApiOperation({ summary: 'What Harmonia does for other components.' })
  @AnsweredBare(OfferedActionsAnswer)
  offered(): object {
    const details = this.actions.list();
    return { actions: details.map(({ name }) => name), capabilities: CAPABILITIES, details };
  }

  @Get('actions/:action/schema')
  @ApiOperation({ summary: 'JSON Schema of the params of an action.' })
  @AnsweredBare(OwnActionSchemaAnswer)
  @Missing('action_not_found')
  schema(@Param('action') action: string): object {
    const schema = this.actions.schema(action);
    return { action, schema, parameters: schema };
  }

  @Post('actions/:action')
  @HttpCode(200)
  @ApiOperation({ summary: 'Call an action, in the protocol in which workflows call components.' })
  @Keyed('Makes the call safe to repeat; `context.idempotency_key` does, too.')
  @AnsweredWith(ANY, { result: { ...ANY, description: 'The same as data.' } })
  @Faulty()
  @Missing('action_not_found, workflow_not_found, execution_not_found, …')
  async call(
    @Param('action') action: string,
    @Body() { action: named, params = {}, context = {} }: ActionCallDto,
    @KeyOfCaller() header: CallerKey | undefined,
    @Req() request: FastifyRequest,
  ): Promise<Envelope> {
    mayIn(request)(this.actions.needed(action));
    if (named !== undefined && named !== action)
      throw new HarmoniaError('invalid_request', { reason: `the body is for the action ${named}` });
    const { idempotency_key: said } = context;
    const inContext = typeof said === 'string' ? callerKey(request, said, '/context/idempotency_key') : undefined;
    const key = header ?? inContext;
    const result = await this.actions
      .call({ action, params: plainJson(params, '/params'), ...(key !== undefined && { key: key.kept }) })
      .catch(inWordsOf(key));
    return success(`${action} is done`, result, { result });
  }
}
