/** What the optimiser needs of the world. */
export type { ObservationQuery, RunHistory } from './history.js';
export type { Observations, ObservedExecution, ObservedFailure, ObservedStep } from '../optimizer/simulate/index.js';
