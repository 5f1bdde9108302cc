import { patternOf, type Address } from '../../../../engine/core/index.js';
import type { Place } from '../places.js';
import { crowdFactor, crowdOf, isGrowing, levelsOf, type Crowd, type CrowdedAttempt } from './crowds.js';
import { Histogram } from './histogram.js';
import type { ObservedExecution, ObservedStep } from './observation.js';
import { isPassing } from './observe-step.js';

/** Where attempts crowd: a map or a group, by its pattern; '' is the workflow. */
export type Owner = string;

/** Where the name of a segment of an address ends: `/a/b["x/y"]/c`, 2 → `/a/b`. */
export const addressUpTo = (address: Address, segments: number): Address => {
  let [seen, isIn, isQuoted] = [0, false, false];
  for (let at = 0; at < address.length; at++) {
    const sign = address[at];
    if (isQuoted) {
      if (sign === '\\') at += 1;
      else if (sign === '"') isQuoted = false;
    } else if (isIn) {
      if (sign === '"') isQuoted = true;
      else if (sign === ']') isIn = false;
    } else if (sign === '/') {
      if (seen === segments) return address.slice(0, at);
      seen += 1;
    } else if (sign === '[') {
      if (seen === segments) return address.slice(0, at);
      isIn = true;
    }
  }
  return address;
};

export const segmentsOf = (owner: Owner): number => owner.split('/').length - 1;

/** Those that a task is in, the innermost first. */
export const ownersOf = (place: Place): readonly Owner[] => {
  const owners: Owner[] = [];
  for (let around = place.owner; around; around = around.owner)
    if (around.task.work.is === 'map' || around.task.work.is === 'group') owners.push(around.pattern);
  return [...owners, ''];
};

/** Steps that tell enough of crowds. */
const ENOUGH_STEPS = 5000;

interface Kept extends CrowdedAttempt {
  readonly weight: number;
}

/** Gathers which attempts ran at the same time. */
export class Crowding {
  private readonly attempts = new Map<Owner, Map<Address, Kept[]>>();
  private executions = 0;
  private steps = 0;

  constructor(private readonly places: ReadonlyMap<string, Place>) {}

  /** Whole executions, the first of them, until they are enough. */
  add({ steps }: ObservedExecution, weight: number): void {
    if (this.steps >= ENOUGH_STEPS) return;
    this.steps += steps.length;
    const execution = this.executions++;
    for (const step of steps) {
      const place = this.places.get(patternOf(step.step));
      if (place?.task.work.is !== 'task') continue;
      const attempts = attemptsOf(step).map((attempt) => ({ ...attempt, task: place.pattern, execution, weight }));
      if (attempts.length === 0) continue;
      for (const owner of ownersOf(place)) this.keep(owner, { execution, step: step.step }, attempts);
    }
  }

  private keep(
    owner: Owner,
    { execution, step }: { readonly execution: number; readonly step: Address },
    attempts: readonly Kept[],
  ): void {
    // Executions of a workflow crowd each other; each run of a map crowds by itself.
    const instance = owner === '' ? '' : `${execution} ${addressUpTo(step, segmentsOf(owner))}`;
    const known = this.attempts.get(owner) ?? new Map<Address, Kept[]>();
    const kept = known.get(instance);
    if (kept) kept.push(...attempts);
    else known.set(instance, [...attempts]);
    this.attempts.set(owner, known);
  }

  get crowds(): ReadonlyMap<Owner, Crowd> {
    const crowds = new Map<Owner, Crowd>();
    for (const [owner, instances] of this.attempts) {
      const crowd = crowdOf([...instances.values()]);
      if (crowd) crowds.set(owner, crowd);
    }
    return crowds;
  }

  /** By task: the innermost crowd that it is known to suffer from. */
  aloneIn(owner: Owner, crowd: Crowd): ReadonlyMap<string, Histogram> {
    const alone = new Map<string, Histogram>();
    if (!isGrowing(crowd)) return alone;
    for (const attempts of this.attempts.get(owner)?.values() ?? []) {
      const levels = levelsOf(attempts);
      for (const [index, { task, startedAt, endedAt, outcome, weight }] of attempts.entries()) {
        if (outcome !== 'completed') continue;
        const histogram = alone.get(task) ?? new Histogram();
        histogram.add((endedAt - startedAt) / crowdFactor(levels[index] as number, crowd), weight);
        alone.set(task, histogram);
      }
    }
    return alone;
  }
}

const ENDS = { completed: 'completed', canceled: 'stopped' } as const;

type Attempt = Pick<CrowdedAttempt, 'startedAt' | 'endedAt' | 'isLater' | 'outcome'>;

/** Of the first and of the last attempt it is known when they ran. */
const attemptsOf = ({
  status,
  attempt,
  startedAt,
  endedAt,
  firstStartedAt,
  retries,
  failures,
}: ObservedStep): readonly Attempt[] => {
  if (status === 'skipped' || attempt === 0 || startedAt === undefined) return [];
  const last = failures.at(-1);
  const outcome = status === 'failed' ? (last && isPassing(last, true) ? 'passing' : 'failed') : ENDS[status];
  const ended: Attempt = { startedAt, endedAt, isLater: retries > 0, outcome };
  const [first] = failures;
  if (retries === 0 || firstStartedAt === undefined || first?.after === undefined) return [ended];
  const failed = { startedAt: firstStartedAt, endedAt: firstStartedAt + first.after };
  return [{ ...failed, isLater: false, outcome: isPassing(first, true) ? 'passing' : 'failed' }, ended];
};
