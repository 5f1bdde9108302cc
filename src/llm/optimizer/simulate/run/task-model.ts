import type { FailureKind } from '../../../../engine/core/index.js';
import { hashOf, type Millis } from '../../../../kernel/index.js';
import { always, blend, samplerOf, type Sampler } from '../history/histogram.js';
import type { Spending } from '../history/spending.js';
import { Statistics, type TypeStatistics, type WorkflowHistory } from '../history/statistics.js';

/** Runs after which a task speaks for itself alone. */
const ENOUGH = 30;
/** Credibility constant where tasks of a type were not seen often enough to tell how far they differ. */
const USUAL_RATIO = 5;
/** Runs after which a figure is trusted by half. */
const HALF_TRUST = 10;
/** What a task weighs of which nothing is known, when nothing is known of any. */
export const UNIT: Millis = 1000;

/** Where what is known of a task comes from. */
export type Basis = 'own' | 'type' | 'assumed';

/** A class of failures among all of a task. */
export interface FailureShare {
  readonly kind: FailureKind;
  readonly code: string;
  /** Share of this class and of those before it, 0..1. */
  readonly upTo: number;
}

/** How attempts at a task, or waits of it, go in a simulation. Times in ms. */
export interface TaskModel {
  readonly pattern: string;
  /** Of the pattern whose draws it takes. */
  readonly key: number;
  readonly basis: Basis;
  /** 0..1: how far its figures are to be trusted. */
  readonly trust: number;
  readonly durations: Sampler;
  readonly meanDuration: Millis;
  readonly failedDurations: Sampler;
  /** Of the time from ready to begin, beyond what the workflow's own limits cause; absent: none was seen. */
  readonly queue: Sampler | undefined;
  /** Probability that an attempt of that number fails, from 1. */
  readonly fails: (attempt: number) => number;
  readonly classes: readonly FailureShare[];
  /** Probability that a result is known already, of a task with a cache. */
  readonly recalled: number;
  /** Of an attempt that succeeds; undefined: none ever said what it used. */
  readonly spends: Spends | undefined;
  readonly failedSpends: Spends | undefined;
}

/** What an attempt uses. Both are drawn by one share: who uses more tokens costs more. */
export interface Spends {
  readonly tokens: Sampler;
  /** Billionths of the currency of the history; undefined: never known. */
  readonly nano: Sampler | undefined;
}

const NONE = new Statistics();
const DEFAULT_CLASS: FailureShare = { kind: 'transient', code: 'unknown', upTo: 1 };

/** How much the task's own durations count against those of its type, 0..1 (Bühlmann, 1967). */
const credibility = (own: Statistics, type: TypeStatistics | undefined): number => {
  const runs = own.durations.effective;
  if (runs === 0 || runs >= ENOUGH || !type) return runs === 0 ? 0 : 1;
  const ratio = type.withinToBetween ?? USUAL_RATIO;
  return runs / (runs + ratio);
};

type Failing = 'firstFails' | 'laterFails' | 'recalled';

/** The task's own share, drawn to that of its type while it has run seldom. */
const shareOf = (own: Statistics, type: TypeStatistics | undefined, which: Failing): number => {
  const prior = type?.all[which].share ?? 0;
  const { yes, of, cases } = own[which];
  const strength = ((type?.priorRuns ?? 0) * Math.max(0, ENOUGH - cases)) / ENOUGH;
  return of + strength === 0 ? prior : (yes + strength * prior) / (of + strength);
};

/** Of attempts of one number, as often as those were seen; of seldom ones, as often as later attempts at large. */
const failsOf = (own: Statistics, type: TypeStatistics | undefined): TaskModel['fails'] => {
  const first = shareOf(own, type, 'firstFails');
  const later = shareOf(own, type, 'laterFails');
  const again = own.failsAgain.map(({ yes, of }) => (yes + later) / (of + 1));
  return (attempt) => (attempt <= 1 ? first : (again[Math.min(attempt - 2, again.length - 1)] ?? later));
};

