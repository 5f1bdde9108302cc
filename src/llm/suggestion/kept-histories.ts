import { LRUCache } from 'lru-cache';
import type { CompiledWorkflow } from '../../engine/core/index.js';
import type { Clock, Instant, Millis, Uuid } from '../../kernel/index.js';
import { hashOfFacts, placesOf as taskPlaces, type Facts } from '../optimizer/ir/index.js';
import { cacheablePatterns } from '../optimizer/rules/index.js';
import {
  buildHistory,
  noHistory,
  placesOf,
  type Statistics,
  type WorkflowHistory,
} from '../optimizer/simulate/index.js';
import type { Observations, RunHistory } from '../ports/index.js';
import { hashOf } from './identity.js';

export interface HistoryQuestion {
  readonly workflow: Uuid;
  readonly compiled: CompiledWorkflow;
  readonly definition: string;
  /** Decides which tasks may be cached, so that it is worth knowing which of their inputs were equal. */
  readonly facts: Facts;
  readonly windowDays: number;
  readonly minRuns: number;
}

/** What is known of a workflow's runs, and a name for it: as long as no figure has moved much, it is the same one. */
export interface Bucket {
  readonly history: WorkflowHistory;
  readonly name: string;
}

interface Kept extends Bucket {
  /** As it was read last. */
  newest: WorkflowHistory;
  place: string;
  seenAt: Instant;
  readonly figures: ReadonlyMap<string, number>;
}

const MOST_KEPT = 200;
/** Runs of others are looked at anew after so long. */
const FRESH: Millis = 600_000;
/** Share by which a figure may move before what rests on it is worked out anew. */
const MOVED = 0.2;
/** Differences of shares and of ms that never count. */
const LEAST = 0.01;

/**
 * Histories of workflows, read anew only after further executions have ended. Equal runs give an equal history, whenever
 * it is read: it is told as of the last end that was seen.
 */
export class KeptHistories {
  private readonly kept = new LRUCache<string, Kept>({ max: MOST_KEPT });

  constructor(
    private readonly runs: RunHistory,
    private readonly clock: Clock,
  ) {}

  /** The same one as before, as long as no figure has moved much. */
  async of(question: HistoryQuestion): Promise<Bucket> {
    return this.read(question);
  }

  /** With the newest run of the workflow. */
  async newestOf(question: HistoryQuestion): Promise<WorkflowHistory> {
    return (await this.read(question)).newest;
  }

  private async read(question: HistoryQuestion): Promise<Kept> {
    const { workflow, facts, definition, windowDays, minRuns } = question;
    const key = JSON.stringify([workflow, definition, hashOfFacts(facts), windowDays, minRuns]);
    const now = this.clock.now();
    const place = await this.runs.place(workflow);
    const before = this.kept.get(key);
    if (before?.place === place && now - before.seenAt < FRESH) return before;
    const history = await this.readAnew(question);
    const figures = figuresOf(history, question.compiled);
    if (before && !hasMoved(before.figures, figures)) {
      Object.assign(before, { newest: history, place, seenAt: now });
      return before;
    }
    const fresh: Kept = { history, newest: history, figures, place, seenAt: now, name: hashOf([...figures]) };
    this.kept.set(key, fresh);
    return fresh;
  }

  private async readAnew({
    workflow,
    compiled,
    facts,
    windowDays,
    minRuns,
  }: HistoryQuestion): Promise<WorkflowHistory> {
    const inputsOf = cacheablePatterns(taskPlaces(compiled), facts);
    const observed = await this.runs.observe({ workflow, until: this.clock.now(), windowDays, inputsOf });
    if (observed.own.length < minRuns) return noHistory();
    return buildHistory(compiled, { ...observed, until: lastEnd(observed) });
  }
}

const lastEnd = ({ own, others, until }: Observations): Instant =>
  own.length + others.length === 0 ? until : Math.max(...[...own, ...others].map(({ endedAt }) => endedAt));

/** What predictions rest on, by name. */
const figuresOf = (history: WorkflowHistory, compiled: CompiledWorkflow): ReadonlyMap<string, number> => {
  const figures = new Map<string, number>([
    ['runs', history.executions],
    ['makespan', history.makespans.mean],
    ['failed', history.failed.share ?? 0],
  ]);
  const note = (name: string, statistics: Statistics | undefined): void => {
    if (!statistics) return;
    figures.set(`${name} takes`, statistics.durations.mean);
    figures.set(`${name} fails`, statistics.firstFails.share ?? 0);
    figures.set(`${name} fails again`, statistics.laterFails.share ?? 0);
    figures.set(`${name} is stopped`, statistics.cut.count + statistics.abandoned.count);
    figures.set(`${name} repeats`, statistics.repeats?.spared.at(-1) ?? 0);
    figures.set(`${name} asks`, statistics.spending.tokens.mean);
    figures.set(`${name} costs`, statistics.spending.nano.mean);
  };
  for (const pattern of placesOf(compiled).keys()) note(pattern, history.tasks.get(pattern));
  for (const [pattern, sizes] of history.decisions.sizes) figures.set(`${pattern} items`, sizes.mean);
  for (const [pattern, rate] of history.decisions.conditions) figures.set(`${pattern} runs`, rate.share ?? 0);
  for (const [owner, { growth }] of history.crowds) figures.set(`${owner} crowds`, growth);
  return figures;
};

const hasMoved = (before: ReadonlyMap<string, number>, after: ReadonlyMap<string, number>): boolean =>
  before.size !== after.size ||
  [...after].some(([name, value]) => {
    const was = before.get(name);
    return was === undefined || Math.abs(value - was) > Math.max(LEAST, MOVED * Math.abs(was));
  });
