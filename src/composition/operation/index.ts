/** What the one who runs the service does with its data. Nothing here starts anything. */
export { keepBackup, lookAtBackup, restoreBackup, type BackupOptions } from './backups.js';
export { bringUpToDate, stateOfMigrations, tryOut } from './migrations.js';
export { examine, type Examination } from './doctor/doctor.js';
