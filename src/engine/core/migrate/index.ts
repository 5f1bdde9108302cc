export { classify, type Classification, type Obstacle } from './classify.js';
export { diffDefinitions, type Change, type DefinitionDiff, type TaskPath } from './diff.js';
export {
  scopeForm,
  taskForm,
  templateForm,
  workflowForm,
  type Aspect,
  type Reading,
  type Renaming,
} from './normal-form.js';
