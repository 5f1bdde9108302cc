import { canonicalJson, contentHash, type JsonObject } from '../kernel/index.js';
import type { CompiledWorkflow } from '../engine/core/index.js';
import type { StoredVersion, StoredWorkflow } from './ports/index.js';

/** A workflow with one of its versions. */
export interface WorkflowWithDocument {
  readonly workflow: StoredWorkflow;
  readonly version: StoredVersion;
  readonly document: JsonObject;
}

/** What is kept of a workflow whose current version this document is. */
export const describe = (
  times: Pick<StoredWorkflow, 'id' | 'createdAt' | 'updatedAt'>,
  document: JsonObject,
  compiled: CompiledWorkflow,
): StoredWorkflow => ({
  ...times,
  name: compiled.name,
  description: typeof document.description === 'string' ? document.description : undefined,
  version: compiled.version,
  definition: contentHash(canonicalJson(document)),
  taskCount: compiled.taskCount,
  tags: Array.isArray(document.tags) ? (document.tags as string[]) : [],
});

export const withVersion = (workflow: StoredWorkflow, document: JsonObject): WorkflowWithDocument => ({
  workflow,
  version: {
    workflow: workflow.id,
    version: workflow.version,
    definition: workflow.definition,
    createdAt: workflow.updatedAt,
  },
  document,
});
