import type { CatalogueEntry } from './catalogue-entry.js';

/** What steps and executions fail with: the codes that handlers can name. */
export const FAILURE_CLASSES = {
  loop_limit: {
    status: 500,
    message: 'The loop has run {limit} times and wants to go on.',
    cure: 'Raise `max_iterations`, or look at its condition.',
  },
  too_many_steps: {
    status: 500,
    message: 'The execution would have more than {limit} steps.',
    cure: 'Split it: let a map or a loop run sub-workflows.',
  },
  workflow_depth: {
    status: 500,
    message: 'Workflows run each other more than {limit} levels deep.',
    cure: 'Look whether one of them runs itself without end.',
  },
  expression_error: {
    status: 422,
    message: 'The expression failed: {reason}.',
    cure: 'Guard values that may be missing with has(...), `?.` or orValue(...).',
  },
  timeout: {
    status: 504,
    message: 'The attempt took longer than {seconds} s.',
    cure: 'Raise `timeout`, or make the task faster.',
  },
  heartbeat_missed: {
    status: 504,
    message: 'The attempt gave no sign of life for {seconds} s.',
    cure: 'Call `context.heartbeat()` in the task, or raise `heartbeat`.',
  },
  execution_timeout: {
    status: 504,
    message: 'The execution took longer than {seconds} s.',
    cure: 'Raise the timeout of the execution.',
  },
  attempt_lost: {
    status: 500,
    message: 'The process died while this attempt ran.',
    cure: 'Nothing to do: it is attempted again, unless `on_lost: fail`.',
  },
  canceled: { status: 409, message: 'Canceled{reason}.', cure: 'Start a new execution.' },
  task_failed: { status: 500, message: '{reason}', cure: 'Look at the failing task.' },
  task_threw: {
    status: 500,
    message: 'The task threw: {reason}.',
    cure: 'Look at the plugin; expected failures are thrown with fatal() or transient().',
  },
  step_failed: {
    status: 500,
    message: 'Step {address} failed: {reason}',
    cure: 'Look at that step, or give it `on_error`.',
  },
  output_invalid: {
    status: 500,
    message: 'The task gave an output that is not JSON: {reason}.',
    cure: 'Return plain JSON from the task.',
  },
  credential_missing: {
    status: 500,
    message: 'There is no credential {name} (any more).',
    cure: 'Make it with PUT /api/v1/credentials/{name}, or name another one in the task.',
  },
  host_not_granted: {
    status: 500,
    message: 'The plugin may not reach {host}.',
    cure: 'Name the host under `harmonia.hosts` in the package.json of the plugin.',
  },
  secret_missing: {
    status: 500,
    message: 'There is no secret "{name}".',
    cure: 'Make a credential {name} of the type secret, or set HARMONIA_SECRET_{name} for the service.',
  },
  address_blocked: {
    status: 403,
    message: 'Requests to {host} are refused: {reason}.',
    cure: 'Allow it with HARMONIA_HTTP_ALLOW if it is yours.',
  },
  http_error: {
    status: 502,
    message: 'The server answered {status}.',
    cure: 'Look at the answer; list accepted statuses in `expect`.',
  },
  http_unreachable: {
    status: 502,
    message: 'The server cannot be reached: {reason}.',
    cure: 'Check the address and that it runs.',
  },
  response_too_large: {
    status: 502,
    message: 'The response has more than {limit} bytes.',
    cure: 'Raise `max_bytes`, or ask for less.',
  },
  redirect_limit: {
    status: 502,
    message: 'More than {limit} redirects.',
    cure: 'Raise `max_redirects` or use the final address.',
  },
  program_not_allowed: {
    status: 403,
    message: 'The program "{program}" is not allowed.',
    cure: 'Add it to HARMONIA_SCRIPT_ALLOW.',
  },
  program_failed: { status: 500, message: 'The program ended with {status}.', cure: 'Look at stderr in the details.' },
  component_not_found: {
    status: 404,
    message: 'No address is known for the component "{component}".',
    cure: 'Set {variable}_PORT (and {variable}_HOST), or register it with POST /api/v1/components.',
  },
  action_not_found: {
    status: 404,
    message: 'Component "{component}" has no action "{action}".',
    cure: 'Check the name of the action.',
  },
  component_error: {
    status: 502,
    message: 'Component "{component}" answered with an error: {reason}',
    cure: 'Look at the log of the component.',
  },
  component_unreachable: {
    status: 502,
    message: 'Component "{component}" cannot be reached: {reason}.',
    cure: 'Start it, or correct {variable}_HOST and {variable}_PORT.',
  },
} satisfies Record<string, CatalogueEntry>;
