import type { CatalogueEntry } from '../catalogue-entry.js';

/** Sprints, and the work that components hand to one another. */
export const PLANNING_ERRORS = {
  tekton_root_unset: {
    status: 409,
    message: 'TEKTON_ROOT is not set: there are no sprints here, and no place for what is handed over.',
    cure: 'Set TEKTON_ROOT to the checkout of the platform and start Harmonia again.',
  },
  sprint_not_found: {
    status: 404,
    message: 'No sprint {id}.',
    cure: 'List them with GET /api/v1/sprints; the id is the name of its directory.',
  },
  handoff_not_found: {
    status: 404,
    message: 'Nothing was handed over as {id}.',
    cure: 'Name a workflow_id that an export_data answered.',
  },
  planning_file_unusable: {
    status: 422,
    message: '{file} cannot be used: {reason}.',
    cure: 'Mend the file; links that lead elsewhere are not followed.',
  },
  sprint_not_ready: {
    status: 422,
    message: 'The sprint {id} cannot be exported: {count} fault(s).',
    cure: 'Mend what details.faults lists; nothing was written.',
  },
  task_unassigned: {
    status: 422,
    message: 'The task "{task}" has no component to do it.',
    cure: 'Give it one with POST /api/v1/component-tasks/assign, or in the workflow.',
  },
  task_unconnected: {
    status: 422,
    message: 'The task "{task}" is connected to no other.',
    cure: 'Say what it depends on, or what depends on it, or take it out.',
  },
  handoff_no_object: {
    status: 400,
    message: 'Message must be a JSON object',
    cure: 'Send {purpose, dest, payload}.',
  },
  handoff_fields_missing: {
    status: 400,
    message: 'Missing required fields: {fields}',
    cure: 'Send {purpose, dest, payload}.',
  },
} as const satisfies Record<string, CatalogueEntry>;
