import type { CatalogueEntry } from '../catalogue-entry.js';

export const SUGGESTION_ERRORS = {
  suggestion_not_found: {
    status: 404,
    message: 'No suggestion {id}.',
    cure: 'List those of a workflow: harmonia suggestion list <workflow>. Those that nobody took are forgotten after 30 days.',
  },
  suggestion_stale: {
    status: 409,
    message: 'Suggestion {id} was made for version {base}, and {seen} was seen; the workflow is at {version}.',
    cure: 'Apply details.rebased when it is there, the same change of the version of today; where the version that it was made for is the current one, name that in If-Match; else ask for suggestions again.',
  },
  suggestion_closed: {
    status: 409,
    message: 'Suggestion {id} is {status}.',
    cure: 'A canary is ended with /promote or /abandon of the suggestion. One that was applied or dismissed is offered again when POST /api/v1/workflows/{workflow}/suggestions finds it in another version, or when more is known.',
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
    cure: 'Begin one: POST /apply of a suggestion that is open, with {"canary": {"share": 0.1}}.',
  },
  version_changed: {
    status: 409,
    message: 'Workflow {id} was changed meanwhile; it is at {version}.',
    cure: 'Read it again and decide again.',
  },
} as const satisfies Record<string, CatalogueEntry>;
