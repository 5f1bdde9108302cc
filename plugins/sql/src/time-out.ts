import { transient, type TaskFailure } from '@tekton/harmonia/plugin';

export const tooSlow = (timeout: number): TaskFailure =>
  transient('timeout', `The database took longer than ${timeout / 1000} s and was stopped.`);
