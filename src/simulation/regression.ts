import type { Json, JsonObject } from '../kernel/index.js';
import {
  familyFrom,
  faultPlanFrom,
  loadSimulatedPlugins,
  mustFit,
  simulationSchemas,
  type PluginSource,
} from './ground.js';
import { comparingFor } from './order-dependence.js';
import { runSchedule } from './run-schedule.js';
import { FAULT_PLAN_SCHEMA, type FaultPlan } from './script/fault-plan.js';
import { TASK_RESULTS_SCHEMA, type TaskResults } from './script/task-results.js';
import { INVARIANTS, type Invariant, type Violation } from './watch/invariants.js';
import type { OpenableEngine, Schedule, ScheduleRun, SimulationGround } from './world/simulated-world.js';
import type { EmbeddedEngineOptions } from '../engine/embedded/index.js';

/** A schedule that failed, with all that it takes to run it again. Plain JSON. */
export interface Regression {
  /** Canonical. */
  readonly document: JsonObject;
  /** Of the execution. */
  readonly input: Json;
  /** What chance is made of. */
  readonly seed: number;
  /** What goes wrong. */
  readonly plan: FaultPlan;
  /** Which micro-step was taken of those that were due; where it ends, the first. */
  readonly choices: readonly number[];
  /** What the tasks give. */
  readonly results: TaskResults;
  /** What did not hold. */
  readonly invariant: Invariant;
  /** That are started at once. */
  readonly executions: number;
  /** Attempts that run at a time. */
  readonly slots: number;
  /** Longest that a commit takes, ms of virtual time. */
  readonly commit_millis: number;
  /** Those that it may run as sub-workflows. */
  readonly workflows?: readonly JsonObject[];
  /** The next version of it. */
  readonly next?: JsonObject;
}

const REGRESSION_SCHEMA: JsonObject = {
  type: 'object',
  required: ['document', 'input', 'seed', 'plan', 'choices', 'results', 'invariant'],
  additionalProperties: false,
  properties: {
    document: { type: 'object' },
    input: true,
    seed: { type: 'integer' },
    plan: FAULT_PLAN_SCHEMA,
    choices: { type: 'array', maxItems: 1_000_000, items: { type: 'integer', minimum: 0 } },
    results: TASK_RESULTS_SCHEMA,
    invariant: { enum: Object.keys(INVARIANTS) },
    executions: { type: 'integer', minimum: 1, maximum: 1000, default: 1 },
    slots: { type: 'integer', minimum: 1, default: 100 },
    commit_millis: { type: 'integer', minimum: 0, default: 0 },
    workflows: { type: 'array', maxItems: 1000, items: { type: 'object' } },
    next: { type: 'object' },
  },
};

/** A failed schedule as what can be kept. */
export const regressionOf = (
  { workflow, input, seed, plan, choices = [] }: Schedule,
  ground: SimulationGround,
  invariant: Invariant,
): Regression => ({
  document: workflow.compiled.document,
  input,
  seed,
  plan,
  choices,
  results: ground.results,
  invariant,
  executions: ground.executions ?? 1,
  slots: ground.slots ?? 100,
  commit_millis: ground.commitMillis ?? 0,
  ...othersIn(workflow, ground),
});

const othersIn = (workflow: Schedule['workflow'], { workflows, next }: SimulationGround): Partial<Regression> => {
  const others = [...(workflows?.values() ?? [])].filter((other) => other.pinned.id !== workflow.pinned.id);
  return {
    ...(others.length > 0 && { workflows: others.map(({ compiled }) => compiled.document) }),
    ...(next && { next: next.compiled.document }),
  };
};

export interface ReplayOptions extends PluginSource {
  readonly engine?: (options: EmbeddedEngineOptions) => OpenableEngine;
}

/** What came of running a regression again. */
export interface Replayed {
  /** What did not hold when the schedule was kept. */
  readonly invariant: Invariant;
  /** Empty: everything holds now. */
  readonly violations: readonly Violation[];
  /** Every micro-step, in words. */
  readonly trace: readonly string[];
}

/** Runs a saved regression again. Throws `validation_error` when it is none. */
export const replayRegression = async (value: unknown, options: ReplayOptions = {}): Promise<Replayed> => {
  mustFit('The regression', value, REGRESSION_SCHEMA);
  const regression = value as Regression;
  const registry = await loadSimulatedPlugins(options);
  const { workflow, ...family } = familyFrom(regression, registry);
  const ground: SimulationGround = {
    registry,
    schemas: simulationSchemas,
    results: regression.results,
    ...family,
    executions: regression.executions ?? 1,
    slots: regression.slots ?? 100,
    commitMillis: regression.commit_millis ?? 0,
    engine: options.engine,
  };
  const { input, seed, choices } = regression;
  const schedule = { workflow, input, seed, choices, plan: faultPlanFrom(regression.plan, { workflow, ...family }) };
  const compares = regression.invariant === 'result' ? 'always' : comparingFor(workflow.compiled.document);
  const run: ScheduleRun = await runSchedule(schedule, ground, { compares });
  if (run.refusal !== undefined) throw run.refusal as Error;
  return { invariant: regression.invariant, violations: run.violations, trace: run.trace };
};
