import type { FailureKind } from '../../../../engine/core/index.js';
import { hashOf, type Millis } from '../../../../kernel/index.js';
import { cutsOf, tailOf } from '../history/cut-attempts.js';
import { always, blend, samplerOf, type Sampler } from '../history/histogram.js';
import { crowdFactor, excessAt, overloadedFrom } from '../history/crowds.js';
import { isCut } from '../history/observe-step.js';
import { sparedBy } from '../history/repeats.js';
import type { Spending } from '../history/spending.js';
import { Statistics, type FailureClass, type TypeStatistics, type WorkflowHistory } from '../history/statistics.js';

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
  /** Attempts of it did not fail: they were stopped at such an age, and with more time would have gone on. */
  readonly stoppedAt?: Sampler;
  /** How long attempts of it took; absent: as failed attempts do at large. */
  readonly durations?: Sampler;
}

/** What it means for an attempt that so many run in its map, group or workflow at its begin, itself counted. */
export interface CrowdModel {
  readonly owner: string;
  /** Durations are those of an attempt alone, times this. */
  readonly slower: (level: number) => number;
  /** Its probability to fail, times this. */
  readonly failsMore: (level: number) => number;
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
  /** Probability that an attempt of that number fails, from 1; `after`: the code that the one before it failed with. */
  readonly fails: (attempt: number, after?: string) => number;
  /** Of first attempts, and of later ones. */
  readonly firstClasses: readonly FailureShare[];
  readonly classes: readonly FailureShare[];
  /** How long an attempt takes in all that its timeout has stopped; absent: it would never have ended. */
  readonly tail: Sampler | undefined;
  /** What others that run at the same time have to do with it; absent: nothing that is known. */
  readonly crowd: CrowdModel | undefined;
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
/** Attempts after which a code of a failure is told apart from others. */
const ENOUGH_AFTER = 10;

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

/**
 * Attempts that ended with their execution and had run for longer than any that succeeded, in weight: those hang. What was
 * given up sooner may have been about to succeed.
 */
const hungWeight = ({ abandoned, durations }: Statistics): number =>
  durations.weight === 0
    ? 0
    : abandoned
        .ascending()
        .filter(({ value }) => value > durations.most)
        .reduce((sum, { weight }) => sum + weight, 0);

/** Where nobody has seen a later attempt: a step that was run anew tells of it, else a later one fails as often as a first. */
const laterShare = (own: Statistics, type: TypeStatistics | undefined, first: number): number => {
  if (own.laterFails.of > 0 || (type?.all.laterFails.of ?? 0) > 0) return shareOf(own, type, 'laterFails');
  return own.failsAnew.share ?? first;
};

/**
 * Of attempts of one number, as often as those were seen; of seldom ones, as often as later attempts at large. Where failures
 * of several codes were followed by attempts often enough, each code says what comes after it.
 */
const failsOf = (own: Statistics, type: TypeStatistics | undefined): TaskModel['fails'] => {
  const hung = hungWeight(own);
  const { of } = own.firstFails;
  const seen = shareOf(own, type, 'firstFails');
  const first = hung > 0 ? (seen * of + hung) / (of + hung) : seen;
  const later = laterShare(own, type, first);
  const again = own.failsAgain.map((rate) => (rate.yes + later) / (rate.of + 1));
  const told = [...own.failsAfter].filter(([, { cases }]) => cases >= ENOUGH_AFTER);
  const byCode = new Map(told.length > 1 ? told.map(([code, rate]) => [code, rate.share as number]) : []);
  return (attempt, after) => {
    if (attempt <= 1) return first;
    const known = after === undefined ? undefined : byCode.get(after);
    return known ?? again[Math.min(attempt - 2, again.length - 1)] ?? later;
  };
};

const sharesOf = (
  classes: Iterable<FailureClass>,
  { cut, abandoned }: Statistics,
  hung: number,
): readonly FailureShare[] => {
  const known = [...classes];
  const given = hung > 0 ? [{ kind: 'canceled', code: 'canceled', weight: hung, durations: abandoned } as const] : [];
  const all = [...known, ...given].reduce((sum, { weight }) => sum + weight, 0);
  if (all === 0) return [DEFAULT_CLASS];
  let sum = 0;
  return [...known, ...given].map(({ kind, code, weight, durations }) => {
    const ages = kind === 'canceled' ? abandoned : isCut({ kind, code }) ? cut : undefined;
    const share = { kind, code, upTo: (sum += weight / all) };
    if (ages && ages.weight > 0) return { ...share, stoppedAt: samplerOf(ages) };
    return durations.weight > 0 ? { ...share, durations: samplerOf(durations) } : share;
  });
};

const classesOf = (own: Statistics, type: Statistics): Pick<TaskModel, 'classes' | 'firstClasses'> => {
  const hung = hungWeight(own);
  const from = own.classes.size > 0 || hung > 0 ? own : type;
  const classes = sharesOf(from.classes.values(), from, hung);
  if (from.firstClasses.size === 0) return { classes, firstClasses: classes };
  return { classes, firstClasses: sharesOf(from.firstClasses.values(), from, hung) };
};

const tailOfCut = (own: Statistics): Sampler | undefined => {
  const cuts = cutsOf(own);
  return cuts.are === 'hung' ? undefined : { at: (share) => tailOf(cuts, share) };
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

const SAME = (): number => 1;

const crowdModelOf = ({ crowded, classes }: Statistics): CrowdModel | undefined => {
  if (!crowded) return undefined;
  const { owner, crowd, alone } = crowded;
  const slower = alone ? (level: number): number => crowdFactor(level, crowd) : SAME;
  if (overloadedFrom(crowd) === undefined) return { owner, slower, failsMore: SAME };
  const failures = [...classes.values()];
  const weightOf = (some: readonly FailureClass[]): number => some.reduce((sum, { weight }) => sum + weight, 0);
  // What no other attempt would mend has nothing to do with how many there are.
  const passing = weightOf(failures.filter(({ kind }) => kind !== 'fatal')) / Math.max(1e-9, weightOf(failures));
  const failsMore = (level: number): number => 1 - passing + passing * excessAt(level, crowd);
  return { owner, slower, failsMore };
};

/** Where a cache was in use it says itself how often a result was known; else equal inputs do. */
const recalledOf = (own: Statistics, type: TypeStatistics | undefined, ttl: Millis | undefined): number =>
  own.recalled.yes === 0 && own.repeats && ttl !== undefined
    ? sparedBy(own.repeats, ttl)
    : shareOf(own, type, 'recalled');

/** Where a model is made of. */
export interface ModelSource {
  readonly pattern: string;
  /** Undefined: no runs of its type could be known. */
  readonly type: string | undefined;
  /** The pattern that it has in the history; absent: the same. */
  readonly known?: string | undefined;
  /** For how long its results are kept; absent: they are not. */
  readonly ttl?: Millis | undefined;
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
  const usual = blend(own.durations, type.durations, credibility(own, ofType));
  const durations = own.crowded?.alone ?? usual;
  const failed = own.failedDurations.weight > 0 ? own.failedDurations : type.failedDurations;
  const ofSuccess = basis === 'assumed' ? always(assumed) : samplerOf(durations);
  return {
    pattern,
    key: hashOf(known),
    basis,
    trust: basis === 'own' ? runs / (runs + HALF_TRUST) : basis === 'type' ? typeTrust(type) : 0,
    durations: ofSuccess,
    meanDuration: basis === 'assumed' ? assumed : usual.mean,
    failedDurations: failed.weight > 0 ? samplerOf(failed) : ofSuccess,
    queue: own.queue.weight > 0 ? samplerOf(own.queue) : undefined,
    fails: failsOf(own, ofType),
    ...classesOf(own, type),
    tail: own.cut.count > 0 ? tailOfCut(own) : undefined,
    crowd: crowdModelOf(own),
    recalled: recalledOf(own, ofType, source.ttl),
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
