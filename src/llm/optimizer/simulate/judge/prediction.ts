import { UNIT, type Basis } from '../run/task-model.js';
import { ganttOf, type Simulation } from '../simulate-workflow.js';
import type { GanttRow, VirtualOutcome } from '../run/outcome.js';

/** `weights`: nothing was ever seen of what the workflow runs, so every task weighs 1 and no figure is a time. */
export type Unit = 'ms' | 'weights';

/** What is to be expected of a run. */
export interface Prediction {
  /** Of `makespan` and `busy`. */
  readonly unit: Unit;
  /** From start to end, of runs that complete; undefined: none does. */
  readonly makespan: { readonly p50: number; readonly p95: number; readonly mean: number } | undefined;
  /** That it does not complete, 0..1, with the interval that holds it with 95 % (Wilson, 1927). */
  readonly failure: { readonly probability: number; readonly ci95: readonly [number, number] };
  /** Means per run. `busy`: the lengths of all attempts together. */
  readonly attempts: number;
  readonly failedAttempts: number;
  readonly busy: number;
  readonly tokens: number;
  /** In the currency of the history. Undefined: no cost was ever recorded. */
  readonly cost: number | undefined;
  /** 0..1; at most 0.3 without any history. */
  readonly confidence: number;
  readonly basis: PredictionBasis;
}

/** What a prediction rests on. */
export interface PredictionBasis {
  /** Executions of the workflow. */
  readonly executions: number;
  readonly windowDays: number;
  /** Runs that were simulated, and how many of them were given up since they were too long. */
  readonly resamples: number;
  readonly exhausted: number;
  readonly isCutShort: boolean;
  /** Tasks of which only others of their type were seen, and those of which none was, by pattern. */
  readonly byType: readonly string[];
  readonly assumed: readonly string[];
  /** Conditions, switches, maps and loops that were never seen to be decided. */
  readonly guessed: readonly string[];
}

/** Confidence without history is never above this. */
const WITHOUT_HISTORY = 0.3;

/** The value below which that share of a list lies; the list is not empty. */
export const quantileOf = (values: readonly number[], share: number): number => {
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(share * sorted.length) - 1))] as number;
};

export const meanOf = (values: readonly number[]): number =>
  values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;

/** Wilson's interval of a share for 95 %. */
export const wilson = (share: number, of: number): readonly [number, number] => {
  if (of === 0) return [0, 1];
  const square = 1.96 ** 2;
  const middle = share + square / (2 * of);
  const half = 1.96 * Math.sqrt((share * (1 - share)) / of + square / (4 * of * of));
  return [Math.max(0, (middle - half) / (1 + square / of)), Math.min(1, (middle + half) / (1 + square / of))];
};

/** Runs that say something: those that were given up are none. */
export const judged = ({ outcomes }: Simulation): readonly VirtualOutcome[] =>
  outcomes.filter(({ end }) => end !== 'exhausted');

export const unitOf = ({ skeleton }: Simulation): Unit => {
  const models = [...skeleton.models.values()];
  return models.length > 0 && models.every(({ basis }) => basis === 'assumed') ? 'weights' : 'ms';
};

/** Makes figures of times in ms. */
export const scaleOf = (unit: Unit): number => (unit === 'weights' ? 1 / UNIT : 1);

const isKnown = (guessed: number, all: number): number => (all === 0 ? 1 : 1 - guessed / all);

const confidenceOf = (simulation: Simulation): number => {
  const { skeleton } = simulation;
  const way = 0.5 + 0.5 * isKnown(skeleton.guessed.length, skeleton.decisions);
  if (unitOf(simulation) === 'weights') return WITHOUT_HISTORY * way;
  const runs = judged(simulation);
  const busy = meanOf(runs.map((run) => run.busy));
  const trusts = [...skeleton.models.values()].map(({ trust }) => trust);
  const tasks = busy > 0 ? meanOf(runs.map((run) => run.trusted)) / busy : trusts.length > 0 ? meanOf(trusts) : 1;
  return tasks * way;
};

const patternsOn = ({ skeleton }: Simulation, basis: Basis): readonly string[] =>
  [...skeleton.models.values()].filter((model) => model.basis === basis).map(({ pattern }) => pattern);

const makespanOf = (runs: readonly VirtualOutcome[], scale: number): Prediction['makespan'] => {
  const lengths = runs.filter(({ end }) => end === 'completed').map(({ makespan }) => makespan * scale);
  if (lengths.length === 0) return undefined;
  return { p50: quantileOf(lengths, 0.5), p95: quantileOf(lengths, 0.95), mean: meanOf(lengths) };
};

/** Whether anything is known of what runs cost. */
const costs = ({ models }: Simulation['skeleton']): boolean =>
  [...models.values()].some(
    ({ spends, failedSpends }) => spends?.nano !== undefined || failedSpends?.nano !== undefined,
  );

export const predictionOf = (simulation: Simulation): Prediction => {
  const { outcomes, history, skeleton, isCutShort } = simulation;
  const runs = judged(simulation);
  const scale = scaleOf(unitOf(simulation));
  const probability = meanOf(runs.map(({ end }) => (end === 'completed' ? 0 : 1)));
  return {
    unit: unitOf(simulation),
    makespan: makespanOf(runs, scale),
    failure: { probability, ci95: wilson(probability, runs.length) },
    attempts: meanOf(runs.map((run) => run.attempts)),
    failedAttempts: meanOf(runs.map((run) => run.failedAttempts)),
    busy: meanOf(runs.map((run) => run.busy)) * scale,
    tokens: meanOf(runs.map((run) => run.tokens)),
    cost: costs(skeleton) ? meanOf(runs.map((run) => run.cost)) : undefined,
    confidence: confidenceOf(simulation),
    basis: {
      executions: history.executions,
      windowDays: history.windowDays,
      resamples: outcomes.length,
      exhausted: outcomes.length - runs.length,
      isCutShort,
      byType: patternsOn(simulation, 'type'),
      assumed: patternsOn(simulation, 'assumed'),
      guessed: skeleton.guessed,
    },
  };
};

/** The bars of the run whose length is the median, in the unit of the prediction; of several, the first. Empty: no run completes. */
export const medianGantt = (simulation: Simulation): readonly GanttRow[] => {
  const middle = makespanOf(simulation.outcomes, 1)?.p50;
  const index = simulation.outcomes.findIndex(({ end, makespan }) => end === 'completed' && makespan === middle);
  if (index < 0) return [];
  const scale = scaleOf(unitOf(simulation));
  return ganttOf(simulation, index).map((row) => ({ ...row, start: row.start * scale, end: row.end * scale }));
};
