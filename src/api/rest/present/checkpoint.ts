import { isoInstant, type Json } from '../../../kernel/index.js';
import type { CheckpointRecord } from '../../ports/index.js';
import type { StoredExecution } from '../execution-view.js';
import { definitionTasks } from './execution.js';
import type { StepDetails } from './run-details.js';

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

/** What a step was at a place of the journal that it did not see beyond. */
const statusOf = (step: StepDetails | undefined): string => {
  const last = step?.segments.at(-1);
  if (!step || (!last && step.endedAt === undefined)) return 'pending';
  if (step.endedAt === undefined) return last?.outcome === 'running' ? 'running' : 'waiting';
  return step.ended ?? 'completed';
};

/** A checkpoint with what was there at its place; `stored` is read up to it. */
export const checkpointDetails = (checkpoint: CheckpointRecord, stored: StoredExecution): Record<string, Json> => {
  const { record, document, details } = stored;
  const states = [...definitionTasks(document).keys()].map((id) => {
    const step = details.steps.get(`/${id}`);
    const output = step?.output === undefined ? {} : { output: step.output };
    const state: { status: string; output?: Json } = { status: statusOf(step), ...output };
    return [id, state] as const;
  });
  return {
    ...checkpointItem(checkpoint),
    workflow_id: record.workflowId,
    workflow_version: record.workflowVersion,
    completed_tasks: states.flatMap(([id, { status }]) => (status === 'completed' ? [id] : [])),
    task_statuses: Object.fromEntries(states.map(([id, { status }]) => [id, status])),
    task_states: Object.fromEntries(states),
  };
};
