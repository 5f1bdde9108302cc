import { deriveUuid } from '../../../kernel/index.js';
import type { CheckpointCreated } from '../event.js';
import { isTerminalRun, type Step } from '../fold/run-state.js';
import { give, type Draft } from './draft.js';
import type { RunRequest } from './request.js';

/** Somebody asks for one. */
export const checkpoint = (
  draft: Draft,
  { checkpoint: id, name, description }: Extract<RunRequest, { is: 'checkpoint' }>,
): void =>
  give(draft, {
    type: 'checkpoint_created',
    at: draft.at,
    checkpoint: id,
    ...(name !== undefined && { name }),
    ...(description !== undefined && { description }),
  });

/** The workflow asks for one before what a step is about to do. */
export const checkpointBefore = (draft: Draft, { task, address }: Step): void => {
  if (draft.state.compiled.checkpoints?.before.has(task.effects)) automatic(draft, 'before', `before ${address}`);
};

/** The workflow asks for one after so many tasks, or after so long. Nothing else has to happen for it: a place in time is none. */
export const checkpointAfter = (draft: Draft): void => {
  const { compiled, sinceCheckpoint, status } = draft.state;
  const { checkpoints } = compiled;
  if (!checkpoints || draft.events.length === 0 || isTerminalRun(status)) return;
  const { everyTasks, every } = checkpoints;
  const { tasks, at } = sinceCheckpoint;
  if (everyTasks !== undefined && tasks >= everyTasks) automatic(draft, 'tasks', `after ${tasks} tasks`);
  else if (every !== undefined && draft.at - at >= every) {
    automatic(draft, 'time', `after ${Math.round((draft.at - at) / 1000)} s`);
  }
};

const automatic = (draft: Draft, why: CheckpointCreated['automatic'] & string, name: string): void => {
  const { execution, seq } = draft.state;
  const id = deriveUuid(execution, 'checkpoint', seq);
  give(draft, { type: 'checkpoint_created', at: draft.at, checkpoint: id, name, automatic: why });
};
