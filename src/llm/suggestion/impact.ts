import type { Comparison, Prediction, Simulation } from '../optimizer/simulate/index.js';
import { compare, isBetter, predictionOf, simulateWorkflow } from '../optimizer/simulate/index.js';
import type { Goal, EngineLimits, WorkflowHistory } from '../optimizer/simulate/index.js';
import { patternOf, placesOf, type Certificate } from '../optimizer/ir/index.js';
import type { CompiledWorkflow } from '../../engine/core/index.js';
import type { Impact, ImpactFigure } from '../ports/index.js';

/** Figures are told to so many digits. */
const DIGITS = 6;
const rounded = (value: number): number => Number(value.toPrecision(DIGITS));

type Difference = NonNullable<Comparison['p50']>;

const figure = (found: Difference | undefined, scale = 1): ImpactFigure | null =>
  found
    ? {
        before: rounded(found.before * scale),
        after: rounded(found.after * scale),
        change: rounded(found.change * scale),
        ci95: [rounded(found.ci95[0] * scale), rounded(found.ci95[1] * scale)],
      }
    : null;

/** What two simulations say, in seconds when anything is known of times. */
export const impactOf = (comparison: Comparison, basis: Prediction['basis']): Impact => {
  const { unit, p50, p95, busy, cost, currency, failure } = comparison;
  const scale = unit === 'ms' ? 1 / 1000 : 1;
  return {
    unit: unit === 'ms' ? 'seconds' : unit,
    makespan: { p50: figure(p50, scale), p95: figure(p95, scale) },
    cost: { busy: figure(busy, scale), recorded: figure(cost), currency: (cost && currency) ?? null },
    reliability: { failure: figure(failure) },
    basis: {
      runs: basis.executions,
      windowDays: basis.windowDays,
      resamples: comparison.pairs,
      priorsUsed: [...basis.byType, ...basis.assumed],
    },
  };
};

/** Runs of a simulation, and decisions of the core that all of them may cost: about 0.1 s. */
const RESAMPLES = { known: 400, unknown: 20 } as const;
const MAX_DECISIONS = 60_000;
const SEED = 1;

/** What a change is worth. */
export interface Judged {
  readonly impact: Impact;
  readonly comparison: Comparison;
  /** Gate `benefit`. */
  readonly isBetter: boolean;
  readonly simulation: Simulation;
}

/** Simulates versions of one workflow over the same draws. The base is simulated once. */
export class Benefit {
  private simulated: Simulation | undefined;

  constructor(
    private readonly workflow: CompiledWorkflow,
    readonly history: WorkflowHistory,
    private readonly limits: EngineLimits,
  ) {}

  get base(): Simulation {
    return (this.simulated ??= this.simulate(this.workflow));
  }

  /** Of the workflow as it is. */
  get prediction(): Prediction {
    return predictionOf(this.base);
  }

  /** `stands`: tasks of the candidate that the history knows by another path. */
  judge(candidate: CompiledWorkflow, goal: Goal, stands: Certificate['stands'] = {}): Judged {
    const simulation = this.simulate(candidate, this.movedIn(candidate, stands));
    const comparison = compare(this.base, simulation);
    const { basis } = this.prediction;
    return { impact: impactOf(comparison, basis), comparison, isBetter: isBetter(comparison, goal), simulation };
  }

  private movedIn(candidate: CompiledWorkflow, stands: Certificate['stands']): ReadonlyMap<string, string> {
    const [before, after] = [placesOf(this.workflow), placesOf(candidate)];
    return new Map(
      Object.entries(stands).flatMap(([path, origin]): [string, string][] => {
        const [was, is] = [before.at(origin), after.at(path)];
        return was && is ? [[patternOf(is), patternOf(was)]] : [];
      }),
    );
  }

  private simulate(workflow: CompiledWorkflow, mapping: ReadonlyMap<string, string> = new Map()): Simulation {
    const resamples = this.history.types.size > 0 ? RESAMPLES.known : RESAMPLES.unknown;
    const options = { seed: SEED, resamples, maxDecisions: MAX_DECISIONS, limits: this.limits, mapping };
    return simulateWorkflow(workflow, this.history, options);
  }
}
