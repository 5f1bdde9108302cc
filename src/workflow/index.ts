/** Workflow definitions: dialects, versions, and the store behind them. */
export { importDocument, type ImportOptions } from './dialect/index.js';
export {
  WorkflowCatalog,
  type CatalogOptions,
  type Checked,
  type SaveWorkflow,
  type WorkflowWithDocument,
} from './workflow-catalog.js';
