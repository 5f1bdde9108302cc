import { AnObject, Flag, Id, OneOf, Strict, Text } from '../dto/fields.js';
import { PageQueryDto } from '../dto/queries.js';

export class ActionCallDto {
  @Text(128, { description: 'The action of the path once more; another one is refused.' })
  action?: string;

  @AnObject({ description: 'What GET /actions/{action}/schema describes; {} when absent.' })
  params?: Record<string, unknown>;

  @AnObject({ description: 'Who calls. `idempotency_key` makes the call safe to repeat.' })
  context?: Record<string, unknown>;
}

export class MessageDto {
  @Text(10_000, { required: true, also: ['text', 'content'], description: 'A command, or words. `help` tells which.' })
  message!: string;
}

export class SprintQueryDto extends PageQueryDto {
  @Text(100, { description: 'Only those of this status: Ready-2:Harmonia.' })
  status?: string;
}

@Strict()
export class SprintExportDto {
  @Id({ description: 'The workflow that is handed on. Default: the one that was made of the sprint.' })
  workflow_id?: string;

  @Flag({ description: 'Whether the document names the template of the workflow. Default: true.' })
  include_templates?: boolean;

  @Flag({ description: 'Whether tasks say how they are tried again. Default: true.' })
  include_error_handlers?: boolean;

  @Flag({ description: 'Whether Synthesis is asked to start at once. Default: false.' })
  auto_start?: boolean;

  @Flag({ description: 'true: nothing is written.' })
  dry_run?: boolean;
}

@Strict()
export class SprintStatusDto {
  @Text(100, { required: true, also: ['new_status', 'newStatus'] })
  status!: string;

  @Text(100, { also: ['previous_status', 'previousStatus'], description: 'The status that it has up to now.' })
  old_status?: string;
}

export class TransitionDto {
  @OneOf(['pause', 'resume', 'cancel', 'retry', 'restart'], { required: true, also: ['transition'] })
  action!: 'pause' | 'resume' | 'cancel' | 'retry' | 'restart';

  @Id({ also: ['instance_id', 'instanceId'], description: 'An execution of the workflow. Default: the latest.' })
  execution_id?: string;
}

export class EvaluateDto {
  @Text(10_000, { required: true, description: 'With or without ${…}.' })
  expression!: string;

  @Id({ also: ['execution_id', 'executionId'], description: 'The execution whose input, tasks and state it sees.' })
  instance_id?: string;

  @AnObject({ description: 'Further names that it sees; they come before those of the execution.' })
  context?: Record<string, unknown>;
}
