import type { Command } from 'commander';
import { EXIT, type ExitCode } from '../exit-code.js';
import type { Done } from '../options.js';
import type { Terminal } from '../terminal.js';
import { configOf, onData, type DataOptions } from './data-options.js';

interface UpFlags extends DataOptions {
  readonly dryRun?: boolean;
  /** False: none is made. */
  readonly backup: string | boolean;
}

interface State {
  readonly exists: boolean;
  readonly applied: readonly string[];
  readonly pending: readonly string[];
  readonly unknown: readonly string[];
}

const printJson = (terminal: Terminal, value: object): void => terminal.out(`${JSON.stringify(value, null, 2)}\n`);

const wordsOf = ({ exists, applied, pending, unknown }: State): string => {
  if (!exists) return 'There is no database yet; the first start makes one.\n';
  const lists = [
    ...pending.map((name) => `  → ${name}\n`),
    ...unknown.map((name) => `  ? ${name}  (of a later version)\n`),
  ].join('');
  if (unknown.length > 0) return `The database was written by a later version:\n${lists}`;
  return pending.length === 0
    ? `The database is up to date (${applied.at(-1) ?? ''}).\n`
    : `${pending.length} migration(s) are to be made:\n${lists}`;
};

const isUpToDate = ({ exists, pending, unknown }: State): boolean =>
  unknown.length === 0 && (!exists || pending.length === 0);

const status = async (flags: DataOptions, terminal: Terminal): Promise<ExitCode> => {
  const { stateOfMigrations } = await import('../../composition/operation/index.js');
  const state = await stateOfMigrations(configOf(flags));
  if (flags.json) printJson(terminal, state);
  else terminal.out(wordsOf(state));
  return isUpToDate(state) ? EXIT.completed : EXIT.failed;
};

const up = async ({ dryRun = false, backup, ...flags }: UpFlags, terminal: Terminal): Promise<ExitCode> => {
  const operation = await import('../../composition/operation/index.js');
  const config = configOf(flags);
  if (dryRun) {
    const state = await operation.tryOut(config);
    if (flags.json) printJson(terminal, { ...state, dry_run: true });
    else terminal.out(`${wordsOf(state)}A copy was migrated and is whole; nothing was changed.\n`);
    return EXIT.completed;
  }
  const before = await operation.bringUpToDate(config, backup);
  if (flags.json) printJson(terminal, { migrated: before.pending, backup: before.backup ?? null });
  else {
    terminal.out(before.pending.length === 0 ? wordsOf(before) : `${before.pending.length} migration(s) were made\n`);
    if (before.backup !== undefined) terminal.err(`The backup of before: ${before.backup}\n`);
  }
  return EXIT.completed;
};

/** Adds `migrate`. */
export const addMigrateCommands = (root: Command, terminal: Terminal, done: Done): void => {
  const group = root
    .command('migrate')
    .description('The database of a data directory, and the migrations of this version.')
    .addHelpText('after', '\nExample:\n  harmonia migrate status');
  onData(group.command('status'), 'migrate status')
    .description(
      'Say which migrations the database has and lacks; exit 1 when it is not up to date. The service may run.',
    )
    .action(async (flags: DataOptions) => done(await status(flags, terminal)));
  onData(group.command('up'), 'migrate up --dry-run')
    .description(
      'Make a backup, then bring the database up to date. The service must be stopped; it does the same at its start.',
    )
    .option('--dry-run', 'migrate a copy and verify it; change nothing. The service may run')
    .option(
      '--backup <file>',
      'where the backup goes (default: backups/ of the data directory, which keeps HARMONIA_MIGRATION_BACKUPS of them)',
    )
    .option('--no-backup', 'make none')
    .action(async (flags: UpFlags) => done(await up(flags, terminal)));
};
