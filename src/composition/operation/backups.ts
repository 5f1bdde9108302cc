import type { Config } from '../../config/index.js';
import {
  backUp,
  checkBackup,
  KNOWN_MIGRATIONS,
  restore,
  type BackedUp,
  type Manifest,
  type RestoredBackup,
} from '../../persistence/index.js';
import { packageVersion } from '../package-version.js';

export interface BackupOptions {
  readonly file: string;
  readonly withKey: boolean;
}

/** Writes a backup of the data directory, beside a running service or without one. */
export const keepBackup = ({ dataDirectory }: Config, options: BackupOptions): Promise<BackedUp> =>
  backUp({ directory: dataDirectory, version: packageVersion(), ...options });

export const restoreBackup = ({ dataDirectory }: Config, file: string): Promise<RestoredBackup> =>
  restore({ directory: dataDirectory, file, known: KNOWN_MIGRATIONS });

export const lookAtBackup = (file: string): Promise<Manifest> => checkBackup(file, KNOWN_MIGRATIONS);
