import type { CatalogueEntry } from '../catalogue-entry.js';

/** Definitions of workflows, beside what the core checks. */
export const WORKFLOW_ERRORS = {
  child_not_literal: {
    status: 422,
    message: 'The {field} of a sub-workflow is taken as it is written: an expression in it is not worked out.',
    cure: 'Write the {field} down. To choose one while it runs, let a switch choose between steps, or start it with a task of type harmonia/start, whose input may be an expression.',
  },
} as const satisfies Record<string, CatalogueEntry>;
