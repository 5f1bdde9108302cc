import { Body, Controller, HttpCode, Inject, Post } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { v7 as newId } from 'uuid';
import { HarmoniaError, isJsonObject, type Clock, type JsonObject } from '../../../kernel/index.js';
import { compileTemplate, evaluateTemplate } from '../../../engine/core/index.js';
import { CLOCK } from '../../tokens.js';
import { Answered } from '../dto/answered.js';
import { success, type Envelope } from '../envelope.js';
import { ExecutionView, type StoredExecution } from '../execution/execution-view.js';
import { taskItems } from '../present/execution.js';
import { plainJson, requestFault, uuidAt } from '../validation.js';
import { EvaluatedAnswer } from './caller-answers.js';
import { EvaluateDto } from './caller-bodies.js';

const written = (expression: string): string => (expression.includes('${') ? expression : `\${${expression}}`);

/** What an expression may see of an execution. */
const seenIn = (stored: StoredExecution, state: JsonObject): JsonObject => ({
  input: stored.details.input ?? null,
  state,
  tasks: Object.fromEntries(
    taskItems(stored).map(({ id, status = null, output = null, error = null }) => [
      typeof id === 'string' ? id : '',
      { status, output, error },
    ]),
  ),
});

/** Expressions of workflows, worked out for people. */
@ApiTags('expressions')
@Controller(['api/v1/expressions', 'api/expressions'])
export class ExpressionsController {
  constructor(
    @Inject(CLOCK) private readonly clock: Clock,
    private readonly view: ExecutionView,
  ) {}

  @Post('evaluate')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Work an expression out, over an execution, over given values, or both. Secrets are not there.',
  })
  @Answered(EvaluatedAnswer, { hints: { result: { description: 'The same as in data.' } } })
  @ApiResponse({ status: 404, description: 'execution_not_found' })
  @ApiResponse({ status: 422, description: 'It is no expression, reads what is not there, or fails.' })
  async evaluate(@Body() { expression, instance_id: text, context = {} }: EvaluateDto): Promise<Envelope> {
    const given = plainJson(context, '/context');
    const of = text === undefined ? {} : await this.seenOf(text);
    const variables: JsonObject = { ...of, ...(isJsonObject(given) ? given : {}) };
    const names = new Set(Object.keys(variables));
    const pointer = '/expression';
    const { value, faults } = compileTemplate(written(expression), { pointer, names, secrets: false });
    if (faults.length > 0) throw requestFault(...faults);
    const evaluated = evaluateTemplate(value, { now: this.clock.now(), uuid: () => newId(), variables });
    if (!evaluated.ok) {
      const reason = evaluated.error.message.replace(/^The expression failed: |\.$/g, '');
      throw new HarmoniaError('expression_error', { reason });
    }
    const { value: result } = evaluated.value;
    return success('Evaluated', { result }, { result });
  }

  private async seenOf(text: string): Promise<JsonObject> {
    const id = uuidAt(text, '/instance_id');
    await this.view.mustHaveJournal(id);
    return seenIn(await this.view.stored(id), (await this.view.variables(id)).workflow);
  }
}
