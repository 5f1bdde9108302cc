import type { CatalogueEntry } from '../catalogue-entry.js';

export const SUGGESTION_ERRORS = {
  suggestion_not_found: {
    status: 404,
    message: 'No suggestion {id}.',
    cure: 'List those of a workflow: harmonia suggestion list <workflow>. Those that nobody took are forgotten after 30 days.',
  },
  suggestion_stale: {
    status: 409,
    message: 'Suggestion {id} was made for version {base}; the workflow is at {version}.',
    cure: 'Apply details.rebased when it is there, the same change of the version of today; else ask for suggestions again.',
  },
  suggestion_closed: {
    status: 409,
    message: 'Suggestion {id} is {status}.',
    cure: 'Ask for suggestions again with POST /api/v1/workflows/{id}/suggestions.',
  },
  suggestion_unproved: {
    status: 422,
    message: 'Suggestion {id} can not be proved any more: {reason}.',
    cure: 'Ask for suggestions again: something else is known by now of what the tasks do.',
  },
  suggestion_unconfirmed: {
    status: 428,
    message: 'Suggestion {id} is a {equivalence}: executions may do something else than before.',
    cure: 'Look at POST /api/v1/suggestions/{id}/preview, then send {"confirm": true}.',
  },
  canary_running: {
    status: 409,
    message: 'Workflow {id} has a canary already: {version}.',
    cure: 'Promote or abandon it first: POST /api/v1/suggestions/{id}/promote, or DELETE /api/v1/workflows/{id}/canary.',
  },
  canary_not_found: {
    status: 404,
    message: '{what} {id} has no canary.',
    cure: 'Begin one with POST /api/v1/suggestions/{id}/apply and {"canary": {"share": 0.1}}.',
  },
  version_changed: {
    status: 409,
    message: 'Workflow {id} was changed meanwhile; it is at {version}.',
    cure: 'Read it again and decide again.',
  },
} as const satisfies Record<string, CatalogueEntry>;
