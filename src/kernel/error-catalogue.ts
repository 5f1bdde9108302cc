import type { CatalogueEntry } from './catalogue-entry.js';
import { FAILURE_CLASSES } from './failure-classes.js';
import { ACCESS_ERRORS } from './feature-errors/access-errors.js';
import { BUDGET_ERRORS } from './feature-errors/budget-errors.js';
import { COMPONENT_ERRORS } from './feature-errors/component-errors.js';
import { CREDENTIAL_ERRORS } from './feature-errors/credential-errors.js';
import { HERMES_ERRORS } from './feature-errors/hermes-errors.js';
import { LIFECYCLE_ERRORS } from './feature-errors/lifecycle-errors.js';
import { LIMIT_ERRORS } from './feature-errors/limit-errors.js';
import { LLM_ERRORS } from './feature-errors/llm-errors.js';
import { OPERATION_ERRORS } from './feature-errors/operation-errors.js';
import { OUTBOUND_ERRORS } from './feature-errors/outbound-errors.js';
import { PLANNING_ERRORS } from './feature-errors/planning-errors.js';
import { PLUGIN_ERRORS } from './feature-errors/plugin-errors.js';
import { SCHEDULE_ERRORS } from './feature-errors/schedule-errors.js';
import { SUGGESTION_ERRORS } from './feature-errors/suggestion-errors.js';
import { TEMPLATE_ERRORS } from './feature-errors/template-errors.js';
import { TOOL_ERRORS } from './feature-errors/tool-errors.js';
import { TRIGGER_ERRORS } from './feature-errors/trigger-errors.js';
import { WEBHOOK_ERRORS } from './feature-errors/webhook-errors.js';
import { WORKFLOW_ERRORS } from './feature-errors/workflow-errors.js';

export type { CatalogueEntry } from './catalogue-entry.js';

const catalogue = <T extends Record<string, CatalogueEntry>>(entries: T): Readonly<T> => Object.freeze(entries);

/**
 * Every code that Harmonia gives to the outside: as an HTTP error, as a fault of a document, as the class of a failed
 * step. `docs/errors.md` has one heading for each; a test holds the two together, both ways.
 */
