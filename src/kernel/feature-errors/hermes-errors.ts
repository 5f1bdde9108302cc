import type { CatalogueEntry } from '../catalogue-entry.js';

export const HERMES_ERRORS = {
  hermes_not_configured: {
    status: 409,
    message: 'There is no Hermes to register with.',
    cure: 'Set HERMES_URL, or HERMES_PORT (and HERMES_HOST), see that TEKTON_HERMES_DISCOVERY is not false, and start the service again.',
  },
  hermes_not_now: {
    status: 409,
    message: 'Harmonia is not ready yet, or is being stopped: nobody is to find it now.',
    cure: 'Wait until GET /ready answers 200; it registers by itself then.',
  },
} as const satisfies Record<string, CatalogueEntry>;
