/** What the parts of the optimiser say to each other: tasks in their places, what is known of effects, claims. */
export {
  GATES,
  type Certificate,
  type Claim,
  type DroppedEdge,
  type FailureChange,
  type Gate,
  type Gone,
  type Level,
  type Objection,
  type Policy,
} from './claim.js';
export { actionOf, commute, effectsOf, hashOfFacts, NO_FACTS, paces, type ActionName, type Facts } from './facts.js';
export {
  bodiesOf,
  placesOf,
  type Body,
  type PlacedScope,
  type PlacedTask,
  type Places,
  type ScopePath,
} from './task-path.js';
export { patternOf } from './pattern.js';
export { expressionsIn, looksAtOnce, namesRead, usesOf, type Uses } from './expressions.js';
export { ANY_VARIABLE, variablesRead, variablesSet } from './variables.js';
export { resourcesOf, type Resource } from './resources.js';
