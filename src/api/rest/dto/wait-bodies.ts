import { AnObject, Anything, Flag, Id, OneOf, Strict, Text, Whole } from './fields.js';

const PAYLOAD = {
  also: ['data', 'event_data'],
  description: 'What the waiting step gets for its output; null when absent.',
};

/** Something that happened outside. */
export class SignalDto {
  @Text(255, { required: true, also: ['signal', 'signal_name', 'event', 'event_name'] })
  name!: string;

  @Anything(PAYLOAD)
  payload?: unknown;

  @Id({ also: ['event_id'], description: 'Makes the delivery safe to repeat: an execution takes each id once.' })
  id?: string;
}

export class EventDto extends SignalDto {
  @Id({ also: ['workflow_definition_id'], description: 'Only executions of this workflow.' })
  workflow_id?: string;

  @Id({ description: 'Only this execution.' })
  execution_id?: string;
}

@Strict()
export class ApprovalDto {
  @Text(4096, { required: true, also: ['task_id', 'address'], description: 'Address of the step: /ok, /each[3]/ok.' })
  step!: string;

  @Flag({ required: true })
  approved!: boolean;

  @Text(4000)
  comment?: string;

  @Text(255, { also: ['approved_by', 'user'], description: 'Who answers. The step may name who can.' })
  by?: string;
}

export class VariablesDto {
  @AnObject({ required: true, also: ['state', 'values'], description: 'Values by name.' })
  variables!: Record<string, unknown>;
}

export class CancelDto {
  @Text(1000)
  reason?: string;

  @Flag({ description: 'true: completed steps with `compensate` are undone first.' })
  compensate?: boolean;
}

export const OPERATIONS = ['resume', 'retry_failed', 'rerun_from', 'skip', 'fork', 'restore'] as const;

/** What an operation is told beside its name. */
export class ReexecutionFields {
  @Text(4096, { description: 'rerun_from, skip: address of the step, such as /fetch or /each[3]/fetch.' })
  step?: string;

  @Whole(1, Number.MAX_SAFE_INTEGER, { description: 'fork: journal position; the last when absent.' })
  at?: number;

  @Id({ description: 'restore: the checkpoint.' })
  checkpoint_id?: string;

  @AnObject({ description: 'fork: another input.' })
  input?: Record<string, unknown>;

  @Text(128, { description: 'fork: another version of the workflow.' })
  version?: string;
}

@Strict()
export class ReexecuteDto extends ReexecutionFields {
  @OneOf(OPERATIONS, { required: true })
  operation!: (typeof OPERATIONS)[number];
}
