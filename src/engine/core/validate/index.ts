export { parseLimits } from './budget.js';
export { compileWorkflow, type Accepted, type Surroundings } from './compile.js';
export { COMPONENT_TASK_TYPE } from './work-draft.js';
