import type { CompiledWorkflow, Forecast } from '../../../engine/core/index.js';
import {
  Histogram,
  predictionOf,
  Rate,
  simulateWorkflow,
  type EngineLimits,
  type Prediction,
  type WorkflowHistory,
} from '../../optimizer/simulate/index.js';
import type { IndexedTask } from '../task-index.js';

/** What runs will take, as far as history tells. */
export interface Expectation {
  readonly prediction: Prediction;
  /** Of one run; undefined: no run ever said. */
  readonly tokens: Range | undefined;
  readonly cost: (Range & { readonly currency: string }) | undefined;
  /** Tasks that use models whose price was never known: what they cost is not in it. */
  readonly unpriced: readonly string[];
}

export interface Range {
  readonly p5: number;
  readonly p50: number;
  readonly p95: number;
}

const rangeOf = (values: readonly number[]): Range | undefined => {
  if (values.length === 0) return undefined;
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number): number => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] as number;
  return { p5: at(0.05), p50: at(0.5), p95: at(0.95) };
};

const certainly = (is: boolean): Rate => {
  const rate = new Rate();
  rate.add(is, 1);
  return rate;
};

const exactly = (size: number): Histogram => {
  const histogram = new Histogram();
  histogram.add(size);
  return histogram;
};

/** The history in which what is foreseen of this run has always been so. */
const withForesight = (
  history: WorkflowHistory,
  tasks: ReadonlyMap<string, IndexedTask>,
  forecasts: ReadonlyMap<string, Forecast>,
): WorkflowHistory => {
  const { conditions, branches, sizes, limits } = history.decisions;
  const known = { conditions: new Map(conditions), branches: new Map(branches), sizes: new Map(sizes) };
  for (const [pattern, { task, scope, prefix }] of tasks) {
    const forecast = forecasts.get(pattern);
    if (!forecast) continue;
    if (task.when?.is === 'expression') {
      if (forecast.because.some(({ is }) => is === 'condition_false')) {
        if (forecast.max === 0) known.conditions.set(pattern, certainly(false));
      } else if (!forecast.because.some(({ is }) => is === 'condition_open')) {
        known.conditions.set(pattern, certainly(true));
      }
    }
    if (forecast.sizes && forecast.sizes.min === forecast.sizes.max)
      known.sizes.set(pattern, exactly(forecast.sizes.min));
    if (task.work.is !== 'switch') continue;
    const targets = [...new Set(task.work.branches.map(({ goto }) => scope.tasks[goto]?.id ?? ''))];
    const open = targets.filter((id) => (forecasts.get(`${prefix}/${id}`)?.max ?? 0) > 0);
    if (open.length === 1 && forecasts.get(`${prefix}/${open[0]}`)?.because.length === 0) {
      known.branches.set(pattern, new Map([[open[0] as string, 1]]));
    }
  }
  return { ...history, decisions: { ...known, limits } };
};

/** Runs of a simulation: of what was never seen to run, many tell no more than a few. */
const RESAMPLES = { known: 400, unknown: 40 } as const;

/** What a run is expected to take: simulated on what was recorded, with the ways that are foreseen. */
export const expect = (
  compiled: CompiledWorkflow,
  history: WorkflowHistory,
  about: {
    readonly tasks: ReadonlyMap<string, IndexedTask>;
    readonly forecasts: ReadonlyMap<string, Forecast>;
    readonly limits: EngineLimits;
  },
): Expectation => {
  const { tasks, forecasts, limits } = about;
  const resamples = history.types.size > 0 ? RESAMPLES.known : RESAMPLES.unknown;
  const simulation = simulateWorkflow(compiled, withForesight(history, tasks, forecasts), { limits, resamples });
  const runs = simulation.outcomes.filter(({ end }) => end !== 'exhausted');
  const models = [...simulation.skeleton.models.values()].filter(({ spends }) => spends !== undefined);
  const prediction = predictionOf(simulation);
  const { currency } = history;
  const cost = prediction.cost === undefined ? undefined : rangeOf(runs.map((run) => run.cost));
  return {
    prediction,
    tokens: models.length > 0 ? rangeOf(runs.map(({ tokens }) => Math.round(tokens))) : undefined,
    cost: cost && currency !== undefined ? { currency, ...cost } : undefined,
    unpriced: models.filter(({ spends }) => !spends?.nano).map(({ pattern }) => pattern),
  };
};
