import type { JsonObject } from '../../../../kernel/index.js';
import type { RetryPolicy } from '../../../../retry-policy/index.js';
import { effectsOf, type PlacedTask } from '../../ir/index.js';
import { ENOUGH, typeKeyOfWork, wilson, type Rate, type Statistics } from '../../simulate/index.js';
import type { Finding } from '../study.js';
import type { Evidence } from './evidence.js';
import { statisticsOf, worthMost, type Recorded } from './record.js';

/** Failures without which there is nothing to mend. */
const FAILURES = 10;
/** Later attempts that have to be known, and the share of them that succeeds at least, at the lower end of its interval. */
const LATER = 10;
const HELPS = 0.2;
const MOST_RETRIES = 5;
/** Share of steps that may be left to fail. */
const LEFT = 0.005;
/** Attempts beyond which none has succeeded: then at most one of ten would, with 95 % (1 - 0.05^(1/29)). */
const NEVER = 29;
const MOST_DELAY_SECONDS = 3600;

/**
 * Retries from what became of attempts after failed ones. More where failures passed; fewer where attempts beyond some
 * number never helped, and none after failures of a code that no attempt has ever made good. Never of a task that writes,
 * or of which nobody said what it does: it may have done before it failed what it would do again.
 */
export const tuneRetries = (study: Recorded): Finding[] =>
  worthMost(
    study.places.tasks.flatMap((placed) => {
      const { task, path } = placed;
      if (task.work.is !== 'task' || effectsOf(task, study.facts) === 'write') return [];
      const statistics = statisticsOf(placed, study);
      if (statistics.runs < ENOUGH) return [];
      const retries = task.retry?.maxRetries ?? 0;
      const found = retries === 0 ? added(placed, study) : lessened(placed, task.retry as RetryPolicy, statistics);
      if (!found) return [];
      const { retry_policy, evidence } = found;
      const finding: Finding = {
        kind: 'tune_retry',
        ops: [{ op: 'set_retry', task: path, retry_policy }],
        evidence,
      };
      return [{ worth: found.worth, finding }];
    }),
  );

interface Found {
  readonly retry_policy: JsonObject;
  readonly evidence: Evidence;
  /** Failures, or needless attempts. */
  readonly worth: number;
}

/** Who tells what becomes of later attempts: the task itself, else steps that were run anew, else others of its type. */
const laterOf = (
  { task }: PlacedTask,
  statistics: Statistics,
  { history }: Recorded,
): { readonly rate: Rate; readonly of: 'task' | 'type' | 'reruns' } | undefined => {
  const type = typeKeyOfWork(task.work);
  const ofType = type === undefined ? undefined : history.types.get(type)?.all.laterFails;
  const known = [
    { rate: statistics.laterFails, of: 'task' },
    { rate: statistics.failsAnew, of: 'reruns' },
    ...(ofType ? [{ rate: ofType, of: 'type' } as const] : []),
  ] as const;
  return known.find(({ rate }) => rate.cases >= LATER);
};

const added = (placed: PlacedTask, study: Recorded): Found | undefined => {
  const statistics = statisticsOf(placed, study);
  const passing = [...statistics.classes.values()].filter(({ kind }) => kind === 'transient' || kind === 'timeout');
  const failures = passing.reduce((sum, { count }) => sum + count, 0);
  const later = failures < FAILURES ? undefined : laterOf(placed, statistics, study);
  if (!later) return undefined;
  const fails = later.rate.share as number;
  const [least] = wilson(1 - fails, later.rate.cases);
  if (least < HELPS) return undefined;
  const first = statistics.firstFails.share ?? 0;
  let retries = 1;
  while (retries < MOST_RETRIES && first * fails ** retries > LEFT) retries += 1;
  const asked = statistics.retryAfter;
  // The engine waits as long as it is asked to anyhow: this is for the failures that ask for nothing.
  const pause: JsonObject = asked.count >= FAILURES ? { initial_delay: pauseOf(asked.quantile(0.5)) } : {};
  const succeeded = Math.round((1 - fails) * later.rate.cases);
  const about = { samples: statistics.runs, failures, later: later.rate.cases, succeeded, of: later.of };
  const before = placed.task.retry?.maxRetries ?? 0;
  return {
    retry_policy: { ...(placed.task.retry && written(placed.task.retry)), max_retries: retries, ...pause },
    evidence: { is: 'retries', task: placed.path, ...about, before, after: retries },
    worth: failures,
  };
};

const pauseOf = (millis: number): number => Math.min(MOST_DELAY_SECONDS, Math.ceil(millis / 100) / 10);

const lessened = ({ path }: PlacedTask, retry: RetryPolicy, statistics: Statistics): Found | undefined => {
  const { failsAgain } = statistics;
  for (let after = 0; after < Math.min(retry.maxRetries, failsAgain.length); after++) {
    const beyond = failsAgain.slice(after);
    const cases = beyond.reduce((sum, rate) => sum + rate.cases, 0);
    if (cases < NEVER) break;
    if (!beyond.every(isNever)) continue;
    return {
      retry_policy: { ...written(retry), max_retries: after },
      evidence: { is: 'fewer-retries', task: path, before: retry.maxRetries, after, beyond: cases },
      worth: cases,
    };
  }
  return hopeless(path, retry, statistics);
};

const isNever = ({ yes, of }: Rate): boolean => of > 0 && of - yes <= 1e-9 * of;

const hopeless = (task: string, retry: RetryPolicy, { failsAfter, classes }: Statistics): Found | undefined => {
  const retried = new Set(
    [...classes.values()].filter(({ kind }) => kind === 'transient' || kind === 'timeout').map(({ code }) => code),
  );
  const found = [...failsAfter].filter(
    ([code, rate]) =>
      rate.cases >= NEVER && isNever(rate) && retried.has(code) && !retry.nonRetryable.has(code) && isCode(code),
  );
  if (found.length === 0) return undefined;
  const beyond = found.reduce((sum, [, { cases }]) => sum + cases, 0);
  const codes = [...retry.nonRetryable, ...found.map(([code]) => code).sort()];
  return {
    retry_policy: { ...written(retry), non_retryable: codes },
    evidence: { is: 'hopeless', task, codes: found.length, beyond },
    worth: beyond,
  };
};

/** A code, and no text that somebody put in its place. */
const isCode = (code: string): boolean => /^[A-Za-z0-9_.:-]{1,64}$/.test(code);

/** A policy as a workflow says it, without what is so anyhow. */
const written = (policy: RetryPolicy): JsonObject => ({
  max_retries: policy.maxRetries,
  ...(policy.strategy !== 'exponential' && { backoff_strategy: policy.strategy }),
  ...(policy.initialDelay !== 1000 && { initial_delay: policy.initialDelay / 1000 }),
  ...(policy.maxDelay !== 60_000 && { max_delay: policy.maxDelay / 1000 }),
  ...(policy.multiplier !== 2 && { backoff_multiplier: policy.multiplier }),
  ...(policy.jitter !== 0.1 && { jitter: policy.jitter }),
  ...(policy.maxElapsed !== undefined && { max_elapsed: policy.maxElapsed / 1000 }),
  ...(policy.retryOn.size > 0 && { retry_on: [...policy.retryOn] }),
  ...(policy.nonRetryable.size > 0 && { non_retryable: [...policy.nonRetryable] }),
});
