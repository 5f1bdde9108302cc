import type { Config } from '../../config/index.js';
import {
  migrationState,
  tryMigrations,
  upgradeDirectory,
  type MigrationState,
  type Upgraded,
} from '../../persistence/index.js';
import { upgradePolicy } from './open-data.js';

/** How the database stands to this version; it is only read. */
export const stateOfMigrations = ({ dataDirectory }: Config): Promise<MigrationState> => migrationState(dataDirectory);

/** Migrates a copy. */
export const tryOut = ({ dataDirectory }: Config): Promise<MigrationState> => tryMigrations(dataDirectory);

/** Migrates, after a backup: `file`, or one among those that are kept; false: none. Answers how it stood before. */
export const bringUpToDate = (config: Config, file: string | boolean): Promise<Upgraded> => {
  const policy = upgradePolicy(config);
  const keep = file === false ? 0 : policy.keep;
  return upgradeDirectory(config.dataDirectory, { ...policy, keep, ...(typeof file === 'string' && { file }) });
};
