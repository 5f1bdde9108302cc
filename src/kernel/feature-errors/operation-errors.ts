import type { CatalogueEntry } from '../catalogue-entry.js';

/** What goes wrong where the service is run: backups, restores, migrations. */
export const OPERATION_ERRORS = {
  backup_unusable: {
    status: 422,
    message: 'The backup cannot be used: {reason}. Nothing was changed.',
    cure: 'Take another one; `harmonia backup` verifies what it has written.',
  },
  backup_exists: {
    status: 409,
    message: 'There is something at {path} already.',
    cure: 'Choose another name, or remove it first.',
  },
  migration_without_backup: {
    status: 503,
    message:
      'The database is of an older version and cannot be backed up to {path} before it is migrated: {reason}. Nothing was changed.',
    cure: 'Make room there, or migrate with `harmonia migrate up --backup FILE` elsewhere; HARMONIA_MIGRATION_BACKUPS=0 migrates without a backup.',
  },
  nothing_to_back_up: {
    status: 404,
    message: 'There is no database in {path}.',
    cure: 'Name the data directory of the service with --data-dir or HARMONIA_DATA_DIR.',
  },
} as const satisfies Record<string, CatalogueEntry>;
