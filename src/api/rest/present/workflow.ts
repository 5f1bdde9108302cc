import { isJsonObject, isoInstant, type Json, type JsonObject } from '../../../kernel/index.js';
import type { Canary, StoredDraft, StoredVersion, StoredWorkflow } from '../../../workflow/ports/index.js';
import type { WorkflowWithDocument } from '../../../workflow/index.js';

/** A workflow as lists show it, under the names of every caller. */
export const workflowItem = (workflow: StoredWorkflow): Record<string, Json> => ({
  id: workflow.id,
  workflow_id: workflow.id,
  name: workflow.name,
  description: workflow.description ?? '',
  version: workflow.version,
  tags: workflow.tags,
  task_count: workflow.taskCount,
  taskCount: workflow.taskCount,
  status: workflow.taskCount > 0 ? 'Active' : 'Draft',
  created_at: isoInstant(workflow.createdAt),
  updated_at: isoInstant(workflow.updatedAt),
  lastModified: isoInstant(workflow.updatedAt),
});

const draftWords = (draft: StoredDraft | undefined): JsonObject =>
  draft ? { draft: true, draft_saved_at: isoInstant(draft.savedAt), draft_data: draft.data } : {};

const canaryWords = ({ version, definition, share, isPaused, suggestion, since }: Canary): JsonObject => ({
  ...{ version, definition_hash: definition, share, status: isPaused ? 'paused' : 'running' },
  ...{ suggestion_id: suggestion, since: isoInstant(since) },
});

const orEmpty = (value: Json | undefined): JsonObject => (isJsonObject(value) ? value : {});

/** A workflow with one of its definitions. `workflow_definition` is where the designer of upstream looks. */
export const workflowDetails = (
  { workflow, version, document }: WorkflowWithDocument,
  draft?: StoredDraft,
): Record<string, Json> => {
  const details = {
    ...workflowItem(workflow),
    version: version.version,
    definition_hash: version.definition,
    tasks: orEmpty(document.tasks),
    input_schema: orEmpty(document.input_schema),
    output_schema: orEmpty(document.output_schema),
    ...(document.output !== undefined && { output: document.output }),
    ...(document.timeout !== undefined && { timeout: document.timeout }),
    ...(document.fail_fast !== undefined && { fail_fast: document.fail_fast }),
    metadata: { ...orEmpty(document.metadata), ...draftWords(draft) },
    canary: workflow.canary ? canaryWords(workflow.canary) : null,
  };
  return { ...details, workflow_definition: { id: workflow.id, ...document } };
};

export const versionItem = ({
  version,
  definition,
  createdAt,
  isCandidate = false,
}: StoredVersion): Record<string, Json> => ({
  version,
  definition_hash: definition,
  created_at: isoInstant(createdAt),
  candidate: isCandidate,
});
