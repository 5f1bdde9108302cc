export { parseLimits } from './budget.js';
export { compileWorkflow, type Accepted, type Surroundings } from './compile.js';
export { COMPONENT_TASK_TYPE } from './work-draft.js';
export {
  checkExpression,
  type CheckedExpression,
  type Finding,
  type TypeEnvironment,
} from './expression-types/check.js';
export { reachOf, type Reach, type TaskInReach } from './expression-types/reach.js';
export { nameOf as typeName, resultOf, type Type } from './expression-types/type.js';
