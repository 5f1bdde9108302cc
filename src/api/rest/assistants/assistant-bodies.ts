import { AnObject, Text } from '../dto/fields.js';

/** What a plan is wanted for. */
export class PlanDto {
  @AnObject({ description: 'Input of the workflow; absent: what depends on it is open.' })
  input?: Record<string, unknown>;

  @Text(128, { description: 'Version of the workflow; the current one when absent.' })
  version?: string;

  @AnObject({
    description:
      'How tasks are taken to end, by address or pattern: {"/ask": {"output": {…}}, "/each[*]/fetch": {"failure": {"code": "busy"}}}.',
  })
  assume?: Record<string, unknown>;
}
