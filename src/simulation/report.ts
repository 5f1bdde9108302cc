import { canonicalJson, type Json, type JsonObject } from '../kernel/index.js';
import { patternOf, tasksByPattern } from '../engine/core/index.js';
import { endsOf, type EndOfRun } from './run-schedule.js';
import type { PlannedFault } from './script/fault-plan.js';
import { isStepEvent, type ExecutionHistory } from './watch/history.js';
import type { Schedule, ScheduleRun } from './world/simulated-world.js';

/** What a step did over all schedules; items and iterations of a step count together. */
export interface StepReport {
  /** `/fetch`, `/each[*]/fetch` */
  readonly step: string;
  /** How often it ended by its own work, well or badly. */
  readonly ran: number;
  readonly failed: number;
  readonly skipped: number;
  /** Attempts that began. */
  readonly attempts: number;
  /** The most attempts of one instance. */
  readonly mostAttempts: number;
}

/** Why executions failed. */
export interface FailureReport {
  /** The first step whose failure nobody handled; null when it is the execution's own, a timeout say. */
  readonly step: string | null;
  readonly code: string;
  readonly count: number;
}

/** What came of many schedules. The same for the same seed, to the byte. */
export interface Statistics {
  readonly schedules: number;
  readonly ends: Readonly<Partial<Record<EndOfRun, number>>>;
  /** The most frequent first. */
  readonly failures: readonly FailureReport[];
  /** Virtual seconds from start to end; null when nothing ended. */
  readonly seconds: { readonly p50: number; readonly p95: number; readonly max: number } | null;
  /** Different outputs of completed executions. More than one: the order of things, or time, shows. */
  readonly outputs: number;
  readonly steps: readonly StepReport[];
  /** Steps that ran in no schedule. */
  readonly neverRan: readonly string[];
  /** Faults of the plan that struck in no schedule. Empty for random faults. */
  readonly neverStruck: readonly PlannedFault[];
}

interface StepTally {
  ran: number;
  failed: number;
  skipped: number;
  attempts: number;
  mostAttempts: number;
}

/** Outputs of which it is remembered that they differ. */
const MOST_OUTPUTS = 1000;

/** Counts what schedules come to. */
export class Tally {
  private schedules = 0;
  private readonly ends: Partial<Record<EndOfRun, number>> = {};
  private readonly failures = new Map<string, { step: string | null; code: string; count: number }>();
  private readonly durations: number[] = [];
  private readonly outputs = new Set<string>();
  private readonly steps = new Map<string, StepTally>();
  private readonly struck = new Set<string>();
  private readonly planned = new Map<string, PlannedFault>();

  /** `isPlanned`: all schedules have the same plan, so that a fault that never struck is worth telling. */
  constructor(
    document: JsonObject,
    private readonly isPlanned: boolean,
  ) {
    for (const pattern of tasksByPattern(document).keys()) this.tallyOf(pattern);
  }

  add({ plan }: Schedule, run: ScheduleRun): void {
    this.schedules += 1;
    for (const [index, fault] of this.isPlanned ? plan.faults.entries() : []) {
      const name = canonicalJson(fault);
      this.planned.set(name, fault);
      if (run.struck.has(index)) this.struck.add(name);
    }
    for (const end of endsOf(run).values()) this.ends[end] = (this.ends[end] ?? 0) + 1;
    for (const execution of run.history.executions.values()) {
      this.addEnd(execution);
      this.addSteps(execution);
    }
  }

  statistics(): Statistics {
    const sorted = this.durations.sort((a, b) => a - b);
    const at = (share: number): number =>
      sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] as number;
    const steps = [...this.steps].map(([step, tally]) => ({ step, ...tally }));
    return {
      schedules: this.schedules,
      ends: this.ends,
      failures: [...this.failures.values()].sort((a, b) => b.count - a.count),
      seconds: sorted.length === 0 ? null : { p50: at(0.5), p95: at(0.95), max: at(1) },
      outputs: this.outputs.size,
      steps,
      neverRan: steps.filter(({ ran }) => ran === 0).map(({ step }) => step),
      neverStruck: [...this.planned].filter(([name]) => !this.struck.has(name)).map(([, fault]) => fault),
    };
  }

  private tallyOf(pattern: string): StepTally {
    const known = this.steps.get(pattern);
    if (known) return known;
    const made: StepTally = { ran: 0, failed: 0, skipped: 0, attempts: 0, mostAttempts: 0 };
    this.steps.set(pattern, made);
    return made;
  }

  private addEnd({ events, ended }: ExecutionHistory): void {
    if (!ended) return;
    const { event } = ended;
    this.durations.push((event.at - (events[0]?.event.at ?? event.at)) / 1000);
    if (event.type === 'execution_completed' && this.outputs.size < MOST_OUTPUTS)
      this.outputs.add(canonicalJson(event.output));
    if (event.type !== 'execution_failed') return;
    const { code, step } = causeOf(event.failure, event.steps);
    const key = `${step} ${code}`;
    const before = this.failures.get(key)?.count ?? 0;
    this.failures.set(key, { step, code, count: before + 1 });
  }

  private addSteps({ events }: ExecutionHistory): void {
    const attempts = new Map<string, number>();
    for (const { event } of events) {
      if (!isStepEvent(event)) continue;
      const tally = this.tallyOf(patternOf(event.step));
      if (event.type === 'step_started') attempts.set(event.step, (attempts.get(event.step) ?? 0) + 1);
      if (event.type === 'step_started') tally.attempts += 1;
      else if (event.type === 'step_skipped') tally.skipped += 1;
      else if (event.type === 'step_completed' || event.type === 'step_failed') tally.ran += 1;
      if (event.type === 'step_failed') tally.failed += 1;
    }
    for (const [step, count] of attempts) {
      const tally = this.tallyOf(patternOf(step));
      tally.mostAttempts = Math.max(tally.mostAttempts, count);
    }
  }
}

/** Of a failed execution: which step it was, and how that failed. */
export const causeOf = (
  { code, details }: { readonly code: string; readonly details?: Json },
  [first]: readonly string[],
): { readonly step: string | null; readonly code: string } => {
  const cause = (details as { cause?: { code?: string } } | undefined)?.cause?.code;
  return { step: first ?? null, code: first === undefined ? code : (cause ?? code) };
};
