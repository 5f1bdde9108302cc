/** The sprints of the platform: read, made into workflows, handed on. */
export { SprintDesk, type SprintDeskParts } from './sprint-desk.js';
export { pathOf, SprintFiles, type SprintPlace } from './sprint-files.js';
export { directoryOf, handoffIdOf, titleOf } from './sprint-name.js';
export { SprintWorkflows } from './sprint-workflows.js';
