import type { Config } from '../../config/index.js';
import { migrateDirectory, migrationState, tryMigrations, type MigrationState } from '../../persistence/index.js';
import { packageVersion } from '../package-version.js';

/** How the database stands to this version; it is only read. */
export const stateOfMigrations = ({ dataDirectory }: Config): MigrationState => migrationState(dataDirectory);

/** Migrates a copy. */
export const tryOut = ({ dataDirectory }: Config): Promise<MigrationState> => tryMigrations(dataDirectory);

/** Migrates, after a backup unless it is undefined. Answers how it stood before. */
export const bringUpToDate = ({ dataDirectory }: Config, backup: string | undefined): Promise<MigrationState> =>
  migrateDirectory({ directory: dataDirectory, backup, version: packageVersion() });
