import type { FailureKind } from '../../../../engine/core/index.js';
import type { ObservedFailure, ObservedStep } from './observation.js';
import { attemptsOf } from './spending.js';
import type { Statistics } from './statistics.js';

/** The class of a failure whose journal is not at hand: one that was retried, or would have been, was transient. */
const kindOf = ({ kind, code }: ObservedFailure, wasRetried: boolean): FailureKind =>
  kind ?? (code === 'timeout' || code === 'heartbeat_missed' ? 'timeout' : wasRetried ? 'transient' : 'fatal');

const addFailures = (to: Statistics, { failures, retries }: ObservedStep, weight: number): void => {
  for (const failure of failures) {
    to.addClass({ kind: kindOf(failure, retries > 0), code: failure.code }, weight);
    if (failure.after !== undefined) to.failedDurations.add(failure.after, weight);
  }
};

/** Attempts after the first: all but the last have failed. */
const addLater = (to: Statistics, { retries, status }: ObservedStep, weight: number): void => {
  const failed = status === 'failed' ? retries : retries - 1;
  for (let n = 0; n < failed; n++) to.addLater(n + 2, true, weight);
  if (status === 'completed' && retries > 0) to.addLater(retries + 1, false, weight);
};

/** Adds the run of a step that makes attempts, or that waits. What was skipped or canceled says nothing of the task. */
export const addRun = (
  to: Statistics,
  step: ObservedStep,
  { weight, waits, currency }: { weight: number; waits: boolean; currency: string | undefined },
): void => {
  if (step.status !== 'completed' && step.status !== 'failed') return;
  const isRecalled = !waits && step.status === 'completed' && step.attempt === 0;
  to.runs += 1;
  if (!waits) to.recalled.add(isRecalled, weight);
  if (isRecalled) return;
  to.firstFails.add(step.retries > 0 || step.status === 'failed', weight);
  if (step.retries > 0) addLater(to, step, weight);
  addFailures(to, step, weight);
  if (step.status === 'completed' && step.startedAt !== undefined)
    to.durations.add(Math.max(0, step.endedAt - step.startedAt), weight);
  attemptsOf(step, (hasFailed, usage) => (hasFailed ? to.failedSpending : to.spending).add(usage, currency, weight));
};
