import { patternOf, type Failure, type Step } from '../../../engine/core/index.js';
import type { DestinationState } from '../../../integration/ports/index.js';
import { placesOf, type Facts } from '../../optimizer/ir/index.js';
import type { Statistics, WorkflowHistory } from '../../optimizer/simulate/index.js';
import type { Evidence } from './cause.js';
import type { FailedAttempt, RunRecord } from './run-record.js';

/** What a diagnosis looks at beside the journal. */
export interface Around {
  readonly record: RunRecord;
  readonly history: WorkflowHistory;
  readonly destinations: readonly DestinationState[];
  /** What is known of actions. */
  readonly facts: Facts;
}

/** A step that failed, and what is known of it. */
export interface FailedStep {
  readonly around: Around;
  readonly step: Step;
  readonly attempts: readonly FailedAttempt[];
  /** The final one. */
  readonly failure: Failure;
}

/** Runs below which a share is not told. */
const FEW = 5;
/** Attempts that are told one by one. */
const MANY = 5;

export const evidenceOf = (step: string, attempts: readonly FailedAttempt[]): Evidence[] => {
  const shown = attempts.length <= MANY ? attempts : [...attempts.slice(0, 1), ...attempts.slice(1 - MANY)];
  return shown.map(({ seq, attempt, startedAt, at, failure }) => {
    const took = startedAt === undefined ? '' : ` after ${(at - startedAt) / 1000} s`;
    const which = attempt > 0 ? `attempt ${attempt} failed` : 'failed before an attempt';
    return { seq, step, text: `${which}${took}: ${failure.kind} ${failure.code}: ${failure.message}` };
  });
};

/** The path of a task in rewrites: without items. */
export const pathOf = ({ address }: Step): string => patternOf(address).replaceAll('[*]', '');

/** Where the task stands in the document. */
export const pointerOf = ({ around, step }: Pick<FailedStep, 'around' | 'step'>): string =>
  placesOf(around.record.compiled).at(pathOf(step))?.pointer ?? `/tasks/${step.task.id}`;

export const statisticsOf = ({ around, step }: Pick<FailedStep, 'around' | 'step'>): Statistics | undefined =>
  around.history.tasks.get(patternOf(step.address));

/** How often attempts of the task failed so, as far as that was recorded; undefined: it has hardly run. */
export const shareOf = (failed: FailedStep): number | undefined => {
  const statistics = statisticsOf(failed);
  if (!statistics || statistics.runs < FEW) return undefined;
  const attempts = statistics.firstFails.of + statistics.laterFails.of;
  const { kind, code } = failed.failure;
  const weight = statistics.classes.get(`${kind} ${code}`)?.weight ?? 0;
  return attempts === 0 ? undefined : Math.min(1, weight / attempts);
};

const percent = (share: number): string => `${Number((100 * share).toPrecision(2))} %`;

/** That, as evidence. */
export const usualEvidence = (failed: FailedStep): Evidence[] => {
  const share = shareOf(failed);
  const runs = statisticsOf(failed)?.runs ?? 0;
  if (share === undefined) return [];
  const { code } = failed.failure;
  return [
    {
      seq: undefined,
      step: failed.step.address,
      text: `${percent(share)} of its attempts in ${runs} recorded runs failed with ${code}`,
    },
  ];
};
