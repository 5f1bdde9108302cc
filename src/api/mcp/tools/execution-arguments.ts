import { AnObject, Between, Flag, Id, OneOf, Strict, Text, Whole } from '../../rest/dto/fields.js';
import { ApprovalDto, EventDto, OPERATIONS, ReexecutionFields } from '../../rest/dto/wait-bodies.js';
import { CONFIRM } from './confirmation.js';
import { PageArguments } from './paging.js';

export class ExecuteArguments {
  @Id({ required: true })
  workflow_id!: string;

  @AnObject({ required: true, also: ['input'], description: 'Input of the workflow; {} when it needs none.' })
  input_data!: Record<string, unknown>;

  @AnObject({ description: 'Kept with the execution.' })
  metadata?: Record<string, unknown>;
}

export class ExecutionArguments {
  @Id({ required: true })
  execution_id!: string;
}

export class CancelArguments extends ExecutionArguments {
  @Flag({ description: CONFIRM })
  confirm?: boolean;
}

export class ListExecutionsArguments extends PageArguments {
  @Id({ description: 'Only executions of this workflow.' })
  workflow_id?: string;

  @Text(255, { description: 'One of pending, running, paused, completed, failed, canceled; several with commas.' })
  status?: string;
}

@Strict()
export class OneExecutionArguments extends ExecutionArguments {}

@Strict()
export class WaitArguments extends ExecutionArguments {
  @Between(0, 3600, {
    description:
      'Seconds to wait at most; the execution goes on all the same, and can be waited for again. Default 50.',
  })
  timeout_seconds?: number;
}

@Strict()
export class EventsArguments extends ExecutionArguments {
  @Text(20, { description: 'next_since of the page before. Default: from the beginning.' })
  since?: string;

  @Whole(1, 1000, { description: 'How many at most. Default 100.' })
  limit?: number;
}

@Strict()
export class RetryArguments extends ReexecutionFields {
  @Id({ required: true })
  execution_id!: string;

  @OneOf(OPERATIONS, {
    description:
      'retry_failed: what failed, and what depends on it, once more; resume: what has not run; rerun_from, skip: from a step on, or without it; fork, restore: a new execution from there. Default retry_failed.',
  })
  operation?: (typeof OPERATIONS)[number];

  @Flag({ description: 'true: tell what would be kept, reset and created, and do nothing.' })
  dry_run?: boolean;
}

@Strict()
export class SendEventArguments extends EventDto {}

@Strict()
export class ApprovalArguments extends ApprovalDto {
  @Id({ required: true })
  execution_id!: string;

  @Flag({ description: CONFIRM })
  confirm?: boolean;
}

@Strict()
export class ListApprovalsArguments extends PageArguments {}
