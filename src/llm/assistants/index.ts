export { WorkflowAssistants, type AssistantParts } from './workflow-assistants.js';
export { ModelAsker } from './asking/index.js';
