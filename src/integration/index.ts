/** Tekton components as seen by tasks. */
export { componentBases, type BaseOf } from './component-bases.js';
export { createComponentService, type ComponentServiceOptions } from './component-service.js';
