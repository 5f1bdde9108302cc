import { AnObject, Text } from '../../rest/dto/fields.js';

const CONTEXT = 'Who asks, and why. Not looked at.';

/** A call of a tool that the path names. */
export class ExecuteToolDto {
  @AnObject({ also: ['arguments', 'params'], description: 'What the tool takes.' })
  parameters?: Record<string, unknown>;

  @AnObject({ description: CONTEXT })
  context?: Record<string, unknown>;
}

/** A call of a tool that the body names. */
export class ProcessDto {
  @Text(255, {
    required: true,
    also: ['tool', 'name'],
    description: 'With or without harmonia. or harmonia_ before it.',
  })
  tool_name!: string;

  @AnObject({ also: ['parameters', 'params'], description: 'What the tool takes.' })
  arguments?: Record<string, unknown>;

  @AnObject({ description: CONTEXT })
  context?: Record<string, unknown>;
}

/** `tools/call` without the protocol around it. */
export class CallToolDto {
  @Text(255, { required: true, also: ['tool_name', 'tool'] })
  name!: string;

  @AnObject({ also: ['parameters'] })
  arguments?: Record<string, unknown>;
}

export class ListPageDto {
  @Text(100, { description: 'nextCursor of the page before.' })
  cursor?: string;
}

export class ReadResourceDto {
  @Text(2000, { required: true, description: 'harmonia://workflows/{id}, and so on.' })
  uri!: string;
}
