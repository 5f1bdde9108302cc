import { patternOf, tasksByPattern, type CompiledWorkflow } from '../../../../engine/core/index.js';
import { canonicalJson, isJsonObject, type JsonObject, type Millis } from '../../../../kernel/index.js';
import { placesOf, type Place } from '../places.js';
import { Crowding, ownersOf } from './crowding.js';
import { isGrowing, overloadedFrom } from './crowds.js';
import { Decided, itemsOf, type StepsByAddress } from './decided.js';
import { Histogram } from './histogram.js';
import type { Observations, ObservedExecution, ObservedStep } from './observation.js';
import { addRun, type Taking } from './observe-step.js';
import { isUnlimited, queueTime } from './queue-time.js';
import { repeatsOf, type RunWithInput } from './repeats.js';
import { usualCurrency } from './spending.js';
import { Spread } from './spread.js';
import { Rate } from './rate.js';
import { Statistics, type TypeStatistics, type WorkflowHistory } from './statistics.js';
import { typeKeyOf } from './type-key.js';

const DAY = 86_400_000;
const COMPENSATE = '!compensate';

export interface HistoryOptions {
  /** After so many days a run weighs half as much. Default 14. */
  readonly halfLifeDays?: number;
}

/** What a document says of its tasks, by pattern. */
interface Version {
  readonly name: string;
  readonly tasks: ReadonlyMap<string, JsonObject>;
  readonly isToday: boolean;
  /** Of its tasks, as far as they were asked for. */
  readonly kinds: Map<string, Kind | undefined>;
}

/** What runs of a task of a version are runs of. */
interface Kind {
  readonly type: string;
  readonly waits: boolean;
  /** Of one attempt. */
  readonly timeout: Millis | undefined;
  /** The task is of the same type today. */
  readonly isSame: boolean;
}

const EMPTY: JsonObject = {};

/** Tasks by pattern, those included that undo others or tell of the end. */
const tasksOf = (document: JsonObject): ReadonlyMap<string, JsonObject> => {
  const tasks = new Map(tasksByPattern(document));
  for (const [pattern, { compensate }] of [...tasks])
    if (isJsonObject(compensate)) tasks.set(pattern + COMPENSATE, compensate);
  for (const field of ['on_complete', 'on_failure']) {
    const notice = document[field];
    if (isJsonObject(notice)) tasks.set(`/${field}`, notice);
  }
  return tasks;
};

const WAITING = /^(wait|event|approval|webhook|workflow:.*)$/;

class Builder {
  private readonly tasks = new Map<string, Statistics>();
  private readonly types = new Map<string, Statistics>();
  private readonly spreads = new Map<string, Spread>();
  private readonly decided = new Decided();
  private readonly makespans = new Histogram();
  private readonly failed = new Rate();
  private readonly versions = new Map<string, Version>();
  private readonly inputs = new Map<string, RunWithInput[]>();
  private readonly crowding: Crowding;
  private readonly places: ReadonlyMap<string, Place>;
  private readonly today: ReadonlyMap<string, JsonObject>;
  private readonly halfLife: number;
  private readonly currency: string | undefined;

  constructor(
    private readonly compiled: CompiledWorkflow,
    private readonly observations: Observations,
    { halfLifeDays = 14 }: HistoryOptions,
  ) {
    this.places = placesOf(compiled);
    this.crowding = new Crowding(this.places);
    this.today = tasksOf(compiled.document);
    this.halfLife = halfLifeDays * DAY;
    this.currency = usualCurrency(observations.own, observations.others);
    const text = canonicalJson(compiled.document);
    for (const [hash, document] of observations.documents) {
      const name = typeof document.name === 'string' ? document.name : hash;
      const isToday = canonicalJson(document) === text;
      this.versions.set(hash, { name, tasks: tasksOf(document), isToday, kinds: new Map() });
    }
  }

