import type { CatalogueEntry } from '../catalogue-entry.js';

export const OUTBOUND_ERRORS = {
  circuit_open: {
    status: 503,
    message: '{destination} is left alone for a while: {failures} requests in a row failed.',
    cure: 'Mend the destination; it is tried again by itself, or at once after POST /api/v1/destinations/{destination}/reset.',
  },
  destination_busy: {
    status: 503,
    message: '{destination} has {limit} requests under way, and its queue is full.',
    cure: 'Try again later, or raise HARMONIA_DESTINATION_REQUESTS or HARMONIA_DESTINATION_QUEUE.',
  },
  destination_not_found: {
    status: 404,
    message: 'Nothing was asked of {destination} of late.',
    cure: 'List the destinations with GET /api/v1/destinations.',
  },
  file_refused: {
    status: 403,
    message: 'The file {path} may not be used: {reason}.',
    cure: 'Name a file relative to one of the directories of HARMONIA_FILE_ROOTS.',
  },
  checksum_mismatch: {
    status: 502,
    message: 'The file has the SHA-256 {found}, not {expected}.',
    cure: 'Look whether the file at the address is the right one; a download that was cut off is tried again.',
  },
} as const satisfies Record<string, CatalogueEntry>;
