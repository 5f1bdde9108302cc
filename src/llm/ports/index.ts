/** What language models and the optimiser need of the rest of the house, and offer to its API. */
export type * from './advice.js';
export type * from './assistants.js';
export * from './degraded.js';
export type * from './explain.js';
export type * from './expression-help.js';
export type * from './follow-up.js';
export type * from './generation.js';
export type * from './history.js';
export type * from './impact.js';
export type * from './llm-board.js';
export type * from './llm-ledger.js';
export * from './llm-usage.js';
export type * from './proposer.js';
export type * from './response-cache.js';
export type * from './suggestion.js';
export type * from './suggestion-store.js';
export type * from './suggestions.js';
export type * from './trial.js';
export type { Effects } from '../../engine/core/index.js';
export type { Certificate } from '../optimizer/ir/index.js';
export type { GanttRow, Goal } from '../optimizer/simulate/index.js';
export type { Aspect, Outcome, Verdict } from '../optimizer/trial/index.js';
export type {
  Observations,
  ObservedExecution,
  ObservedFailure,
  ObservedStep,
  ObservedUsage,
} from '../optimizer/simulate/index.js';
