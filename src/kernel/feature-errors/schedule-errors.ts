import type { CatalogueEntry } from '../catalogue-entry.js';

export const SCHEDULE_ERRORS = {
  schedule_not_found: { status: 404, message: 'No schedule {id}.', cure: 'List them with GET /api/v1/schedules.' },
  cron_invalid: {
    status: 422,
    message: 'This is no cron pattern: {reason}.',
    cure: 'Write five fields (minute hour day month weekday), or six with seconds first: `0 3 * * 1-5`.',
  },
  time_zone_unknown: {
    status: 422,
    message: 'There is no time zone "{zone}".',
    cure: 'Write an IANA name such as Europe/Berlin, or UTC.',
  },
  schedule_never_fires: {
    status: 422,
    message: 'No tick is left: {reason}.',
    cure: 'Correct the pattern, or the bounds `start` and `end`. POST /api/v1/schedules/preview shows what comes.',
  },
  backfill_too_large: {
    status: 422,
    message: 'There are more than {limit} ticks between the two.',
    cure: 'Backfill a shorter time, the oldest first.',
  },
} as const satisfies Record<string, CatalogueEntry>;
