/** What Harmonia does for other components, by name: for the client in Python, and for another Harmonia. */
export { OwnActionDesk } from './own-action-desk.js';
export { Repeatable } from './repeatable.js';
export { StateActions, type StateActionParts } from './state-actions.js';
export { TemplateActions, type TemplateActionParts } from './template-actions.js';
export { WorkflowActions, type WorkflowActionParts } from './workflow-actions.js';
