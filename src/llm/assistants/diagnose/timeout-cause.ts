import type { Work } from '../../../engine/core/index.js';
import type { Statistics } from '../../optimizer/simulate/index.js';
import { advice, RECORDED, retry, skip, type Cause, type Evidence, type Fix } from './cause.js';
import { evidenceOf, pathOf, pointerOf, shareOf, statisticsOf, usualEvidence, type FailedStep } from './step-record.js';

/** Samples that a limit may be drawn from. */
const ENOUGH = 30;

/** What is waited for, and what to do when it has not come. */
const AWAITED: Readonly<Partial<Record<Work['is'], { readonly what: string; readonly again: string }>>> = {
  event: { what: 'The event did not come in time', again: 'Wait for it again, and give it: harmonia execution signal' },
  approval: { what: 'Nobody answered in time', again: 'Ask again' },
  webhook: { what: 'Nobody called its URL in time', again: 'Wait again, at a new URL' },
  workflow: { what: 'The other workflow did not end in time', again: 'Start it again' },
};

/** A wait that had an end. */
export const waitCause = (failed: FailedStep): Cause => {
  const { step, attempts, failure } = failed;
  const { work } = step.task;
  const { what, again } = AWAITED[work.is] ?? { what: 'It did not come in time', again: 'Wait again' };
  const event = work.is === 'event' && work.name.is === 'constant' ? work.name.value : undefined;
  const name = typeof event === 'string' ? ` (${event})` : '';
  return {
    ...{ code: failure.code, step: step.address, text: `${what}${name}. ${failure.message}`, likelihood: 'certain' },
    because: RECORDED,
    evidence: [...evidenceOf(step.address, attempts), ...usualEvidence(failed)],
    fixes: [
      retry(`${again}.`),
      advice(
        `${pointerOf(failed)}/${work.is}/within`,
        'Wait longer, or say in `on_error` what is to be done when it does not come.',
      ),
      skip(step.address),
    ],
  };
};

const seconds = (ms: number): number => Number((ms / 1000).toPrecision(3));

/**
 * The limit that history speaks for: half as long again as all but one of 200 took, three times the median, and never less
 * than what has succeeded. Undefined: too little was seen.
 */
const drawnFrom = (statistics: Statistics | undefined): number | undefined => {
  if (!statistics || statistics.durations.count < ENOUGH) return undefined;
  const { durations } = statistics;
  return Math.max(1.5 * durations.quantile(0.995), 3 * durations.quantile(0.5), durations.quantile(1));
};

const usual = ({ step }: FailedStep, statistics: Statistics | undefined): Evidence[] => {
  if (!statistics || statistics.durations.weight === 0) return [];
  const { durations } = statistics;
  const text = `attempts that succeed take ${seconds(durations.quantile(0.5))} s (p50), ${seconds(durations.quantile(0.99))} s (p99), of ${durations.count} seen`;
  return [{ seq: undefined, step: step.address, text }];
};

/** What recorded durations say of the limit. */
type Limit =
  | { readonly is: 'tight' | 'ample'; readonly seen: number; readonly drawn: number }
  /** Too little was seen, or there is none. */
  | { readonly is: 'unknown' };

const limitOf = (timeout: number | undefined, statistics: Statistics | undefined): Limit => {
  const drawn = drawnFrom(statistics);
  if (timeout === undefined || drawn === undefined) return { is: 'unknown' };
  return { is: drawn > timeout ? 'tight' : 'ample', seen: statistics?.durations.count ?? 0, drawn };
};

/** A longer limit; none where the one that there is is long enough. */
const longer = ({ step, failure }: FailedStep, limit: Limit): Fix[] => {
  const { timeout } = step.task;
  if (timeout === undefined || failure.code !== 'timeout' || limit.is === 'ample') return [];
  const raised = seconds(limit.is === 'tight' ? Math.max(limit.drawn, timeout * 1.1) : timeout * 2);
  const why = limit.is === 'tight' ? ` That is what ${limit.seen} recorded attempts speak for.` : '';
  const op = { op: 'set_timeout', task: pathOf(step), seconds: raised };
  return [{ is: 'change', op, text: `Let an attempt take ${raised} s.${why}` }];
};

const WORDS: Readonly<Record<Limit['is'], (message: string) => string>> = {
  tight: () => 'The limit is close to what the task usually takes.',
  ample: (message) => `${message} It usually takes far less: this attempt hung, or what it asks was slow.`,
  unknown: (message) => message,
};

/** An attempt that took too long: because the limit is tight, or because it hung. */
export const timeoutCause = (failed: FailedStep): Cause => {
  const { step, attempts, failure } = failed;
  const statistics = statisticsOf(failed);
  const limit = limitOf(step.task.timeout, statistics);
  const figure = shareOf(failed);
  const isKnown = limit.is !== 'unknown';
  return {
    ...{ code: failure.code, step: step.address, text: WORDS[limit.is](failure.message) },
    likelihood: isKnown ? 'likely' : 'certain',
    because: isKnown
      ? 'recorded durations, against the limit; the figure is how often its attempts ended so'
      : RECORDED,
    ...(figure !== undefined && { figure }),
    evidence: [...evidenceOf(step.address, attempts), ...usual(failed, statistics), ...usualEvidence(failed)],
    fixes: [retry('Run again what failed.'), ...longer(failed, limit), skip(step.address)],
  };
};
