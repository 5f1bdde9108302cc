import type { DefinitionEvent, DefinitionLog } from '../../integration/ports/index.js';
import { isoInstant } from '../../kernel/index.js';
import type { WorkflowCatalog, WorkflowChanged } from '../../workflow/index.js';

const PAGE = 200;
const DONE: Readonly<Record<WorkflowChanged['type'], string>> = {
  workflow_created: 'made',
  workflow_updated: 'changed',
  workflow_deleted: 'deleted',
};

/** The same for the same change, whether it is told at once or after a crash. */
const eventOf = ({ type, workflow: { id, name, version }, at }: WorkflowChanged): DefinitionEvent => ({
  event: {
    ...{ type, event_type: type, id: `${id}:${type}:${at}` },
    ...{ execution_id: null, workflow_id: id, workflow_name: name, task_id: null },
    message: `${name} ${version} was ${DONE[type]}`,
    timestamp: isoInstant(at),
    details: { name, version },
  },
  ...{ workflowId: id, workflowName: name, at },
});

/** What becomes of workflows, for those who tell others of it. */
export const definitionLogOf = (catalog: WorkflowCatalog): DefinitionLog => ({
  types: Object.keys(DONE),
  follow: (told) => void catalog.follow((change) => told(eventOf(change))),
  since: async (at) => {
    const found: DefinitionEvent[] = [];
    for (let offset = 0; ; offset += PAGE) {
      const page = await catalog.list({ sortBy: 'updated_at', descending: true, offset, limit: PAGE });
      for (const workflow of page.items) {
        const { createdAt, updatedAt } = workflow;
        if (updatedAt < at) return found.reverse();
        const type = createdAt === updatedAt ? 'workflow_created' : 'workflow_updated';
        found.push(eventOf({ type, workflow, at: updatedAt }));
      }
      if (offset + PAGE >= page.total) return found.reverse();
    }
  },
});
