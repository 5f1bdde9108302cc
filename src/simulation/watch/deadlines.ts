import type { RunEvent } from '../../engine/core/index.js';
import type { StepEvent, StepHistory } from './history.js';

/** Why an event comes before its time, by the times that are recorded; undefined when it does not. */
export const tooEarly = (step: StepHistory, event: StepEvent): string | undefined => {
  switch (event.type) {
    case 'step_started':
      return before(event, step.retryAt, 'the next attempt was to begin');
    case 'step_completed': {
      const armed = step.armed?.event;
      if (armed?.type !== 'step_armed' || armed.awaits.is !== 'time') return undefined;
      return before(event, armed.until, 'the wait was over');
    }
    case 'attempt_failed':
    case 'step_failed':
      return isOwnTimeout(event) ? before(event, deadlineOf(step, event), 'its time was over') : undefined;
    default:
      return undefined;
  }
};

const before = ({ at }: RunEvent, time: number | undefined, what: string): string | undefined =>
  time !== undefined && at < time ? `at ${at}, ${what} at ${time}` : undefined;

/** One of a step inside, or of a sub-workflow, is passed on as it is. */
const isOwnTimeout = ({ failure }: Extract<StepEvent, { failure: unknown }>): boolean =>
  failure.kind === 'timeout' && failure.code === 'timeout' && failure.details === undefined;

const deadlineOf = ({ started, armed }: StepHistory, { attempt }: { readonly attempt: number }): number | undefined => {
  if (attempt > 0) return started?.event.type === 'step_started' ? started.event.deadline : undefined;
  return armed?.event.type === 'step_armed' ? armed.event.until : undefined;
};
