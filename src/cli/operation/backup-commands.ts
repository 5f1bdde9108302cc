import type { Command } from 'commander';
import { EXIT, type ExitCode } from '../exit-code.js';
import type { Done } from '../options.js';
import type { Terminal } from '../terminal.js';
import { configOf, onData, type DataOptions } from './data-options.js';

interface BackupFlags extends DataOptions {
  readonly withKey?: boolean;
}

interface RestoreFlags extends DataOptions {
  readonly check?: boolean;
}

/** What people read of a manifest. */
interface Told {
  readonly harmonia: string;
  readonly createdAt: string;
  readonly executions: number;
  readonly openExecutions: number;
  readonly credentials: number;
  readonly hasKey: boolean;
  readonly leftOut: readonly string[];
  readonly files: readonly { readonly path: string }[];
  readonly migrations: readonly string[];
}

/** The list of files may be long, and is in the archive. */
const forMachines = ({ files, migrations, ...words }: Told): object => ({
  harmonia: words.harmonia,
  created_at: words.createdAt,
  schema: migrations.at(-1) ?? null,
  executions: words.executions,
  open_executions: words.openExecutions,
  credentials: words.credentials,
  has_key: words.hasKey,
  left_out: words.leftOut,
  files: files.length,
});

const printJson = (terminal: Terminal, value: object): void => terminal.out(`${JSON.stringify(value, null, 2)}\n`);

const aboutKey = ({ credentials, hasKey }: Told): string => {
  if (hasKey) return 'The key of the credentials is in it: who has the file has the secrets.\n';
  if (credentials === 0) return 'It holds no credentials, and no key.\n';
  return `The key of its ${credentials} credential(s) is NOT in it: keep it apart, or they cannot be read again.\n`;
};

const summary = (manifest: Told): string =>
  `  ${manifest.executions} execution(s), ${manifest.openExecutions} of them open; ${manifest.files.length} file(s); ` +
  `made by ${manifest.harmonia} at ${manifest.createdAt}\n`;

const backup = async (file: string, flags: BackupFlags, terminal: Terminal): Promise<ExitCode> => {
  const { keepBackup } = await import('../../composition/operation/index.js');
  const { withKey = false, json = false } = flags;
  const { manifest, bytes, ...written } = await keepBackup(configOf(flags), { file, withKey });
  if (json) {
    printJson(terminal, { file: written.file, bytes, ...forMachines(manifest) });
    return EXIT.completed;
  }
  terminal.out(`${written.file}\n`);
  terminal.err(summary(manifest) + aboutKey(manifest));
  if (manifest.leftOut.length > 0) terminal.err(`Not in it: ${manifest.leftOut.join(', ')}.\n`);
  return EXIT.completed;
};

const restore = async (file: string, flags: RestoreFlags, terminal: Terminal): Promise<ExitCode> => {
  const operation = await import('../../composition/operation/index.js');
  const { check = false, json = false } = flags;
  if (check) {
    const manifest = await operation.lookAtBackup(file);
    if (json) printJson(terminal, { valid: true, ...forMachines(manifest) });
    else terminal.out(`the backup is whole\n${summary(manifest)}`);
    return EXIT.completed;
  }
  const config = configOf(flags);
  const { manifest, before } = await operation.restoreBackup(config, file);
  if (json) {
    printJson(terminal, { data_directory: config.dataDirectory, before: before ?? null, ...forMachines(manifest) });
    return EXIT.completed;
  }
  terminal.out(`restored into ${config.dataDirectory}\n${summary(manifest)}`);
  terminal.err(before === undefined ? '' : `What was there before: ${before}\n`);
  if (manifest.credentials > 0 && !manifest.hasKey)
    terminal.err('Put the key of its credentials back before the start: it is not part of the backup.\n');
  return EXIT.completed;
};

/** Adds `backup` and `restore`. */
export const addBackupCommands = (root: Command, terminal: Terminal, done: Done): void => {
  onData(root.command('backup'), 'backup /var/backups/harmonia-monday.tgz')
    .argument('<file>', 'where to write it; must not be there')
    .description(
      'Write a backup of the data directory: database and plugins, of one moment, verified. The service may run, or not. ' +
        'The key of credentials is left out.',
    )
    .option('--with-key', "put the data directory's own key of credentials in: who has the file has the secrets")
    .action(async (file: string, flags: BackupFlags) => done(await backup(file, flags, terminal)));
  onData(root.command('restore'), 'restore /var/backups/harmonia-monday.tgz')
    .argument('<file>', 'a backup that `harmonia backup` has written')
    .description(
      'Put a backup in the place of what the data directory holds; that is kept beside it. The service must be stopped. ' +
        'The backup is verified before anything is touched.',
    )
    .option('--check', 'only verify it; a service may run')
    .action(async (file: string, flags: RestoreFlags) => done(await restore(file, flags, terminal)));
};
