import type { RunEvent } from '../../engine/core/index.js';

type Recorded = readonly RunEvent['type'][];

/** Every name of a public event, documented and upstream's, and the journal events that it is made of. */
export const PUBLIC_TYPES: Readonly<Record<string, Recorded>> = {
  execution_started: ['execution_started'],
  execution_completed: ['execution_completed'],
  execution_failed: ['execution_failed'],
  execution_canceled: ['execution_canceled'],
  execution_paused: ['execution_paused'],
  execution_resumed: ['execution_resumed'],
  execution_reopened: ['execution_reopened'],
  execution_migrated: ['execution_migrated'],
  usage_recorded: ['usage_recorded'],
  budget_raised: ['budget_raised'],
  workflow_started: ['execution_started'],
  workflow_completed: ['execution_completed'],
  workflow_failed: ['execution_failed'],
  workflow_canceled: ['execution_canceled'],
  workflow_paused: ['execution_paused'],
  workflow_resumed: ['execution_resumed', 'execution_reopened'],
  checkpoint_created: ['checkpoint_created'],
  compensation_started: ['compensation_started'],
  notice_started: ['notice_started'],
  state_changed: ['variables_set'],
  event_received: ['event_received'],
  webhook_received: ['execution_started'],
  task_started: ['step_opened', 'step_started'],
  task_waiting: ['step_armed'],
  task_completed: ['step_completed', 'step_kept'],
  task_failed: ['step_failed', 'step_kept'],
  task_skipped: ['step_skipped', 'step_kept'],
  task_canceled: ['step_canceled'],
  timeout_occurred: ['step_failed', 'attempt_failed'],
  retry_attempted: ['attempt_failed'],
  error_occurred: ['attempt_lost'],
};
