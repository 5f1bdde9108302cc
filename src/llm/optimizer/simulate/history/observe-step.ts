import type { FailureKind } from '../../../../engine/core/index.js';
import type { Millis } from '../../../../kernel/index.js';
import type { ObservedFailure, ObservedStep } from './observation.js';
import { attemptsOf } from './spending.js';
import type { Statistics } from './statistics.js';

/** The class of a failure whose journal is not at hand: one that was retried, or would have been, was transient. */
const kindOf = ({ kind, code }: ObservedFailure, wasRetried: boolean): FailureKind =>
  kind ?? (code === 'timeout' || code === 'heartbeat_missed' ? 'timeout' : wasRetried ? 'transient' : 'fatal');

/** Whether another attempt may do better. */
export const isPassing = (failure: ObservedFailure, wasRetried: boolean): boolean =>
  ['transient', 'timeout'].includes(kindOf(failure, wasRetried));

/** The engine's own timeout: what a task gives up by itself is `transient`, whatever its code. */
export const isCut = (failure: { readonly kind: FailureKind; readonly code: string }): boolean =>
  failure.kind === 'timeout' && failure.code === 'timeout';

/** How a run is to be taken. */
export interface Taking {
  readonly weight: number;
  /** It waits, and makes no attempts. */
  readonly waits: boolean;
  /** The timeout that its attempts had. */
  readonly timeout?: Millis | undefined;
  /** Of the cost; undefined: nobody ever said one. */
  readonly currency: string | undefined;
  /** Steps that were running when the execution ended were given up with it. */
  readonly isAbandoned?: boolean;
}

/** Attempts that failed: all of them are known unless the journal is archived. */
const attemptsThatFailed = ({ status, retries }: ObservedStep): number => retries + (status === 'failed' ? 1 : 0);

const addFailures = (to: Statistics, step: ObservedStep, { weight, timeout }: Taking): void => {
  const { failures, retries, status } = step;
  const isWhole = failures.length === attemptsThatFailed(step);
  for (const [index, failure] of failures.entries()) {
    const { code, after, retryAfter } = failure;
    const kind = kindOf(failure, retries > 0);
    const hasTimeout = isCut({ kind, code });
    const length = after ?? (hasTimeout ? timeout : undefined);
    to.addClass({ kind, code, length }, { weight, isFirst: isWhole && index === 0 });
    if (retryAfter !== undefined) to.retryAfter.add(retryAfter, weight);
    const isLast = index === failures.length - 1;
    if (isWhole && (!isLast || status === 'completed')) to.addAfter(code, !isLast, weight);
    if (length !== undefined) (hasTimeout ? to.cut : to.failedDurations).add(length, weight);
  }
};

/** Attempts after the first: all but the last have failed. */
const addLater = (to: Statistics, { retries, status }: ObservedStep, weight: number): void => {
  const failed = status === 'failed' ? retries : retries - 1;
  for (let n = 0; n < failed; n++) to.addLater(n + 2, true, weight);
  if (status === 'completed' && retries > 0) to.addLater(retries + 1, false, weight);
};

const lengthOf = ({ startedAt, endedAt }: ObservedStep): Millis | undefined =>
  startedAt === undefined ? undefined : Math.max(0, endedAt - startedAt);

const addAbandoned = (to: Statistics, step: ObservedStep, { weight, waits, isAbandoned }: Taking): void => {
  const length = lengthOf(step);
  if (isAbandoned && !waits && step.attempt > 0 && length !== undefined) to.abandoned.add(length, weight);
};

/** Adds the run of a step that makes attempts, or that waits. What was skipped or canceled says nothing of the task, but how long it had run. */
export const addRun = (to: Statistics, step: ObservedStep, taking: Taking): void => {
  const { weight, waits, currency } = taking;
  const length = lengthOf(step);
  if (step.status === 'canceled') return addAbandoned(to, step, taking);
  if (step.status === 'skipped') return;
  const isRecalled = !waits && step.status === 'completed' && step.attempt === 0;
  to.runs += 1;
  if (!waits) to.recalled.add(isRecalled, weight);
  if (isRecalled) return;
  to.firstFails.add(step.retries > 0 || step.status === 'failed', weight);
  if (step.retries > 0) addLater(to, step, weight);
  addFailures(to, step, taking);
  if (step.status === 'completed' && length !== undefined) to.durations.add(length, weight);
  attemptsOf(step, (hasFailed, usage) => (hasFailed ? to.failedSpending : to.spending).add(usage, currency, weight));
};
