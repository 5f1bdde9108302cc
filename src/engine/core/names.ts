/** The names that every expression of a workflow may use; what the scopes around add comes to them. */
export const WORKFLOW_NAMES: ReadonlySet<string> = new Set(['input', 'workflow', 'execution']);

/** The variables of the scopes around, in workflows that declare some. */
export const STATE_NAME = 'state';

/** In `catch`, and in the target of a `goto`: the failure. */
export const ERROR_NAME = 'error';

/** `tasks.<id>.callback_url` of a webhook is known before the step waits: reading it makes no edge. */
export const CALLBACK_URL = 'callback_url';