export const CATALOGUE = catalogue({
  // Requests
  invalid_request: {
    status: 400,
    message: 'The request cannot be read: {reason}.',
    cure: 'Send well-formed JSON with Content-Type application/json.',
  },
  validation_error: {
    status: 422,
    message: '{subject} has {count} fault(s).',
    cure: 'Mend what details.faults lists; each entry has a JSON pointer.',
  },
  route_not_found: {
    status: 404,
    message: 'There is nothing at {method} {path}.',
    cure: 'See /api/v1/docs for the routes.',
  },
  workflow_not_found: { status: 404, message: 'No workflow {id}.', cure: 'List them with GET /api/v1/workflows.' },
  version_not_found: {
    status: 404,
    message: 'Workflow {id} has no version {version}.',
    cure: 'List them with GET /api/v1/workflows/{id}/versions.',
  },
  execution_not_found: { status: 404, message: 'No execution {id}.', cure: 'List them with GET /api/v1/executions.' },
  callback_gone: {
    status: 410,
    message: 'This callback is not there, or has been used.',
    cure: 'Each callback URL counts once; a re-execution gives a new one.',
  },
  checkpoint_not_found: {
    status: 404,
    message: 'No checkpoint {id}.',
    cure: 'List them with GET /api/v1/executions/{id}/checkpoints.',
  },
  conflict: { status: 409, message: '{reason}.', cure: 'Read the current state and decide again.' },
  version_exists: {
    status: 409,
    message: 'Workflow {id} already has a version {version} with other content.',
    cure: 'Raise `version`; stored versions never change.',
  },
  idempotency_conflict: {
    status: 409,
    message: 'Idempotency-Key {key} was used for a different request.',
    cure: 'Use a new key for a new request.',
  },
  journal_gone: {
    status: 410,
    message: 'The journal of execution {id} was deleted by retention.',
    cure: 'Raise HARMONIA_RETENTION_DAYS to keep journals longer.',
  },
  payload_too_large: {
    status: 413,
    message: '{subject} has {size} bytes; the limit is {limit}.',
    cure: 'Pass large data by reference, or raise {setting}.',
  },
  not_initialized: {
    status: 503,
    message: 'Harmonia is not ready: {reason}.',
    cure: 'Try again when GET /ready answers 200.',
  },
  shutting_down: {
    status: 503,
    message: 'Harmonia is shutting down and takes no new work.',
    cure: 'Try again after the restart.',
  },
  backlog_full: {
    status: 503,
    message: '{count} {what} are open; the limit is {limit}.',
    cure: 'Wait for some to end, or raise {setting}.',
  },
  storage_unavailable: {
    status: 503,
    message: 'The data directory cannot be written: {reason}.',
    cure: 'Free space or make it writable; nothing that was acknowledged is lost, and work goes on by itself.',
  },
  storage_locked: {
    status: 503,
    message: 'Another process works on {path}.',
    cure: 'Stop it, or give this one its own --data-dir.',
  },
  storage_unsafe: {
    status: 503,
    message: 'This SQLite cannot be trusted with data: {reason}.',
    cure: 'Install the pinned better-sqlite3 (npm ci).',
  },
  storage_ahead: {
    status: 503,
    message: 'The database was written by a newer Harmonia ({found}); this one knows {known}.',
    cure: 'Start the newer version.',
  },
  internal_error: {
    status: 500,
    message: 'Something went wrong inside Harmonia; its log has it as {reference}.',
    cure: 'Look for the reference {reference} in the log.',
  },
  too_slow: {
    status: 503,
    message: 'This client reads too slowly: more than {limit} bytes wait for it.',
    cure: 'Reconnect with `since` to go on where you stopped.',
  },
  limit_reached: {
    status: 429,
    message: '{subject}: the limit is {limit}.',
    cure: 'Close some, or share one; /events and /ws/events tell of all executions on one connection.',
  },
  invalid_configuration: {
    status: 500,
    message: 'Setting {name} is wrong: {reason}.',
    cure: 'See docs/configuration.md.',
  },
  plugin_invalid: {
    status: 500,
    message: 'Plugin {plugin} cannot be loaded: {reason}.',
    cure: 'Mend its package.json and exports; see docs/guides/plugins.md.',
  },

  // Faults of a document
  wrong_type: { status: 422, message: 'This must be {expected}.', cure: 'Write {expected} here.' },
  unknown_field: {
    status: 422,
    message: 'Unknown field "{field}".',
    cure: 'Remove it, or write one that is known here: {known}.',
  },
  required_field: { status: 422, message: '"{field}" is missing.', cure: 'Add `{field}`.' },
  not_json: {
    status: 422,
    message: 'This number is {value}, which JSON cannot say.',
    cure: 'Write a finite number, or a text.',
  },
  more_faults: { status: 422, message: 'There are {count} more faults.', cure: 'Mend these first.' },
  duplicate_key: {
    status: 422,
    message: 'The key "{key}" stands twice in one object.',
    cure: 'Give each entry a key of its own; the first one would be lost.',
  },
  out_of_range: { status: 422, message: 'This must be {expected}.', cure: 'Choose a value that is {expected}.' },
  invalid_task_id: {
    status: 422,
    message: '"{id}" cannot be a task id.',
    cure: 'Use [A-Za-z_][A-Za-z0-9_]{0,127} and no reserved word.',
  },
  duplicate_task_id: { status: 422, message: 'The id "{id}" is used twice.', cure: 'Give each task an id of its own.' },
  empty_workflow: {
    status: 422,
    message: 'The workflow has no tasks.',
    cure: 'Add at least one task; an empty one can be saved as a draft but not run.',
  },
  too_many_tasks: {
    status: 422,
    message: 'The workflow has {count} tasks; the limit is {limit}.',
    cure: 'Split it into several workflows.',
  },
  nesting_too_deep: { status: 422, message: 'This is nested deeper than {limit} levels.', cure: 'Flatten it.' },
  empty_body: {
    status: 422,
    message: 'The body `{body}` has no tasks.',
    cure: 'Add a task, or leave the construct out.',
  },
  id_in_use: {
    status: 422,
    message: 'A task around this one is called "{id}", too.',
    cure: 'Choose another id: inside a construct the tasks around it are seen by their ids.',
  },
  variable_in_use: {
    status: 422,
    message: 'No item can be called "{name}".',
    cure: 'Choose another name for `as`: letters, digits and _, no word of the expression language, none of {reserved}.',
  },
  field_not_here: {
    status: 422,
    message: 'A task with `{construct}` has no `{field}`.',
    cure: 'Move it to a task inside, or remove it.',
  },
  unknown_variable: {
    status: 422,
    message: 'There is no variable "{name}" here.',
    cure: 'Declare it in `state` of the workflow or of a construct around. Known: {known}.',
  },
  unknown_task: {
    status: 422,
    message: 'There is no task "{id}" here.',
    cure: 'Name a task of the same group. Known: {known}.',
  },
  self_reference: { status: 422, message: 'Task "{id}" refers to itself.', cure: 'Refer to the tasks it depends on.' },
  dependency_cycle: {
    status: 422,
    message: 'Tasks wait on each other: {path}.',
    cure: 'Remove one of these dependencies.',
  },
  goto_ancestor: {
    status: 422,
    message: '"{target}" runs before "{id}", so it cannot be a target.',
    cure: 'Name a task that does not come before this one.',
  },
  join_out_of_reach: {
    status: 422,
    message: 'This join waits for {needed} of {count} predecessors.',
    cure: 'Lower `join` or add predecessors.',
  },
  task_type_unknown: {
    status: 422,
    message: 'No plugin offers the task type "{type}".',
    cure: 'Known types: {known}. Install or enable the plugin that offers it.',
  },
  expression_syntax: {
    status: 422,
    message: 'The expression cannot be read: {reason}.',
    cure: 'Expressions are CEL inside ${}; see docs/expressions.md.',
  },
  expression_unknown_name: {
    status: 422,
    message: 'The expression uses the unknown name "{name}".',
    cure: 'Known here: {known}.',
  },
  expression_too_complex: {
    status: 422,
    message: 'The expression is too complex: {reason}.',
    cure: 'Split it over several tasks.',
  },
  invalid_regular_expression: {
    status: 422,
    message: 'The regular expression cannot be used: {reason}.',
    cure: 'Use RE2 syntax: no look-around, no back-references.',
  },
  secret_not_allowed: {
    status: 422,
    message: 'Secrets can be used in the `input` of a task only.',
    cure: 'Move the reference to the input of the task that needs it.',
  },
  invalid_schema: { status: 422, message: 'This is no valid JSON Schema: {reason}.', cure: 'Use JSON Schema 2020-12.' },
  schema_mismatch: { status: 422, message: '{reason}.', cure: 'Send a value that fits the schema.' },
  dialect_unknown: {
    status: 422,
    message: 'The document is in no known workflow dialect: {reason}.',
    cure: 'Write `tasks` as in docs/semantics.md, or one of the dialects in docs/dialects.md.',
  },
  dialect_unmapped: {
    status: 422,
    message: 'This cannot be imported: {reason}.',
    cure: 'Write this part in the canonical form.',
  },
  dialect_assumption: {
    status: 422,
    message: 'The document does not say it in so many words: {reason}.',
    cure: 'If something else is meant, write this part in the canonical form.',
  },
  may_be_null: {
    status: 422,
    message: 'Task "{id}" may be skipped or fail; below its output there may be nothing.',
    cure: 'Write `?.`, has(...) or orValue(...).',
  },
  missing_field: {
    status: 422,
    message: '"{of}" has no field "{field}".',
    cure: 'Known there: {known}. Correct the name, or write it into the schema.',
  },
  unlisted_field: {
    status: 422,
    message: 'The schema of "{of}" does not name "{field}".',
    cure: 'Known there: {known}. Correct the name, or write it into the schema.',
  },
  may_be_missing: {
    status: 422,
    message: '"{path}" need not be there, or may be null.',
    cure: 'Write `?.`, has(...) or orValue(...), or make it `required` in the schema.',
  },
  never_equal: {
    status: 422,
    message: '{left} and {right} are never equal.',
    cure: 'Compare like with like: string(...), double(...), orValue(...).',
  },
  wrong_operand: {
    status: 422,
    message: 'The expression can but fail: {reason}.',
    cure: 'See docs/expressions.md for types and functions.',
  },

  ...CREDENTIAL_ERRORS,
  ...HERMES_ERRORS,
  ...COMPONENT_ERRORS,
  ...ACCESS_ERRORS,
  ...BUDGET_ERRORS,
  ...LIFECYCLE_ERRORS,
  ...LIMIT_ERRORS,
  ...LLM_ERRORS,
  ...OPERATION_ERRORS,
  ...OUTBOUND_ERRORS,
  ...PLANNING_ERRORS,
  ...PLUGIN_ERRORS,
  ...SCHEDULE_ERRORS,
  ...SUGGESTION_ERRORS,
  ...TEMPLATE_ERRORS,
  ...TOOL_ERRORS,
  ...TRIGGER_ERRORS,
  ...WEBHOOK_ERRORS,
  ...WORKFLOW_ERRORS,
  ...FAILURE_CLASSES,
});

export type ErrorCode = keyof typeof CATALOGUE;
