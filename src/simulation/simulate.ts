import type { EmbeddedEngineOptions } from '../engine/embedded/index.js';
import type { Json, JsonPointer } from '../kernel/index.js';
import { explore, type Explored } from './explore.js';
import {
  familyFrom,
  faultPlanFrom,
  loadSimulatedPlugins,
  simulationSchemas,
  taskResultsFrom,
  type PluginSource,
  type SimulatedFamily,
} from './ground.js';
import { comparingFor, orderDependence } from './order-dependence.js';
import { NO_FAULTS, type FaultPlan } from './script/fault-plan.js';
import type { TaskResults } from './script/task-results.js';
import { sweep, type Sweep } from './sweep.js';
import type { OpenableEngine, Schedule, SimulationGround } from './world/simulated-world.js';

/** What a simulation finds around it. Everything has a default. */
export interface SimulationOptions extends PluginSource {
  /** Default `{}`. */
  readonly input?: Json;
  /** A whole number; schedule n runs with `seed + n`. Default 1. */
  readonly seed?: number;
  /** Default 100. */
  readonly schedules?: number;
  /** What goes wrong: a plan, or `random` for a few faults by chance in each schedule. Default: nothing. */
  readonly faults?: FaultPlan | 'random';
  /**
   * What tasks give: a script, or the journal of an execution (`{events: [{seq, event}]}`). Of what is not in it pure
   * tasks are really run; others give a sample of the output that their type promises, else their input.
   */
  readonly results?: TaskResults | { readonly events: readonly unknown[] };
  /** Documents of the workflows that it may run as sub-workflows, by their names. Default: none but itself. */
  readonly workflows?: readonly unknown[];
  /** Document of its next version: what a fault `migrate` has executions go over to. */
  readonly next?: unknown;
  /** Executions that are started together. Default 1. */
  readonly executions?: number;
  /** Attempts that run at the same time. Default 100. */
  readonly slots?: number;
  /** Longest that a commit takes, ms of virtual time. Default 0. */
  readonly commitMillis?: number;
  /** Makes the engine. Default: the embedded one. */
  readonly engine?: (options: EmbeddedEngineOptions) => OpenableEngine;
}

/** What a workflow does in many schedules. Depends on nothing but the arguments. */
export interface Simulated extends Explored {
  /** What the schedules were made of: the same gives the same. */
  readonly seed: number;
  /** Where the workflow says that time or order decides its result. When empty, results were compared with those of undisturbed schedules, unless a timeout was met. */
  readonly orderDependence: readonly JsonPointer[];
}

interface Prepared {
  readonly family: SimulatedFamily;
  readonly first: Omit<Schedule, 'choices' | 'plan'>;
  readonly ground: SimulationGround;
  readonly dependence: readonly JsonPointer[];
}

const prepare = async (document: unknown, options: SimulationOptions): Promise<Prepared> => {
  const { input = {}, seed = 1, results = {}, executions, slots, commitMillis, engine } = options;
  const registry = await loadSimulatedPlugins(options);
  const { workflow, ...family } = familyFrom({ document, workflows: options.workflows, next: options.next }, registry);
  const ground = { registry, schemas: simulationSchemas, results: taskResultsFrom(results), ...family };
  return {
    first: { workflow, input, seed },
    family: { workflow, ...family },
    ground: { ...ground, executions, slots, commitMillis, engine },
    dependence: orderDependence(workflow.compiled.document),
  };
};

/**
 * Runs a workflow many times through the real engine, over a journal in memory and a virtual clock: every schedule
 * takes what is due (a result, a timer, a commit, a crash) in another order, with other durations, and after every
 * micro-step the invariants of the engine are checked. Throws `validation_error` for a wrong document, input, plan or script.
 *
 * ```ts
 * const { ends, counterexample } = await simulate(document, { faults: 'random', schedules: 500 });
 * expect(counterexample).toBeUndefined();
 * expect(ends).toEqual({ completed: 500 });
 * ```
 */
export const simulate = async (document: unknown, options: SimulationOptions = {}): Promise<Simulated> => {
  const { first, family, ground, dependence } = await prepare(document, options);
  const { schedules = 100, faults = NO_FAULTS } = options;
  const plan = faults === 'random' ? faults : faultPlanFrom(faults, family);
  const explored = await explore(
    { first, schedules, plan, compares: comparingFor(first.workflow.compiled.document) },
    ground,
  );
  return { seed: first.seed, ...explored, orderDependence: dependence };
};

/** What each single fault of each step does to the execution: which ones the workflow does not survive. */
export const sweepFaults = async (
  document: unknown,
  options: Omit<SimulationOptions, 'faults' | 'schedules'> = {},
): Promise<Sweep> => {
  const { first, ground } = await prepare(document, options);
  return sweep(first, ground, { compares: comparingFor(first.workflow.compiled.document) });
};
