import type { Unit } from '../optimizer/simulate/index.js';

/** A figure before and after. `change` is after minus before, `ci95` the interval that holds it with 95 %. */
export interface ImpactFigure {
  readonly before: number;
  readonly after: number;
  readonly change: number;
  readonly ci95: readonly [number, number];
}

/** What a change is expected to do. Less is better in all figures. */
export interface Impact {
  /** Of makespan and busy. `weights`: without history every task weighs 1, and no figure is a time. */
  readonly unit: Unit | 'seconds';
  readonly makespan: { readonly p50: ImpactFigure | null; readonly p95: ImpactFigure | null };
  /** Time that attempts take together, mean per run; cost as it was recorded, and in which currency, null when none was. */
  readonly cost: {
    readonly busy: ImpactFigure | null;
    readonly recorded: ImpactFigure | null;
    readonly currency: string | null;
  };
  /** Share of runs that do not complete. */
  readonly reliability: { readonly failure: ImpactFigure | null };
  readonly basis: {
    /** Executions of the workflow. */
    readonly runs: number;
    readonly windowDays: number;
    readonly resamples: number;
    /** Patterns of tasks of which only others of their type were seen, or none. */
    readonly priorsUsed: readonly string[];
  };
}
