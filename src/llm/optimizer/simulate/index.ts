/** What recorded executions say of a workflow, and what is therefore to be expected of its runs. Pure. */
export { buildHistory, type HistoryOptions } from './history/build-history.js';
export { Histogram } from './history/histogram.js';
export type {
  Observations,
  ObservedExecution,
  ObservedFailure,
  ObservedStep,
  ObservedUsage,
} from './history/observation.js';
export {
  noHistory,
  type Decisions,
  type FailureClass,
  Statistics,
  type TypeStatistics,
  type WorkflowHistory,
} from './history/statistics.js';
export { ENOUGH, Rate } from './history/rate.js';
export { placesOf } from './places.js';
export { typeKeyOf, typeKeyOfWork } from './history/type-key.js';
export { cutsOf, tailOf, type Cuts } from './history/cut-attempts.js';
export { crowdFactor, failingAt, failingBelow, isGrowing, overloadedFrom, type Crowd } from './history/crowds.js';
export { KEPT_FOR, sparedBy, type Repeats } from './history/repeats.js';
export { lognormalQuantile, survivalQuantile } from './history/survival.js';
export type { Difference } from './judge/bootstrap.js';
export { compare, isBetter, type Comparison, type Goal } from './judge/comparison.js';
export {
  medianGantt,
  predictionOf,
  wilson,
  type Prediction,
  type PredictionBasis,
  type Unit,
} from './judge/prediction.js';
export { upwardRanks, type TaskRank } from './judge/ranks.js';
export { scoreOf, type Ranked, type Risk } from './judge/score.js';
export { Agenda } from './run/agenda.js';
export type { EngineLimits, GanttRow, VirtualOutcome } from './run/outcome.js';
export { ganttOf, simulateWorkflow, type Simulation, type SimulationOptions } from './simulate-workflow.js';
