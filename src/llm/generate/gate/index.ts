/** What a definition must pass before anybody is shown it. */
export { throughGates, type GateParts, type GateRequest, type Passed } from './gates.js';
export type { Restriction } from './flags.js';
export { modelDefinition } from './model-definition.js';
export type { CandidateObjection } from './objection.js';
