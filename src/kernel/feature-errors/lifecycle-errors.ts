import type { CatalogueEntry } from '../catalogue-entry.js';

export const LIFECYCLE_ERRORS = {
  shutdown_refused: {
    status: 403,
    message: 'You may not stop this service: {reason}.',
    cure: 'Ask from the machine that it runs on, with a program and not from a page of another origin; or send `Authorization: Bearer` with the token of HARMONIA_SHUTDOWN_TOKEN.',
  },
  start_up_instruction: {
    status: 422,
    message: 'This start-up instruction cannot be followed: {reason}.',
    cure: 'Change or remove it; docs/guides/tekton.md lists what the file may say.',
  },
  tekton_install_refused: {
    status: 409,
    message: 'Nothing is changed: {reason}.',
    cure: '{cure}.',
  },
} as const satisfies Record<string, CatalogueEntry>;
