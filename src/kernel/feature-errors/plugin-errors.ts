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
  plugin_unknown: {
    status: 404,
    message: 'There is no plugin {id}.',
    cure: 'List them with GET /api/v1/plugins.',
  },
  plugin_exists: {
    status: 409,
    message: 'The plugin {id} is there already.',
    cure: 'Upgrade it with POST /api/v1/plugins/{id}/upgrade, or remove it first.',
  },
  plugin_not_installed: {
    status: 409,
    message: 'The plugin {id} was not installed here: {reason}.',
    cure: 'Switch it off with POST /api/v1/plugins/{id}/disable.',
  },
  plugin_not_found: {
    status: 404,
    message: 'There is no package {source}.',
    cure: 'Check name, version and path; the registry is set by HARMONIA_NPM_REGISTRY.',
  },
  plugin_unreachable: {
    status: 502,
    message: 'The package {source} cannot be fetched: {reason}.',
    cure: 'Try again, or install it from a tarball or a folder.',
  },
  plugin_source_refused: {
    status: 422,
    message: 'The source {source} is refused: {reason}.',
    cure: 'Name a package, or give the whole path of a tarball or folder.',
  },
  plugin_tarball_refused: {
    status: 422,
    message: 'The tarball is refused: {reason}.',
    cure: 'Make it with `npm pack`.',
  },
  plugin_integrity: {
    status: 422,
    message: 'The package {source} is not the one that was asked for: it has {found}, not {expected}.',
    cure: 'Ask the author which one is right. Nothing was installed.',
  },
  plugin_damaged: {
    status: 500,
    message: 'The files of the plugin {id} are not those that were installed.',
    cure: 'Stop the service, then install it again: harmonia plugin remove {id}, then harmonia plugin install.',
  },
  plugin_lock_damaged: {
    status: 500,
    message: '{file} cannot be read.',
    cure: 'Take it from a backup; without it no plugin counts as installed.',
  },
  plugin_needs_trust: {
    status: 422,
    message: 'The plugin {id} has the role "service": its code has to run in the process of the service.',
    cure: 'Read its code, then install it with trust (--trust).',
  },
  foreign_origin: {
    status: 403,
    message: 'Pages of {origin} may not do this here.',
    cure: 'Name the origin in HARMONIA_CORS_ORIGINS if it is yours.',
  },
  plugin_not_started: {
    status: 422,
    message: 'The plugin {id} did not start: {reason}.',
    cure: 'Mend what it says, its settings perhaps. Nothing was changed.',
  },
} as const satisfies Record<string, CatalogueEntry>;
