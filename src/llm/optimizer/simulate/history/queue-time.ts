import type { Instant, Millis } from '../../../../kernel/index.js';
import type { Place } from '../places.js';
import type { StepsByAddress } from './decided.js';
import type { ObservedExecution, ObservedStep } from './observation.js';

/** Whether only the process, not the workflow, decides when a step that is ready begins. */
export const isUnlimited = ({ task, owner }: Place, workflowConcurrency: number | undefined): boolean => {
  if (task.limit || workflowConcurrency !== undefined) return false;
  for (let around = owner; around; around = around.owner) {
    const { work } = around.task;
    if (work.is === 'group' && work.concurrency !== undefined) return false;
  }
  return true;
};

/** When the body that a step is in began, where that is the begin of the construct; undefined: not known. */
const bodyBegan = (
  scope: string,
  place: Place,
  around: { execution: ObservedExecution; steps: StepsByAddress },
): Instant | undefined => {
  const work = place.owner?.task.work;
  if (!work) return around.execution.startedAt;
  if (work.is === 'group' || work.is === 'race') return around.steps.get(scope)?.startedAt;
  const isFirst = work.is === 'try' && work.body === place.scope;
  return isFirst ? around.steps.get(scope.slice(0, -'/try'.length))?.startedAt : undefined;
};

/** For how long a step waited for its first attempt though nothing in the workflow held it up; undefined: not known. */
export const queueTime = (
  { step, firstStartedAt }: ObservedStep,
  place: Place,
  around: { readonly execution: ObservedExecution; readonly steps: StepsByAddress },
): Millis | undefined => {
  const { needs, gates, join } = place.task;
  if (firstStartedAt === undefined || join.is !== 'all') return undefined;
  const scope = step.slice(0, step.lastIndexOf('/'));
  let ready = bodyBegan(scope, place, around);
  const before = [...needs, ...gates];
  if (before.length > 0) {
    ready = 0;
    for (const index of before) {
      const ended = around.steps.get(scope + (place.scope.tasks[index]?.path ?? ''))?.endedAt;
      if (ended === undefined) return undefined;
      ready = Math.max(ready, ended);
    }
  }
  return ready === undefined ? undefined : Math.max(0, firstStartedAt - ready);
};
