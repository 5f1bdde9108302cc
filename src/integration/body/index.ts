/** Bodies of requests, read field by field. */
export { BodyReader, bodyOf, withSnakeNames } from './body-reader.js';
export { instantOf } from './instant.js';
export { readBudget } from './read-budget.js';
export { mustHaveNone, refusalOf } from './refusal.js';
export { readWorkflow, workflowFaults, workflowPlace, type KnowsWorkflow } from './workflow-name.js';
