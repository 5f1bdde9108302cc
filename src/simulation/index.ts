/** Runs workflows through the real engine in a world where one thing happens at a time, by a seed, and checks what must hold. */
export { Chance } from '../kernel/index.js';
export { explore, type Counterexample, type Explored, type Exploration } from './explore.js';
export { simulationSchemas, type PluginSource } from './ground.js';
export { exploreRandomWorkflow, type RandomExploration } from './random/random-exploration.js';
export { orderDependence } from './order-dependence.js';
export { RANDOM_TASK_TYPE, randomWorkflow, type RandomWorkflow } from './random/random-workflow.js';
export { replayRegression, type Regression, type Replayed, type ReplayOptions } from './regression.js';
export type { FailureReport, Statistics, StepReport } from './report.js';
export { type EndOfRun } from './run-schedule.js';
export { type AttemptChoice, type FaultPlan, type PlannedFault } from './script/fault-plan.js';
export type { ScriptedAttempt, ScriptedTask, Seconds, TaskResults } from './script/task-results.js';
export { shrink } from './shrink.js';
export { simulate, sweepFaults, type Simulated, type SimulationOptions } from './simulate.js';
export { SWEPT, type Sweep, type SweepCell, type SweepRow, type SweptFault } from './sweep.js';
export { INVARIANTS, type Invariant, type Violation } from './watch/invariants.js';
export { MemoryJournal, type CommitHooks } from './world/memory-journal.js';
export { SimulatedWorld, type OpenableEngine, type Schedule, type SimulationGround } from './world/simulated-world.js';
export { VirtualTimers } from './world/virtual-timers.js';
