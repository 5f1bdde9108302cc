export { classify, type Classification, type Obstacle } from './classify.js';
export { diffDefinitions, type Change, type DefinitionDiff, type TaskPath } from './diff.js';
export type { Aspect } from './normal-form.js';
