/** The conventions of the Tekton platform: what its components ask of Harmonia. */
export { OwnActionDesk, Repeatable, StateActions, TemplateActions, WorkflowActions } from './capabilities/index.js';
export { ContainedFiles } from './files/index.js';
export { HandoffDesk, HandoffFiles } from './handoff/index.js';
export { CommandDesk } from './message/index.js';
export { SprintDesk, SprintFiles, SprintWorkflows } from './sprint/index.js';
