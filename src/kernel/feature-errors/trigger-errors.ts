import type { CatalogueEntry } from '../catalogue-entry.js';

export const TRIGGER_ERRORS = {
  trigger_not_found: { status: 404, message: 'No trigger {id}.', cure: 'List them with GET /api/v1/triggers.' },
  trigger_type_unknown: {
    status: 422,
    message: 'No plugin offers the trigger type "{type}".',
    cure: 'Known types: {known}. Install or enable the plugin that offers it.',
  },
  trigger_failed: {
    status: 500,
    message: 'The trigger failed: {reason}.',
    cure: 'Read its log; it is run again by itself.',
  },
  trigger_over: {
    status: 409,
    message: 'This run of the trigger is over.',
    cure: 'End when the signal aborts; the next run tells it again.',
  },
  trigger_overrun: {
    status: 429,
    message: '{count} occurrences of the trigger wait to be kept.',
    cure: 'Wait for each `emit` before the next.',
  },
  trigger_depth: {
    status: 409,
    message: 'More than {limit} triggers led to it.',
    cure: 'Look for triggers that start one another in a circle.',
  },
  trigger_invalid: {
    status: 422,
    message: 'The trigger said something that cannot be used: {reason}.',
    cure: 'Mend the plugin that offers the trigger.',
  },
} as const satisfies Record<string, CatalogueEntry>;