  build(): WorkflowHistory {
    const { until, windowDays, own, others } = this.observations;
    for (const execution of own) this.addOwn(execution);
    for (const execution of others) this.addSteps(execution);
    const { tasks, makespans, failed } = this;
    const types = new Map<string, TypeStatistics>();
    for (const [key, all] of this.types) {
      const { withinToBetween, priorRuns } = this.spreads.get(key) ?? new Spread();
      types.set(key, { all, withinToBetween, priorRuns });
    }
    const decisions = this.decided.all;
    for (const [pattern, runs] of this.inputs) statisticsAt(tasks, pattern).repeats = repeatsOf(runs);
    const crowds = this.crowds();
    const { currency } = this;
    return { until, windowDays, executions: own.length, tasks, types, decisions, crowds, makespans, failed, currency };
  }

  private crowds(): WorkflowHistory['crowds'] {
    const { crowds } = this.crowding;
    for (const [owner, crowd] of crowds) {
      if (!isGrowing(crowd) && overloadedFrom(crowd) === undefined) continue;
      const alone = this.crowding.aloneIn(owner, crowd);
      for (const [pattern, statistics] of this.tasks) {
        const place = this.places.get(pattern);
        const owners = place ? ownersOf(place) : [];
        const isInner = (other: string): boolean => owners.indexOf(owner) < owners.indexOf(other);
        if (!owners.includes(owner) || (statistics.crowded && !isInner(statistics.crowded.owner))) continue;
        statistics.crowded = { owner, crowd, alone: alone.get(pattern) };
      }
    }
    return crowds;
  }

  private weightOf({ endedAt }: ObservedExecution): number {
    return 2 ** (-Math.max(0, this.observations.until - endedAt) / this.halfLife);
  }

  private addOwn(execution: ObservedExecution): void {
    const weight = this.weightOf(execution);
    this.addSteps(execution);
    if (execution.isStraight && execution.status !== 'canceled') {
      this.failed.add(execution.status === 'failed', weight);
      if (execution.status === 'completed') this.makespans.add(execution.endedAt - execution.startedAt, weight);
    }
    const version = this.versions.get(execution.definition);
    if (!version) return;
    const steps = new Map(execution.steps.filter((step) => !step.isSuperseded).map((step) => [step.step, step]));
    if (execution.isWhole) this.addDecisions(version, steps, weight);
    if (version.isToday && execution.isStraight) this.addQueueTimes(execution, steps, weight);
    const isAbandoned = isGivenUp(execution);
    for (const step of execution.steps) this.addToTask(version, step, { weight, isAbandoned });
    this.crowding.add(execution, weight);
    this.addRunsAnew(execution, weight);
  }

  private kindOf({ tasks, kinds }: Version, pattern: string): Kind | undefined {
    if (kinds.has(pattern)) return kinds.get(pattern);
    const then = tasks.get(pattern) ?? EMPTY;
    const type = typeKeyOf(then);
    const today = this.today.get(pattern) ?? EMPTY;
    const isSame = type === typeKeyOf(today);
    // What neither of the two says comes from their type.
    const ofType = isSame && today.timeout === undefined ? this.places.get(pattern)?.task.timeout : undefined;
    const timeout = typeof then.timeout === 'number' ? then.timeout * 1000 : ofType;
    const kind = type === undefined ? undefined : { type, waits: WAITING.test(type), timeout, isSame };
    kinds.set(pattern, kind);
    return kind;
  }

  /** Runs of a task that is of another type today say nothing of it. */
  private addToTask(
    version: Version,
    step: ObservedStep,
    { weight, isAbandoned }: Pick<Taking, 'weight' | 'isAbandoned'>,
  ): void {
    const pattern = patternOf(step.step);
    const kind = this.kindOf(version, pattern);
    if (!kind?.isSame) return;
    const { waits, timeout } = kind;
    addRun(statisticsAt(this.tasks, pattern), step, { weight, isAbandoned, waits, timeout, currency: this.currency });
    this.addInput(pattern, step);
  }

