import type { JsonObject } from '../../kernel/index.js';
import type { StepStatus } from '../../engine/core/index.js';
import type { ExecutionRecord, ExecutionStatus, TaskRunRecord } from '../../api/ports/index.js';
import type { ExecutionEntity, TaskRunEntity } from '../entities/tables.js';

export const orUndefined = <T>(value: T | null): T | undefined => value ?? undefined;

/** What the tables say, in the words of the API's port. */
export const toExecution = (row: ExecutionEntity): ExecutionRecord => ({
  id: row.id,
  workflowId: row.workflow_id,
  workflowName: row.workflow_name,
  workflowVersion: row.workflow_version,
  definition: row.definition,
  status: row.status as ExecutionStatus,
  totalTasks: row.total_tasks,
  metadata: JSON.parse(row.metadata) as JsonObject,
  errorCode: orUndefined(row.error_code),
  errorMessage: orUndefined(row.error_message),
  restoredFrom: orUndefined(row.restored_from),
  journal: row.journal as ExecutionRecord['journal'],
  createdAt: row.created_at,
  updatedAt: row.updated_at,
  endedAt: orUndefined(row.ended_at),
});

export const toTaskRun = (row: TaskRunEntity): TaskRunRecord => ({
  step: row.step,
  generation: row.generation,
  status: row.status as StepStatus,
  attempt: row.attempt,
  retries: row.retries,
  firstStartedAt: orUndefined(row.first_started_at),
  startedAt: orUndefined(row.started_at),
  endedAt: orUndefined(row.ended_at),
  wakeAt: orUndefined(row.wake_at),
  inputSeq: orUndefined(row.input_seq),
  endSeq: orUndefined(row.end_seq),
  cause: orUndefined(row.cause),
  errorCode: orUndefined(row.error_code),
  errorMessage: orUndefined(row.error_message),
  waitsFor: orUndefined(row.waits_for),
  child: orUndefined(row.child),
});
