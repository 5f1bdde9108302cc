import { Body, Controller, Get, HttpCode, Inject, Param, Put, Query } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { isJsonObject, type JsonObject, type Uuid } from '../../../kernel/index.js';
import type { Engine } from '../../../engine/index.js';
import { ENGINE } from '../../tokens.js';
import { Answered } from '../dto/answered.js';
import { VariablesAnswer } from '../dto/answers.js';
import { AtQueryDto } from '../dto/queries.js';
import { VariablesDto } from '../dto/wait-bodies.js';
import { success, type Envelope } from '../envelope.js';
import { ExecutionView } from './execution-view.js';
import { plainJson, uuidAt } from '../validation.js';

/** The `state` of executions: variables that their tasks assign, and that people may. */
@ApiTags('executions')
@Controller(['api/v1', 'api'])
export class VariablesController {
  constructor(
    @Inject(ENGINE) private readonly engine: Engine,
    private readonly view: ExecutionView,
  ) {}

  @Get('executions/:id/state')
  @ApiOperation({ summary: 'Get the variables of an execution, now or right after an event of its journal.' })
  @ApiResponse({ status: 410, description: 'journal_gone' })
  @Answered(VariablesAnswer)
  async get(@Param('id') text: string, @Query() { at }: AtQueryDto): Promise<Envelope> {
    const id = uuidAt(text, '/id');
    return success('State', await this.variables(id, at), { execution_id: id });
  }

  @Put('executions/:id/state')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Assign variables of the workflow; those that are not named stay. Steps that wait for one hear of it.',
  })
  @ApiResponse({ status: 409, description: 'conflict: it has ended.' })
  @ApiResponse({ status: 422, description: 'A name that is no variable of the workflow, and that no step waits for.' })
  @Answered(VariablesAnswer)
  async set(@Param('id') text: string, @Body() { variables }: VariablesDto): Promise<Envelope> {
    const id = uuidAt(text, '/id');
    await this.view.mustFind(id);
    const values = plainJson(variables, '/variables');
    await this.engine.setVariables(id, isJsonObject(values) ? values : {});
    return success('State set', await this.variables(id), { execution_id: id });
  }

  private async variables(id: Uuid, at?: number): Promise<JsonObject> {
    const { workflow, bodies } = await this.view.variables(id, at);
    return {
      execution_id: id,
      variables: workflow,
      bodies: bodies.map(({ address, values }) => ({ step: address, variables: values })),
    };
  }
}
