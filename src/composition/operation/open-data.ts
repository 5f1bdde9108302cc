import type { Config } from '../../config/index.js';
import { openStorage, type Storage, type UpgradePolicy } from '../../persistence/index.js';
import { packageVersion } from './package-version.js';

/** What precedes a migration, as it is configured. */
export const upgradePolicy = (
  { migrationBackups }: Pick<Config, 'migrationBackups'>,
  told: (line: string) => void = () => undefined,
): UpgradePolicy => ({ keep: migrationBackups, version: packageVersion(), told });

/** Opens the data of this process. `told`: hears of a backup, and of migrations. Default: nobody. */
export const openData = (
  config: Pick<Config, 'dataDirectory' | 'migrationBackups'>,
  told?: (line: string) => void,
): Promise<Storage> => openStorage(config.dataDirectory, { upgrade: upgradePolicy(config, told) });