const classesOf = (own: Statistics, type: Statistics): readonly FailureShare[] => {
  const classes = [...(own.classes.size > 0 ? own : type).classes.values()];
  const all = classes.reduce((sum, { weight }) => sum + weight, 0);
  if (all === 0) return [DEFAULT_CLASS];
  let sum = 0;
  return classes.map(({ kind, code, weight }) => ({ kind, code, upTo: (sum += weight / all) }));
};

/** The task's own as soon as it has run. */
const spendsOf = (own: Spending, type: Spending): Spends => {
  const { tokens, nano } = own.tokens.weight > 0 ? own : type;
  return { tokens: samplerOf(tokens), nano: nano.weight > 0 ? samplerOf(nano) : undefined };
};

const isSeen = ({ spending, failedSpending }: Statistics): boolean =>
  spending.tokens.weight + failedSpending.tokens.weight > 0;
const hasReported = ({ spending, failedSpending }: Statistics): boolean =>
  spending.reports + failedSpending.reports > 0;

const spendingOf = (own: Statistics, type: Statistics): Pick<TaskModel, 'spends' | 'failedSpends'> => {
  const known = isSeen(own) ? own : type;
  if (!hasReported(known)) return { spends: undefined, failedSpends: undefined };
  return {
    spends: spendsOf(own.spending, type.spending),
    failedSpends: spendsOf(own.failedSpending, type.failedSpending),
  };
};

/** Where a model is made of. */
export interface ModelSource {
  readonly pattern: string;
  /** Undefined: no runs of its type could be known. */
  readonly type: string | undefined;
  /** The pattern that it has in the history; absent: the same. */
  readonly known?: string | undefined;
  /** What it takes when neither it nor its type was ever seen. */
  readonly assumed: Millis;
}

const basisOf = (own: Statistics, type: Statistics): Basis =>
  own.durations.weight > 0 ? 'own' : type.durations.weight > 0 ? 'type' : 'assumed';

/** What the history says of a task, mixed with what it says of its type; of one never seen, what is assumed. */
export const modelOf = (history: WorkflowHistory, source: ModelSource): TaskModel => {
  const { pattern, known = pattern, assumed } = source;
  const own = history.tasks.get(known) ?? NONE;
  const ofType = source.type === undefined ? undefined : history.types.get(source.type);
  const type = ofType?.all ?? NONE;
  const basis = basisOf(own, type);
  const runs = own.durations.effective;
  const durations = blend(own.durations, type.durations, credibility(own, ofType));
  const failed = own.failedDurations.weight > 0 ? own.failedDurations : type.failedDurations;
  const ofSuccess = basis === 'assumed' ? always(assumed) : samplerOf(durations);
  return {
    pattern,
    key: hashOf(known),
    basis,
    trust: basis === 'own' ? runs / (runs + HALF_TRUST) : basis === 'type' ? typeTrust(type) : 0,
    durations: ofSuccess,
    meanDuration: basis === 'assumed' ? assumed : durations.mean,
    failedDurations: failed.weight > 0 ? samplerOf(failed) : ofSuccess,
    queue: own.queue.weight > 0 ? samplerOf(own.queue) : undefined,
    fails: failsOf(own, ofType),
    classes: classesOf(own, type),
    recalled: shareOf(own, ofType, 'recalled'),
    ...spendingOf(own, type),
  };
};

/** Another task of the type says at most half as much. */
const typeTrust = ({ durations: { effective } }: Statistics): number => (0.5 * effective) / (effective + HALF_TRUST);

/** What a task takes of which nothing is known: the middle one of those that are. */
export const assumedDuration = (history: WorkflowHistory): Millis => {
  const known = [...history.tasks.values()].filter(({ durations }) => durations.weight > 0);
  const medians = known.map(({ durations }) => durations.quantile(0.5)).sort((a, b) => a - b);
  return medians[medians.length >> 1] ?? UNIT;
};
