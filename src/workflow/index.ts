/** Workflow definitions: dialects, versions, and the store behind them. */
export { isDrawn } from './canary.js';
export { checkDocument, type Checked } from './check-document.js';
export { importDocument, type ImportOptions } from './dialect/index.js';
export {
  WorkflowCatalog,
  type CatalogOptions,
  type SaveCandidate,
  type SaveWorkflow,
  type ToStart,
  type WorkflowChanged,
} from './workflow-catalog.js';
export {
  WorkflowRequests,
  type EventRequest,
  type StartRequest,
  type WorkflowRequestsParts,
} from './workflow-requests.js';
export type { WorkflowWithDocument } from './workflow-with-document.js';
