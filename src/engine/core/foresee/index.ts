/** What an execution will do, before it begins. */
export { foresee, type Foreknowledge, type Forecast, type Foresight } from './foresee.js';
export type { KnownField } from './knowledge.js';
export { MOST_INPUTS, type KnownInput } from './ledger.js';
export type { Because } from './place.js';
export type { Assume, Assumed } from './oracle.js';
