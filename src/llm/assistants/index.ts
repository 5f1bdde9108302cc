export { WorkflowAssistants, type AssistantParts } from './workflow-assistants.js';
