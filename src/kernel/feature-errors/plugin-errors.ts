import type { CatalogueEntry } from '../catalogue-entry.js';

export const PLUGIN_ERRORS = {
  worker_crashed: {
    status: 500,
    message: 'The worker of the isolated plugin died: {reason}.',
    cure: 'Look at the plugin: it called process.exit, or something threw where nobody caught it. Other attempts go on; this one is made again by its retry policy.',
  },
  worker_out_of_memory: {
    status: 500,
    message: 'The isolated plugin used up the {limit} MiB of its worker.',
    cure: 'Make the plugin hold less at a time, or give isolated plugins more memory.',
  },
  worker_hung: {
    status: 504,
    message: 'The worker of the isolated plugin gave no sign of life for {seconds} s.',
    cure: 'Look for an endless loop, or for waiting that blocks its thread, in the plugin.',
  },
  worker_protocol: {
    status: 500,
    message: 'The worker of the isolated plugin was ended: {reason}.',
    cure: 'The plugin meddles with the line to its host, or floods it. Do not trust it.',
  },
  isolation_limit: {
    status: 429,
    message: '{reason}',
    cure: 'Let the plugin do fewer things at a time, or trust it.',
  },
} as const satisfies Record<string, CatalogueEntry>;