  private addInput(pattern: string, { input, status, attempt, startedAt, endedAt }: ObservedStep): void {
    if (input === undefined || status !== 'completed' || attempt === 0 || startedAt === undefined) return;
    const run = { input, startedAt, endedAt };
    const known = this.inputs.get(pattern);
    if (known) known.push(run);
    else this.inputs.set(pattern, [run]);
  }

  /** A step that failed for good and was reset: its next run is one more attempt, at a later time. */
  private addRunsAnew({ steps }: ObservedExecution, weight: number): void {
    if (!steps.some(({ isSuperseded }) => isSuperseded)) return;
    const failed = new Set<string>();
    for (const { step, status, isSuperseded, attempt } of [...steps].sort((a, b) => a.endedAt - b.endedAt)) {
      const statistics = this.tasks.get(patternOf(step));
      const hasEnded = status === 'completed' || status === 'failed';
      if (failed.delete(step) && hasEnded && attempt > 0) statistics?.failsAnew.add(status === 'failed', weight);
      if (isSuperseded && status === 'failed') failed.add(step);
    }
  }

  private addSteps(execution: ObservedExecution): void {
    const version = this.versions.get(execution.definition);
    if (!version) return;
    const weight = this.weightOf(execution);
    for (const step of execution.steps) {
      const pattern = patternOf(step.step);
      const kind = this.kindOf(version, pattern);
      if (!kind) continue;
      const { type, waits, timeout } = kind;
      addRun(statisticsAt(this.types, type), step, { weight, waits, timeout, currency: this.currency });
      if (step.status !== 'completed' && step.status !== 'failed') continue;
      const task = `${version.name} ${pattern}`;
      const spread = this.spreads.get(type) ?? new Spread();
      spread.addOutcome(task, step.retries > 0 || step.status === 'failed');
      if (step.status === 'completed' && step.startedAt !== undefined) spread.add(task, step.endedAt - step.startedAt);
      this.spreads.set(type, spread);
    }
  }

  private addDecisions({ tasks }: Version, steps: StepsByAddress, weight: number): void {
    const items = itemsOf(steps.keys());
    for (const step of steps.values()) {
      const pattern = patternOf(step.step);
      const [place, then, now] = [this.places.get(pattern), tasks.get(pattern), this.today.get(pattern)];
      if (!place || !then || !now) continue;
      this.decided.add({ step, place, then, now, steps, items: items.get(step.step)?.size ?? 0, weight });
    }
  }

  private addQueueTimes(execution: ObservedExecution, steps: StepsByAddress, weight: number): void {
    for (const step of steps.values()) {
      const pattern = patternOf(step.step);
      const place = this.places.get(pattern);
      if (place?.task.work.is !== 'task' || !isUnlimited(place, this.compiled.concurrency)) continue;
      const waited = queueTime(step, place, { execution, steps });
      if (waited !== undefined) statisticsAt(this.tasks, pattern).queue.add(waited, weight);
    }
  }
}

/**
 * Somebody canceled it, or its own time was over: it failed, and none of its steps did. What ran then was stopped for no
 * reason of its own, unlike the losers of a race.
 */
const isGivenUp = ({ status, isWhole, steps }: ObservedExecution): boolean =>
  status === 'canceled' || (status === 'failed' && isWhole && steps.every((step) => step.status !== 'failed'));

const statisticsAt = (map: Map<string, Statistics>, key: string): Statistics => {
  const known = map.get(key);
  if (known) return known;
  const statistics = new Statistics();
  map.set(key, statistics);
  return statistics;
};

/**
 * What recorded executions say about a workflow as it is today. Older runs weigh less: half after `halfLifeDays`. Runs of
 * other versions count as far as what they ran is the same; decisions, as far as they were asked by the same words.
 */
export const buildHistory = (
  compiled: CompiledWorkflow,
  observations: Observations,
  options: HistoryOptions = {},
): WorkflowHistory => new Builder(compiled, observations, options).build();
