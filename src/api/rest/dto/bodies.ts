import { AnObject, Between, Flag, Id, Ids, Nested, OneOf, Strict, Text, Whole } from './fields.js';

export const BUDGET_WORDS =
  'What the execution may use, {tokens, calls, cost: {USD}, seconds}, beside the budget of its workflow: of each limit, the tighter holds.';

@Strict()
export class RetryOptionsDto {
  @Whole(0, 1000)
  max_retries?: number;

  @OneOf(['fixed', 'linear', 'exponential'])
  backoff_strategy?: string;

  @Between(0, 86_400, { also: ['retry_interval', 'retryInterval'], description: 'Seconds before the first retry.' })
  initial_delay?: number;

  @Between(0, 604_800, { description: 'Seconds that no pause exceeds.' })
  max_delay?: number;

  @Between(1, 100, { also: ['backoff_factor', 'backoffFactor'] })
  backoff_multiplier?: number;

  @Between(0.001, 31_536_000, { description: 'Seconds that all attempts together may take.' })
  max_elapsed?: number;

  @Between(0, 1, { description: 'Share of a pause that chance may add or take.' })
  jitter?: number;
}

@Strict()
export class ExecutionOptionsDto {
  @Flag({ description: 'false: the answer waits for the end of the execution.' })
  async?: boolean;

  @Between(0.001, 31_536_000, { description: 'Seconds that the execution may take.' })
  timeout?: number;

  @AnObject({ description: BUDGET_WORDS })
  budget?: Record<string, unknown>;

  @Nested(RetryOptionsDto, { description: 'For tasks that state no policy of their own.' })
  retry_policy?: RetryOptionsDto;
}

/** What an execution starts with. */
export class ExecuteDto {
  @AnObject({ description: 'Input of the workflow; {} when absent.' })
  input?: Record<string, unknown>;

  @AnObject({ description: 'Kept with the execution; it can be listed by metadata.<key>=value.' })
  metadata?: Record<string, unknown>;

  @Text(128, { description: 'Version of the workflow; the latest when absent.' })
  version?: string;

  @Nested(ExecutionOptionsDto)
  execution_options?: ExecutionOptionsDto;
}

export class StartDto extends ExecuteDto {
  @Id({ required: true, also: ['workflow_definition_id'], description: 'The workflow to run.' })
  workflow_id!: string;
}

@Strict()
export class MigrateDto {
  @Text(128, { required: true, also: ['version', 'to'], description: 'The version to go on with.' })
  to_version!: string;

  @Text(128, { also: ['from'], description: 'Only executions of this version; all others when absent.' })
  from_version?: string;

  @Ids(10_000, { also: ['executions'], description: 'Only these; all open ones when absent.' })
  execution_ids?: string[];
}

export class ReasonDto {
  @Text(1000)
  reason?: string;
}

/** How a paused execution goes on. */
export class ResumeDto {
  @AnObject({
    also: ['raise', 'limits'],
    description: 'New limits of its budget, as a whole each: {"tokens": 200000, "cost": {"USD": 5}}. Others stay.',
  })
  budget?: Record<string, unknown>;

  @Text(255, { also: ['raised_by', 'user'], description: 'Who raises them. The workflow may name who can.' })
  by?: string;

  @Text(4000)
  comment?: string;
}

export class CheckpointDto {
  @Text(255)
  name?: string;

  @Text(4000)
  description?: string;
}

export class CheckpointOfDto extends CheckpointDto {
  @Id({ required: true })
  execution_id!: string;
}

export class RestoreOptionsDto {
  @Nested(ExecutionOptionsDto, {
    description: 'async false waits for the end, timeout says how long; the rest is as in the restored execution.',
  })
  execution_options?: ExecutionOptionsDto;
}

export class RestoreDto extends RestoreOptionsDto {
  @Id({ required: true })
  checkpoint_id!: string;
}
