import { ApiProperty } from '@nestjs/swagger';

const anyObject = { type: 'object', additionalProperties: true } as const;
const anything = { description: 'Any JSON.', anyOf: [{}] };
const textOrNull = { type: String, nullable: true } as const;

const Given = (options: object): PropertyDecorator => ApiProperty(options);

class CapabilityAnswer {
  @Given({ type: String }) name!: string;
  @Given({ type: String }) description!: string;
  @Given({ enum: ['orchestration', 'integration'] }) modality!: string;
}

export class CapabilitiesAnswer {
  @Given({ type: [CapabilityAnswer] }) capabilities!: readonly CapabilityAnswer[];
  @Given({ type: 'integer' }) count!: number;
}

export class ToolAnswer {
  @Given({ type: String }) id!: string;
  @Given({ type: String }) name!: string;
  @Given({ type: String }) description!: string;
  @Given({ ...anyObject, description: 'JSON Schema of the parameters.' }) schema!: object;
  @Given({ ...anyObject, description: 'The same.' }) input_schema!: object;
  @Given({ type: [String] }) tags!: readonly string[];
  @Given({ type: String }) category!: string;
  @Given({ type: String }) version!: string;
  @Given({ type: String, description: 'Where it is called.' }) endpoint!: string;
  @Given(anyObject) metadata!: object;
}

export class ToolsAnswer {
  @Given({ type: [ToolAnswer] }) tools!: readonly ToolAnswer[];
  @Given({ type: 'integer' }) count!: number;
}

export class McpHealthAnswer {
  @Given({ enum: ['ok', 'degraded', 'error'] }) status!: string;
  @Given({ type: String }) component!: string;
  @Given({ enum: ['running', 'not_initialized'] }) workflow_engine!: string;
  @Given({ type: String }) message!: string;
}

export class WorkflowStatusAnswer {
  @Given({ enum: ['running'] }) status!: string;
  @Given({ type: String }) component!: string;
  @Given({ type: 'integer' }) active_executions!: number;
  @Given({ type: [String] }) components!: readonly string[];
  @Given({ type: 'integer' }) component_count!: number;
  @Given({ type: [String] }) capabilities!: readonly string[];
}

/** What came of a call, also of one that was refused. */
export class ToolOutcomeAnswer {
  @Given({ type: Boolean }) success!: boolean;
  @Given({ ...anything, description: 'Of a refusal: {error: text}.' }) result!: unknown;
  @Given({ ...textOrNull, description: 'Null: there was none.' }) error!: string | null;
}

export class ProcessedAnswer extends ToolOutcomeAnswer {
  @Given({ enum: ['success', 'error'] }) status!: string;
  @Given({ ...anyObject, description: 'tool; and of a refusal code and details, with its cure and faults.' })
  metadata!: object;
}

export class ExecutedToolAnswer extends ToolOutcomeAnswer {
  @Given({ type: String }) tool_id!: string;
  @Given({ type: String, required: false, description: 'Of a refusal; see docs/errors.md.' }) code?: string;
  @Given({ ...anyObject, required: false, description: 'Of a refusal: its cure and faults.' }) details?: object;
}

export class ProtocolToolsAnswer {
  @Given({ type: 'array', items: anyObject, description: 'As `tools/list` of MCP tells them.' })
  tools!: readonly object[];
}

export class CallToolAnswer {
  @Given({ type: 'array', items: anyObject }) content!: readonly object[];
  @Given({ ...anyObject, required: false }) structuredContent?: object;
  @Given({ type: Boolean, required: false }) isError?: boolean;
}

export class ResourcesAnswer {
  @Given({ type: 'array', items: anyObject }) resources!: readonly object[];
  @Given({ type: String, required: false }) nextCursor?: string;
}

export class ResourceAnswer {
  @Given({ type: 'array', items: anyObject }) contents!: readonly object[];
}
