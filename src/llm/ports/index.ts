/** What language models and the optimiser need of the rest of the house, and offer to its API. */
export type * from './assistants.js';
export type * from './history.js';
export type * from './llm-board.js';
export type * from './llm-ledger.js';
export type * from './response-cache.js';
export type { Observations, ObservedExecution, ObservedFailure, ObservedStep } from '../optimizer/simulate/index.js';
