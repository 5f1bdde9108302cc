/** Everything that touches the database. */
export { backUp, type BackedUp } from './directory/backup.js';
export type { Manifest } from './directory/manifest.js';
export { KNOWN_MIGRATIONS, migrationState, tryMigrations, type MigrationState } from './directory/migration-state.js';
export { checkBackup, restore, type RestoredBackup } from './directory/restore.js';
export { upgradeDirectory, type Upgraded, type UpgradePolicy } from './directory/upgrade.js';
export { Housekeeping, type Retention } from './housekeeping.js';
export { openStorage, type Storage } from './open-storage.js';
export {
  hasDatabase,
  isAtWork,
  isHalfRestored,
  lookAtDatabase,
  tryStorage,
  type DatabaseLook,
} from './directory/trial.js';
