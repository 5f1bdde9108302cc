import { isoInstant, type Json } from '../../../kernel/index.js';
import type { CheckpointRecord } from '../../ports/index.js';
import type { StoredExecution } from '../execution/execution-view.js';
import { taskItems } from './execution.js';

export const checkpointItem = (checkpoint: CheckpointRecord): Record<string, Json> => ({
  id: checkpoint.id,
  checkpoint_id: checkpoint.id,
  execution_id: checkpoint.execution,
  sequence: checkpoint.seq,
  name: checkpoint.name ?? null,
  description: checkpoint.description ?? null,
  created_at: isoInstant(checkpoint.createdAt),
  timestamp: isoInstant(checkpoint.createdAt),
});

/** A checkpoint with what was there at its place; `stored` is read at it. */
export const checkpointDetails = (checkpoint: CheckpointRecord, stored: StoredExecution): Record<string, Json> => {
  const { record, details } = stored;
  const tasks = taskItems(stored).map(({ id, status, output }) => [id as string, status as string, output] as const);
  const done = tasks.filter(([, status]) => status === 'completed');
  const states = tasks.map(([id, status, output]) => {
    const state: { status: string; output?: Json } = {
      status,
      ...(status === 'completed' && { output: output ?? null }),
    };
    return [id, state] as const;
  });
  const results = Object.fromEntries(done.map(([id, , output]) => [id, output ?? null]));
  return {
    ...checkpointItem(checkpoint),
    workflow_id: record.workflowId,
    workflow_version: record.workflowVersion,
    workflow_status: record.status,
    completed_tasks: done.map(([id]) => id),
    task_statuses: Object.fromEntries(tasks.map(([id, status]) => [id, status])),
    task_states: Object.fromEntries(states),
    state_data: { input: details.input, output: details.output, metadata: record.metadata, task_results: results },
  };
};
