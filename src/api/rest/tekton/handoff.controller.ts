import { Body, Controller, HttpCode, Inject, Post } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { JsonObject } from '../../../kernel/index.js';
import type { Handoffs } from '../../../tekton/ports/index.js';
import { HANDOFFS } from '../../tokens.js';
import { AnsweredBare } from '../dto/answered.js';
import { plainJson } from '../validation.js';
import { HandoffAnswer } from './caller-answers.js';

const text = { type: 'string' };
const PAYLOAD = {
  type: 'object',
  additionalProperties: true,
  properties: {
    action: { enum: ['look_for_work', 'process_sprint', 'update_status', 'import_data', 'export_data'] },
    ...{
      component: text,
      sprint_name: text,
      old_status: text,
      new_status: text,
      from_component: text,
      workflow_id: text,
    },
    data: { description: '`{type: "embedded", content}`, `{type: "reference", workflow_id}`, or the content itself.' },
  },
};
const MESSAGE = {
  type: 'object',
  required: ['purpose'],
  properties: {
    purpose: {
      description: '`check_work`, or a text for each component.',
      oneOf: [text, { type: 'object', additionalProperties: true }],
    },
    dest: { ...text, description: '`harmonia`. Without dest and payload it is asked which sprints are ready.' },
    payload: PAYLOAD,
  },
};

/** What the components of the planning pipeline hand over. */
@ApiTags('platform')
@Controller(['api/v1/workflow', 'api/workflow', 'api/mcp/v2/workflow', 'workflow'])
export class HandoffController {
  constructor(@Inject(HANDOFFS) private readonly handoffs: Handoffs) {}

  @Post()
  @HttpCode(200)
  @ApiOperation({ summary: 'Take a hand-off of another component; what is wrong with its work is told by `status`.' })
  @ApiBody({ schema: MESSAGE })
  @AnsweredBare(HandoffAnswer)
  @ApiResponse({ status: 400, description: 'It is no message.' })
  receive(@Body() body: unknown): Promise<JsonObject> {
    return this.handoffs.receive(plainJson(body, ''));
  }
}
